namespace Surprisal.Training;

/// <summary>
/// Raises the learning rate in a straight line, initial (start + (1 - start) t / length), then keeps it, or follows another schedule:
/// PyTorch's <c>LinearLR</c>, and <c>SequentialLR</c> of it and the other.
/// </summary>
/// <remarks>Goyal et al. 2017. The schedule behind it begins at its own beginning when the rate has come up.</remarks>
/// <example><code>
/// var optimizer = new Sgd([Tensor.Zeros&lt;float>([2], requiresGrad: true)], learningRate: 0.1);
/// var schedule = new WarmUpLr(new CosineLr(optimizer, epochs: 4), length: 2, start: 0.5);
/// for (var epoch = 0; epoch &lt; 7; epoch++, schedule.Step()) Console.WriteLine($"{optimizer.LearningRate:F4}");
/// // 0.0500
/// // 0.0750
/// // 0.1000
/// // 0.0854
/// // 0.0500
/// // 0.0146
/// // 0.0000
/// </code></example>
public sealed class WarmUpLr : Schedule
{
    private readonly Schedule? then;
    private readonly int length;
    private readonly double start;

    /// <summary>A warm-up to the optimizer's present rate, which stays from then on.</summary>
    /// <param name="optimizer">Whose rate to change.</param>
    /// <param name="length">How many epochs, or steps, the rate rises; at least 1.</param>
    /// <param name="start">What the first rate is of the full one: above 0, at most 1. Default 0.1.</param>
    /// <exception cref="ArgumentNullException">No optimizer is given.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No length, or a start outside (0, 1].</exception>
    public WarmUpLr(Optimizer optimizer, int length, double start = 0.1) : base(optimizer)
    {
        (this.length, this.start) = Checked(length, start);
        MoveTo(0);
    }

    /// <summary>A warm-up before another schedule.</summary>
    /// <param name="then">What follows; from now on this one moves its optimizer, in its unit.</param>
    /// <param name="length">How many epochs, or steps, the rate rises; at least 1.</param>
    /// <param name="start">What the first rate is of the full one: above 0, at most 1. Default 0.1.</param>
    /// <exception cref="ArgumentNullException">No schedule is given.</exception>
    /// <exception cref="ArgumentException">A schedule that has begun, a plateau, or one that has a warm-up of its own.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No length, or a start outside (0, 1].</exception>
    public WarmUpLr(Schedule then, int length, double start = 0.1) : base(Followed(then), then.Minimum, then.Initial)
    {
        (this.length, this.start) = Checked(length, start);
        this.then = then;
        Unit = then.Unit;
        MoveTo(0);
    }

    /// <inheritdoc/>
    protected override string Details =>
        $"total_iters={length}, start_factor={NumberFormat.Short(start)}{(then is null ? "" : $", {then}")}";

    /// <summary>The warm-up's length is compared: its plan is over when a length changes as a rule.</summary>
    internal override string Settings => FormattableString.Invariant($"WarmUpLr({length}, {start}, {then?.Settings ?? "none"})");

    private protected override int Length => then?.PlannedLength ?? 0;

    private protected override int Start
    {
        get;
        set
        {
            field = value;
            if (then is not null) then.PlannedStart = Math.Max(0, value - length);
        }
    }

    private protected override bool HasBegun => Epoch >= length;

    /// <inheritdoc/>
    protected override double Factor(int epoch) =>
        epoch < length ? start + (1 - start) * epoch / length : then?.FactorAt(epoch - length) ?? 1;

    private static Optimizer Followed(Schedule then)
    {
        ArgumentNullException.ThrowIfNull(then);
        if (then is PlateauLr or OneCycleLr or WarmUpLr)
            throw new ArgumentException($"then is a {then.GetType().Name}, which " +
                (then is PlateauLr ? "has no plan that could begin later." : "has a warm-up of its own."), nameof(then));
        return then.Epoch == 0 ? then.Optimizer
            : throw new ArgumentException(
                $"then has {then.Epoch} epochs or steps behind it; a warm-up comes before the first.", nameof(then));
    }

    private static (int Length, double Start) Checked(int length, double start)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        return start is > 0 and <= 1 ? (length, start)
            : throw new ArgumentOutOfRangeException(nameof(start),
                $"start is {start}; it must be greater than 0, or the first steps would change nothing, and at most 1.");
    }
}
