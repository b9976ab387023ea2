namespace Surprisal.Training;

/// <summary>
/// Changes an optimizer's learning rate from epoch to epoch, or from step to step: minimum + (initial - minimum) f(finished ones), f being
/// the schedule's own.
/// </summary>
/// <remarks>
/// A rate that somebody set by hand is kept: the rest of the plan is scaled to it, as PyTorch's chained schedulers do; where f is 0 it
/// stays as it is. After a schedule's end the last rate stays. <see cref="Checkpoint"/> keeps the plan; a training that goes on with
/// another length, such as more epochs, plans the rest from the present rate, without a jump.
/// </remarks>
/// <example>
/// Derive from it for a plan of your own, which is then initial f(finished epochs). Where f(0) is not 1, the constructor ends with
/// <c>MoveTo(0)</c>, so that the first epoch has its rate too:
/// <code>
/// var optimizer = new Sgd([Tensor.Zeros&lt;float>([2], requiresGrad: true)], learningRate: 0.1);
/// var schedule = new RampLr(optimizer, epochs: 4);
/// Console.WriteLine($"{optimizer.LearningRate:F3}");      // 0.025
/// schedule.Step();
/// Console.WriteLine($"{optimizer.LearningRate:F3}");      // 0.050
///
/// public sealed class RampLr : Schedule
/// {
///     private readonly int epochs;
///
///     public RampLr(Optimizer optimizer, int epochs) : base(optimizer)
///     {
///         this.epochs = epochs;
///         MoveTo(0);
///     }
///
///     protected override string Details => $"epochs={epochs}";
///
///     protected override double Factor(int epoch) => Math.Min(1, (epoch + 1.0) / epochs);
/// }
/// </code>
/// </example>
public abstract partial class Schedule
{
    private double lastSet;

    /// <summary>A schedule for the given optimizer, from its present rate, which is the initial one.</summary>
    /// <param name="optimizer">Whose rate to change.</param>
    /// <exception cref="ArgumentNullException">No optimizer is given.</exception>
    protected Schedule(Optimizer optimizer) : this(optimizer, minimum: 0) { }

    private protected Schedule(Optimizer optimizer, double minimum, double? initial = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        if (!(minimum >= 0 && double.IsFinite(minimum)))
            throw new ArgumentOutOfRangeException(nameof(minimum), $"minimum is {minimum}; a learning rate is at least 0 and finite.");
        (Optimizer, Minimum) = (optimizer, minimum);
        lastSet = optimizer.LearningRate;
        Initial = initial ?? lastSet;
    }

    /// <summary>
    /// Whether the schedule counts epochs or steps; its lengths are in the same unit, and a <see cref="Trainer"/> moves it on after each.
    /// Default <see cref="ScheduleUnit.Epoch"/>; <see cref="ScheduleUnit.Step"/> for <see cref="OneCycleLr"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a unit of this schedule.</exception>
    public ScheduleUnit Unit
    {
        get;
        init => field = Allows(value) ? value
            : throw new ArgumentOutOfRangeException(nameof(Unit), $"{value} is not a unit of {GetType().Name}.");
    }

    /// <summary>The number of finished epochs, or steps: see <see cref="Unit"/>.</summary>
    public int Epoch { get; private set; }

    /// <summary>The schedule and the numbers that it was made with, for comparing; without its length.</summary>
    internal virtual string Settings => ToString();

    internal Optimizer Optimizer { get; }

    /// <summary>The rates where f is 1 and where it is 0.</summary>
    internal double Initial { get; private set; }

    internal double Minimum { get; private set; }

    /// <summary>
    /// Every number that decides <see cref="Factor"/>, as <c>gamma=0.5</c>; "" for none. <see cref="ToString"/> shows it, and a checkpoint
    /// refuses a schedule where it differs.
    /// </summary>
    protected abstract string Details { get; }

    /// <summary>The length that shapes the plan; another one in a checkpoint means that the rest is planned anew.</summary>
    private protected virtual int Length => 0;

    /// <summary>The finished epochs where the plan begins.</summary>
    private protected virtual int Start { get; set; }

    private protected virtual bool Allows(ScheduleUnit unit) => Enum.IsDefined(unit);

    /// <summary>Goes on to the next rate; call it after each epoch, or each step of the optimizer: see <see cref="Unit"/>.</summary>
    public void Step() => MoveTo(checked(Epoch + 1));

    /// <summary>Sets the rate for the time after <paramref name="epoch"/> finished epochs.</summary>
    /// <param name="epoch">How many epochs, or steps, are finished; 0 for the rate of the first one.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    /// <exception cref="InvalidOperationException">The rate after them would be negative, infinite or NaN; nothing has changed
    /// then.</exception>
    public void MoveTo(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        var plan = AtPresentRate();
        var rate = RateOf(plan, epoch);
        if (!(rate >= 0 && double.IsFinite(rate)))
            throw new InvalidOperationException(
                $"{this} brings the learning rate to {rate} after {epoch} {(Unit == ScheduleUnit.Step ? "steps" : "epochs")}; " +
                "a rate is at least 0 and finite.");
        ((Initial, Minimum), Epoch) = (plan, epoch);
        Optimizer.LearningRate = lastSet = rate;
        Follow();
    }

    /// <summary>One line with PyTorch's names: StepLr(step_size=2, gamma=0.1).</summary>
    public override string ToString() => $"{GetType().Name}({Details})";

    /// <summary>Whether the rate is 0 in every epoch from <paramref name="first"/> to before <paramref name="end"/>.</summary>
    internal virtual bool IsZero(int first, int end)
    {
        var plan = AtPresentRate();
        for (var epoch = first; epoch < end; epoch++)
            if (RateOf(plan, epoch) != 0) return false;
        return true;
    }

    /// <summary>
    /// What the initial rate is multiplied by after that many epochs: at least 0, and the same whenever it is asked, so that a resumed
    /// training has the same rates.
    /// </summary>
    /// <param name="epoch">Finished epochs, or steps; 0 for the rate of the first one.</param>
    protected abstract double Factor(int epoch);

    /// <summary>The factor, for a schedule that wraps this one.</summary>
    internal double FactorAt(int epoch) => Factor(epoch);

    /// <summary>Moves what follows the plan beside the rate, such as a momentum.</summary>
    private protected virtual void Follow() { }

    /// <summary>The plan, scaled to the present rate where that was set by hand.</summary>
    private (double Initial, double Minimum) AtPresentRate()
    {
        var rate = Optimizer.LearningRate;
        if (rate.Equals(lastSet)) return (Initial, Minimum);
        var factor = Factor(Epoch);
        return factor == 0 ? (Initial, rate) : (Minimum + (rate - Minimum) / factor, Minimum);
    }

    private double RateOf((double Initial, double Minimum) plan, int epoch) =>
        plan.Minimum + (plan.Initial - plan.Minimum) * Factor(epoch);
}
