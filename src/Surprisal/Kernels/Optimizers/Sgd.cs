using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// One step of stochastic gradient descent: parameters p, gradients g, velocities v [n] (empty without momentum), updated in place in one
/// pass.
/// </summary>
/// <remarks>
/// g += weightDecay p; v = momentum v + share g; p -= rate v, or rate (g + momentum v) with Nesterov's momentum. The share is 1 without
/// dampening.
/// </remarks>
internal static class Sgd
{
    /// <summary>The elements that one thread takes at a time.</summary>
    private const int Block = 16_384;

    public static void Step(
        Span<float> p,
        ReadOnlySpan<float> g,
        Span<float> velocity,
        float rate,
        float momentum,
        float weightDecay,
        bool nesterov,
        float share = 1)
    {
        if (p.Length > Block)
        {
            var pieces = new Pieces(p, g, velocity, rate, momentum, weightDecay, nesterov, share);
            Partition.For(Partition.Pieces(p.Length, Block), Block, ref pieces);
            return;
        }
        Update(p, g, velocity, rate, momentum, weightDecay, nesterov, share);
    }

    [MethodImpl(Compile.Separately)]
    private static void Update(
        Span<float> p,
        ReadOnlySpan<float> g,
        Span<float> velocity,
        float rate,
        float momentum,
        float weightDecay,
        bool nesterov,
        float share)
    {
        ref var parameter = ref MemoryMarshal.GetReference(p);
        ref var gradient = ref MemoryMarshal.GetReference(g);
        ref var velocities = ref MemoryMarshal.GetReference(velocity);
        for (var i = 0; i < p.Length; i += Lanes<float>.Count)
        {
            var count = Math.Min(Lanes<float>.Count, p.Length - i);
            var x = Lanes<float>.LoadPartial(ref parameter, i, count);
            var step = Lanes<float>.Fma(x, Lanes<float>.All(weightDecay), Lanes<float>.LoadPartial(ref gradient, i, count));
            if (!velocity.IsEmpty)
            {
                var v = Lanes<float>.LoadPartial(ref velocities, i, count);
                v = Lanes<float>.Fma(v, Lanes<float>.All(momentum), step * Lanes<float>.All(share));
                v.StoreResult(ref velocities, i, count);
                step = nesterov ? Lanes<float>.Fma(v, Lanes<float>.All(momentum), step) : v;
            }
            Lanes<float>.Fma(step, Lanes<float>.All(-rate), x).StoreResult(ref parameter, i, count);
        }
    }

    private readonly ref struct Pieces(
        Span<float> p,
        ReadOnlySpan<float> g,
        Span<float> velocity,
        float rate,
        float momentum,
        float weightDecay,
        bool nesterov,
        float share)
        : IParallelBody
    {
        private readonly Span<float> p = p, velocity = velocity;
        private readonly ReadOnlySpan<float> g = g;

        public void Run(int block)
        {
            var piece = Partition.PieceRange(block, p.Length, Block);
            Update(p[piece], g[piece], velocity.IsEmpty ? default : velocity[piece], rate, momentum, weightDecay, nesterov, share);
        }
    }
}
