namespace Surprisal.Training;

/// <summary>
/// One cycle of the learning rate, step by step: up along half a cosine from maximum / 25 for three tenths of the steps, down to
/// maximum / 250,000 for the rest, with the momentum against it, 0.95, 0.85, 0.95 (Smith and Topin 2018). Then the last rate stays.
/// </summary>
/// <remarks>
/// PyTorch's <c>OneCycleLR</c> with its defaults; where three tenths of the steps are no whole number they are rounded, so that the maximum
/// is met. A checkpoint refuses another length: the momentum would jump.
/// </remarks>
/// <example><code>
/// var optimizer = new Sgd([Tensor.Zeros&lt;float>([2], requiresGrad: true)], learningRate: 1, momentum: 0.9);
/// var schedule = new OneCycleLr(optimizer, maximum: 1, length: 10);
/// for (var step = 0; step &lt; 4; step++, schedule.Step())
///     Console.WriteLine($"{optimizer.LearningRate:F3} {optimizer.Momentum:F3}");
/// // 0.040 0.950
/// // 0.520 0.900
/// // 1.000 0.850
/// // 0.950 0.855
/// </code></example>
public sealed class OneCycleLr : Schedule
{
    private const double First = 1 / 25.0, Last = 1 / 25e4, HighMomentum = 0.95, LowMomentum = 0.85;

    private readonly double maximum;
    private readonly int length, top;
    private readonly bool cycleMomentum;

    /// <summary>A cycle for the given optimizer, which has the first rate and momentum from now on.</summary>
    /// <param name="optimizer">Whose rate to change, and whose momentum, or beta1.</param>
    /// <param name="maximum">The highest rate, at least 0 and finite.</param>
    /// <param name="length">All steps: ceil(batches / <see cref="Trainer.AccumulateSteps"/>) epochs; at least 3.</param>
    /// <param name="cycleMomentum">Whether the momentum moves too. Default true.</param>
    /// <exception cref="ArgumentNullException">No optimizer is given.</exception>
    /// <exception cref="ArgumentException">The momentum is to move, and the optimizer has none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A maximum that is no rate, or less than 3 steps.</exception>
    public OneCycleLr(Optimizer optimizer, double maximum, int length, bool cycleMomentum = true)
        : base(optimizer, minimum: 0, Optimizer.CheckNumber(maximum, "learning rate", nameof(maximum)))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 3);
        if (cycleMomentum && optimizer.CurrentMomentum is null)
            throw new ArgumentException(
                $"{optimizer} has no momentum that could go against the rate; give it one, or set cycleMomentum to false.",
                nameof(optimizer));
        (this.maximum, this.length, this.cycleMomentum) = (maximum, length, cycleMomentum);
        top = (int)(((long)3 * length + 5) / 10) - 1;
        Unit = ScheduleUnit.Step;
        MoveTo(0);
    }

    /// <inheritdoc/>
    protected override string Details => $"max_lr={NumberFormat.Short(maximum)}, total_steps={length}, cycle_momentum={cycleMomentum}";

    internal override bool IsZero(int first, int end) => maximum == 0;

    /// <inheritdoc/>
    protected override double Factor(int epoch) => Between(First, 1, Last, epoch);

    private protected override void Follow()
    {
        if (cycleMomentum) Optimizer.CurrentMomentum = Between(HighMomentum, LowMomentum, HighMomentum, Epoch);
    }

    /// <summary>From the first number to the second at the top, and on to the third at the last step, each along half a cosine.</summary>
    private double Between(double first, double second, double third, int step)
    {
        step = Math.Min(step, length - 1);
        return step <= top ? Cosine(first, second, top == 0 ? 1 : (double)step / top)
            : Cosine(second, third, (double)(step - top) / (length - 1 - top));
    }

    private static double Cosine(double from, double to, double share) => to + (from - to) * (1 + Kernels.Scalar.CosPi(share)) / 2;
}
