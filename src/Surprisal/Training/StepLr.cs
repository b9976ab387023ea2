namespace Surprisal.Training;

/// <summary>Multiplies the learning rate by gamma every <c>stepSize</c> epochs: initial gamma^floor(epoch / stepSize).</summary>
public sealed class StepLr : Schedule
{
    private readonly int stepSize;
    private readonly double gamma;

    /// <summary>A schedule for the given optimizer, from its present rate.</summary>
    /// <param name="optimizer">Whose rate to change.</param>
    /// <param name="stepSize">Epochs between two changes; at least 1.</param>
    /// <param name="gamma">The factor. Default 0.1.</param>
    public StepLr(Optimizer optimizer, int stepSize, double gamma = 0.1) : base(optimizer)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stepSize);
        (this.stepSize, this.gamma) = (stepSize, gamma);
    }

    private protected override double Rate(double initial, int epoch)
    {
        for (var i = stepSize; i <= epoch; i += stepSize) initial *= gamma;
        return initial;
    }
}
