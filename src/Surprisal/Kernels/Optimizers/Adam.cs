using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>The coefficients of one Adam step, the same for every element; each is computed in double and rounded once.</summary>
/// <param name="StepSize">learning rate / (1 - beta1^t): with the first bias correction.</param>
/// <param name="OneMinusBeta1">1 - beta1.</param>
/// <param name="Beta2">beta2.</param>
/// <param name="OneMinusBeta2">1 - beta2.</param>
/// <param name="Epsilon">What is added to the denominator.</param>
/// <param name="L2">Adam's weight decay, which is added to the gradient; 0 for AdamW.</param>
/// <param name="Decay">AdamW's factor 1 - rate weight decay of the parameter; 1 for Adam.</param>
/// <param name="RootCorrection">1 / sqrt(1 - beta2^t): the second bias correction, of the denominator.</param>
internal readonly record struct AdamStep(
    float StepSize, float OneMinusBeta1, float Beta2, float OneMinusBeta2, float Epsilon, float L2, float Decay, float RootCorrection)
{
    /// <summary>The coefficients of step t, counted from 1; decoupled weight decay is AdamW's.</summary>
    public static AdamStep At(long t, double rate, double beta1, double beta2, double epsilon, double weightDecay, bool decoupled) => new(
        (float)(rate / (1 - Scalar.Pow(beta1, t))), (float)(1 - beta1), (float)beta2, (float)(1 - beta2), (float)epsilon,
        decoupled ? 0 : (float)weightDecay, decoupled ? (float)(1 - rate * weightDecay) : 1,
        (float)(1 / Math.Sqrt(1 - Scalar.Pow(beta2, t))));
}

/// <summary>
/// One step of Adam or AdamW (Kingma, Ba 2015; Loshchilov, Hutter 2019): parameters p, gradients g, moments m and v [n], updated in place
/// in one pass.
/// </summary>
/// <remarks>
/// p *= decay; g += l2 p; m += (1 - beta1)(g - m); v = beta2 v + ((1 - beta2) g) g; p -= stepSize m / (sqrt(v) rootCorrection + epsilon).
/// g^2 by itself would be infinite from 1.8e19 on, and v with it for ever; multiplied by 1 - beta2 first only from 5.8e20 on, as in
/// PyTorch.
/// </remarks>
internal static class Adam
{
    /// <summary>The elements that one thread takes at a time.</summary>
    private const int Block = 16_384;

    public static void Step(Span<float> p, ReadOnlySpan<float> g, Span<float> m, Span<float> v, in AdamStep s)
    {
        if (p.Length > Block)
        {
            var pieces = new Pieces(p, g, m, v, s);
            Partition.For(Partition.Pieces(p.Length, Block), 4 * Block, ref pieces); // a root and a division each
            return;
        }
        Update(p, g, m, v, s);
    }

    [MethodImpl(Compile.Separately)]
    private static void Update(Span<float> p, ReadOnlySpan<float> g, Span<float> m, Span<float> v, in AdamStep s)
    {
        ref var parameter = ref MemoryMarshal.GetReference(p);
        ref var gradient = ref MemoryMarshal.GetReference(g);
        ref var firstMoment = ref MemoryMarshal.GetReference(m);
        ref var secondMoment = ref MemoryMarshal.GetReference(v);
        for (var i = 0; i < p.Length; i += Lanes<float>.Count)
        {
            var count = Math.Min(Lanes<float>.Count, p.Length - i);
            var x = Lanes<float>.LoadPartial(ref parameter, i, count) * Lanes<float>.All(s.Decay);
            var d = Lanes<float>.Fma(x, Lanes<float>.All(s.L2), Lanes<float>.LoadPartial(ref gradient, i, count));
            var mean = Lanes<float>.LoadPartial(ref firstMoment, i, count);
            mean = Lanes<float>.Fma(d - mean, Lanes<float>.All(s.OneMinusBeta1), mean);
            mean.StoreResult(ref firstMoment, i, count);
            var square = Lanes<float>.Fma(d * Lanes<float>.All(s.OneMinusBeta2), d,
                Lanes<float>.LoadPartial(ref secondMoment, i, count) * Lanes<float>.All(s.Beta2));
            square.StoreResult(ref secondMoment, i, count);
            var denominator = Lanes<float>.Fma(square.Sqrt(), Lanes<float>.All(s.RootCorrection), Lanes<float>.All(s.Epsilon));
            Lanes<float>.Fma(mean / denominator, Lanes<float>.All(-s.StepSize), x).StoreResult(ref parameter, i, count);
        }
    }

    private readonly ref struct Pieces(Span<float> p, ReadOnlySpan<float> g, Span<float> m, Span<float> v, AdamStep s) : IParallelBody
    {
        private readonly Span<float> p = p, m = m, v = v;
        private readonly ReadOnlySpan<float> g = g;

        public void Run(int block)
        {
            var piece = Partition.PieceRange(block, p.Length, Block);
            Update(p[piece], g[piece], m[piece], v[piece], s);
        }
    }
}
