namespace Surprisal.Kernels;

/// <summary>What follows from the sums of a row of class probabilities: of exponentials below 1, how many are 1, of q below the largest and at it, of q (m - x).</summary>
internal readonly struct ClassProbabilityFinish(double max, double below, double ones, double rest, double top, double spread, double z)
{
    private readonly double others = below + (ones - 1), total = rest + top;

    /// <summary>Whether the largest logit has no equal, so that <see cref="AtLargest"/> holds.</summary>
    public bool HasOneLargest => ones == 1;

    public double LogSum { get; } = Scalar.Log1p(below + (ones - 1)) + (max - max); // NaN where the maximum is not finite

    private double Pull => z == 0 ? 0 : 2 * z * (max + LogSum);

    public double Loss => spread + total * LogSum + Pull * (max + LogSum) / 2;

    /// <summary>What turns an exponential into its part of the gradient.</summary>
    public double Factor => (total + Pull) / (1 + others) + (max - max);

    /// <summary>The gradient at the largest logit without cancellation.</summary>
    public double AtLargest => rest - total * (others / (1 + others)) + Pull / (1 + others) + (max - max);
}
