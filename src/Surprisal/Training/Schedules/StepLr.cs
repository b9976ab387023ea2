namespace Surprisal.Training;

/// <summary>Multiplies the learning rate by gamma every <c>stepSize</c> epochs: initial gamma^floor(epoch / stepSize).</summary>
/// <example><code>
/// var optimizer = new Sgd([Tensor.Zeros&lt;float>([2], requiresGrad: true)], learningRate: 0.1);
/// var schedule = new StepLr(optimizer, stepSize: 2, gamma: 0.5);
/// schedule.Step();
/// Console.WriteLine(optimizer.LearningRate);  // 0.1
/// schedule.Step();
/// Console.WriteLine(optimizer.LearningRate);  // 0.05
/// </code></example>
public sealed class StepLr : Schedule
{
    private readonly int stepSize;
    private readonly double gamma;

    /// <summary>A schedule for the given optimizer, from its present rate.</summary>
    /// <param name="optimizer">Whose rate to change.</param>
    /// <param name="stepSize">Epochs between two changes; at least 1.</param>
    /// <param name="gamma">The factor. Default 0.1.</param>
    /// <exception cref="ArgumentNullException">No optimizer is given.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No epochs, or a factor that is negative or not finite.</exception>
    public StepLr(Optimizer optimizer, int stepSize, double gamma = 0.1) : base(optimizer)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stepSize);
        if (!(gamma >= 0 && double.IsFinite(gamma)))
            throw new ArgumentOutOfRangeException(nameof(gamma),
                $"gamma is {gamma}; a rate is multiplied by it, so it must be at least 0 and finite.");
        (this.stepSize, this.gamma) = (stepSize, gamma);
    }

    /// <inheritdoc/>
    protected override string Details => $"step_size={stepSize}, gamma={NumberFormat.Short(gamma)}";

    /// <summary>Without the length, which is planned anew where it differs.</summary>
    internal override string Settings => FormattableString.Invariant($"StepLr(gamma={gamma})");

    internal override bool IsZero(int first, int end) => true; // 0 times anything

    private protected override int Length => stepSize;

    /// <inheritdoc/>
    protected override double Factor(int epoch)
    {
        var factor = 1.0;
        for (var changes = Math.Max(0, epoch - Start) / stepSize; changes > 0 && factor is > 0 and < double.PositiveInfinity; changes--)
            factor *= gamma;
        return factor;
    }
}
