namespace Surprisal.Training;

/// <summary>
/// Lowers the learning rate along half a cosine: min + (initial - min)(1 + cos(pi epoch / epochs)) / 2 (Loshchilov and Hutter 2016), then
/// keeps it.
/// </summary>
/// <example><code>
/// var optimizer = new Sgd([Tensor.Zeros&lt;float>([2], requiresGrad: true)], learningRate: 0.1);
/// var schedule = new CosineLr(optimizer, epochs: 4);
/// for (var epoch = 0; epoch &lt; 5; epoch++, schedule.Step()) Console.WriteLine($"{optimizer.LearningRate:F4}");
/// // 0.1000
/// // 0.0854
/// // 0.0500
/// // 0.0146
/// // 0.0000
/// </code></example>
public sealed class CosineLr : Schedule
{
    private readonly int epochs;
    private readonly double minimum;

    /// <summary>A schedule for the given optimizer, from its present rate.</summary>
    /// <param name="optimizer">Whose rate to change.</param>
    /// <param name="epochs">After how many epochs the minimum is reached; at least 1. Unlike PyTorch's, the rate does not climb again after
    /// them.</param>
    /// <param name="minimum">The last rate. Default 0.</param>
    /// <exception cref="ArgumentNullException">No optimizer is given.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No epochs, or a minimum that is no rate.</exception>
    public CosineLr(Optimizer optimizer, int epochs, double minimum = 0) : base(optimizer, minimum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        (this.epochs, this.minimum) = (epochs, minimum);
    }

    /// <inheritdoc/>
    protected override string Details => $"T_max={epochs}, eta_min={NumberFormat.Short(minimum)}";

    /// <summary>Without the length, which is planned anew where it differs.</summary>
    internal override string Settings => FormattableString.Invariant($"CosineLr(eta_min={minimum})");

    internal override bool IsZero(int first, int end) => true; // it never climbs

    private protected override int Length => epochs;

    /// <inheritdoc/>
    protected override double Factor(int epoch)
    {
        var length = Math.Max(1, epochs - Start);
        return (1 + Kernels.Scalar.CosPi((double)Math.Clamp(epoch - Start, 0, length) / length)) / 2;
    }
}
