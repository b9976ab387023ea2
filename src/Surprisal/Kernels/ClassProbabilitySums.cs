using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>The sums of rows of class probabilities, one row over all lanes or one in each: of exponentials below 1, of q there and at the largest, and of q (m - x).</summary>
internal struct ClassProbabilitySums<T> where T : unmanaged, INumberBase<T>
{
    private WideSum<T> others, rest, top, spread;
    private Lanes<T> ones;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Lanes<T> e, Lanes<T> q, Lanes<T> cost)
    {
        var (zero, one) = (Lanes<T>.Zero, Lanes<T>.All(T.One));
        var isOne = Lanes<T>.Equal(e, one);
        ones += Lanes<T>.Select(isOne, one, zero);
        others.Add(Lanes<T>.Select(isOne, zero, e));
        rest.Add(Lanes<T>.Select(isOne, zero, q));
        top.Add(Lanes<T>.Select(isOne, q, zero));
        spread.Add(cost);
    }

    /// <summary>Of one row over all lanes.</summary>
    public readonly Finished Finish(double max, double z) => new(max, others.Sum(), ones.Sum(), rest.Sum(), top.Sum(), spread.Sum(), z);

    /// <summary>Of the row in one lane.</summary>
    public readonly Finished Finish(int lane, double max, double z) =>
        new(max, others.Of(lane), double.CreateTruncating(ones.Value[lane]), rest.Of(lane), top.Of(lane), spread.Of(lane), z);

    /// <summary>What follows: the loss, the factor of every exponential, the gradient at a largest logit that has no equal.</summary>
    public readonly struct Finished(double max, double below, double ones, double rest, double top, double spread, double z)
    {
        private readonly double others = below + (ones - 1), total = rest + top;

        public bool HasOneLargest => ones == 1;

        public double LogSum { get; } = Scalar.Log1p(below + (ones - 1)) + (max - max);

        private double Pull => z == 0 ? 0 : 2 * z * (max + LogSum);

        public double Loss => spread + total * LogSum + Pull * (max + LogSum) / 2;

        public double Factor => (total + Pull) / (1 + others) + (max - max);

        public double AtLargest => rest - total * (others / (1 + others)) + Pull / (1 + others) + (max - max);
    }
}
