namespace Surprisal.Training;

/// <summary>Lowers the learning rate along half a cosine: min + (initial - min)(1 + cos(pi epoch / epochs)) / 2 (Loshchilov and Hutter 2016).</summary>
public sealed class CosineLr : Schedule
{
    private readonly int epochs;
    private readonly double minimum;

    /// <summary>A schedule for the given optimizer, from its present rate.</summary>
    /// <param name="optimizer">Whose rate to change.</param>
    /// <param name="epochs">After how many epochs the minimum is reached; at least 1.</param>
    /// <param name="minimum">The last rate. Default 0.</param>
    public CosineLr(Optimizer optimizer, int epochs, double minimum = 0) : base(optimizer)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        (this.epochs, this.minimum) = (epochs, minimum);
    }

    private protected override double Rate(double initial, int epoch) =>
        minimum + (initial - minimum) * (1 + Kernels.Scalar.CosPi((double)epoch / epochs)) / 2;
}
