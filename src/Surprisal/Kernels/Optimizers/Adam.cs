using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>The numbers of one Adam step that are the same for every element: each formed in double and rounded once. Mean is 1 - beta1, Square 1 - beta2.</summary>
internal readonly record struct AdamStep(float Rate, float Mean, float Beta2, float Square, float Epsilon, float L2, float Shrink, float Root)
{
    /// <summary>With the bias corrections of step t: rate / (1 - beta1^t), and sqrt(1 - beta2^t) for the denominator.</summary>
    public static AdamStep At(long t, double rate, double beta1, double beta2, double epsilon, double weightDecay, bool decoupled) => new(
        (float)(rate / (1 - Scalar.Pow(beta1, t))), (float)(1 - beta1), (float)beta2, (float)(1 - beta2), (float)epsilon,
        decoupled ? 0 : (float)weightDecay, decoupled ? (float)(1 - rate * weightDecay) : 1, (float)(1 / Math.Sqrt(1 - Scalar.Pow(beta2, t))));
}

/// <summary>p *= shrink; g += l2 p; m += (1 - b1)(g - m); v = b2 v + ((1 - b2) g) g; p -= rate m / (sqrt(v) root + epsilon). One pass.</summary>
/// <remarks>g^2 by itself would be infinite from 1.8e19 on, and v with it for ever: scaled first, only from 5.8e20 on, as in PyTorch.</remarks>
internal static class Adam
{
    /// <summary>The parameters that one thread takes at a time.</summary>
    private const int Block = 16_384;

    public static void Step(Span<float> p, ReadOnlySpan<float> g, Span<float> first, Span<float> second, in AdamStep s)
    {
        if (p.Length > Block)
        {
            var pieces = new Pieces(p, g, first, second, s);
            Partition.For(Partition.Pieces(p.Length, Block), 4 * Block, ref pieces); // a root and a division each
            return;
        }
        Update(p, g, first, second, s);
    }

    [MethodImpl(Compile.Separately)]
    private static void Update(Span<float> p, ReadOnlySpan<float> g, Span<float> first, Span<float> second, in AdamStep s)
    {
        ref var parameter = ref MemoryMarshal.GetReference(p);
        ref var gradient = ref MemoryMarshal.GetReference(g);
        ref var mean = ref MemoryMarshal.GetReference(first);
        ref var square = ref MemoryMarshal.GetReference(second);
        for (var i = 0; i < p.Length; i += Lanes<float>.Count)
        {
            var count = Math.Min(Lanes<float>.Count, p.Length - i);
            var x = Lanes<float>.LoadPart(ref parameter, i, count) * Lanes<float>.All(s.Shrink);
            var d = Lanes<float>.Fma(x, Lanes<float>.All(s.L2), Lanes<float>.LoadPart(ref gradient, i, count));
            var m = Lanes<float>.LoadPart(ref mean, i, count);
            m = Lanes<float>.Fma(d - m, Lanes<float>.All(s.Mean), m);
            m.StoreResult(ref mean, i, count);
            var v = Lanes<float>.Fma(d * Lanes<float>.All(s.Square), d, Lanes<float>.LoadPart(ref square, i, count) * Lanes<float>.All(s.Beta2));
            v.StoreResult(ref square, i, count);
            var size = Lanes<float>.Fma(v.Sqrt(), Lanes<float>.All(s.Root), Lanes<float>.All(s.Epsilon));
            Lanes<float>.Fma(m / size, Lanes<float>.All(-s.Rate), x).StoreResult(ref parameter, i, count);
        }
    }

    private readonly ref struct Pieces(Span<float> p, ReadOnlySpan<float> g, Span<float> first, Span<float> second, AdamStep s) : IParallelBody
    {
        private readonly Span<float> p = p, first = first, second = second;
        private readonly ReadOnlySpan<float> g = g;

        public void Run(int block)
        {
            var piece = Partition.Piece(block, p.Length, Block);
            Update(p[piece], g[piece], first[piece], second[piece], s);
        }
    }
}
