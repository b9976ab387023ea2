namespace Surprisal.Training;

/// <summary>Lowers the learning rate when a number has not become better for a while: PyTorch's <c>ReduceLROnPlateau</c>.</summary>
/// <remarks>
/// Better is less than best - threshold |best|; NaN never is. After more than <c>patience</c> epochs in a row that were not better the rate
/// is multiplied by the factor, and counting begins again; changes of 1e-8 and less are left out. A <see cref="Trainer"/> gives it the
/// criterion's value after each epoch, negated where higher is better. PyTorch compares with best (1 - threshold), which for a negative
/// best makes equal numbers better.
/// </remarks>
/// <example><code>
/// var optimizer = new Sgd([Tensor.Zeros&lt;float>([2], requiresGrad: true)], learningRate: 0.1);
/// var schedule = new PlateauLr(optimizer, patience: 1);
/// foreach (var loss in (double[])[1, 0.5, 0.6, 0.5, 0.4]) schedule.Step(loss);
/// Console.WriteLine($"{optimizer.LearningRate:F2}");      // 0.01
/// </code></example>
public sealed class PlateauLr : Schedule
{
    private const double LeastChange = 1e-8;

    private readonly double factor, threshold, minimum;
    private readonly int patience;
    private double best = double.NaN;
    private int bad;

    /// <summary>A schedule for the given optimizer.</summary>
    /// <param name="optimizer">Whose rate to change.</param>
    /// <param name="factor">What the rate is multiplied by, from 0 to below 1. Default 0.1.</param>
    /// <param name="patience">How many epochs in a row may pass without becoming better; at least 0. Default 10.</param>
    /// <param name="threshold">By which share of the best a number must be better; at least 0 and finite. Default 1e-4.</param>
    /// <param name="minimum">The lowest rate. Default 0.</param>
    /// <exception cref="ArgumentNullException">No optimizer is given.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number outside its range.</exception>
    public PlateauLr(Optimizer optimizer, double factor = 0.1, int patience = 10, double threshold = 1e-4, double minimum = 0)
        : base(optimizer)
    {
        if (!(factor is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(factor), $"factor is {factor}; it must be at least 0 and less than 1.");
        ArgumentOutOfRangeException.ThrowIfNegative(patience);
        Optimizer.CheckNumber(threshold, "threshold", nameof(threshold));
        Optimizer.CheckNumber(minimum, "minimum", nameof(minimum));
        (this.factor, this.patience, this.threshold, this.minimum) = (factor, patience, threshold, minimum);
    }

    /// <inheritdoc/>
    protected override string Details => $"factor={NumberFormat.Short(factor)}, patience={patience}, " +
        $"threshold={NumberFormat.Short(threshold)}, min_lr={NumberFormat.Short(minimum)}";

    /// <summary>Without the patience, which may be another one when training goes on.</summary>
    internal override string Settings =>
        FormattableString.Invariant($"PlateauLr(factor={factor}, threshold={threshold}, min_lr={minimum})");

    private protected override double[] Own
    {
        get => [best, bad];
        set => (best, bad) = (value[0], (int)value[1]);
    }

    private protected override bool OwnFits(ReadOnlySpan<double> own) => IsCount(own[1]);

    private protected override bool Allows(ScheduleUnit unit) => unit == ScheduleUnit.Epoch;

    /// <summary>Judges an epoch, and goes on to the next one's rate.</summary>
    /// <param name="value">The number that should fall, such as the validation loss; one that should rise is given negated.</param>
    public void Step(double value)
    {
        if (double.IsNaN(best) ? !double.IsNaN(value) : value < best - (double.IsFinite(best) ? threshold * Math.Abs(best) : 0))
            (best, bad) = (value, 0);
        else bad++;
        if (bad > patience)
        {
            bad = 0;
            var (rate, lower) = (Optimizer.LearningRate, Math.Max(Optimizer.LearningRate * factor, minimum));
            if (rate - lower > LeastChange) Optimizer.LearningRate = lower; // as if set by hand: the plan itself is constant
        }
        Step();
    }

    /// <inheritdoc/>
    protected override double Factor(int epoch) => 1;
}
