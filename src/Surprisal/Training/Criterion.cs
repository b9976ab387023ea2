namespace Surprisal.Training;

/// <summary>
/// The number of the validation set that decides: which epoch is best, when <see cref="EarlyStopping"/> ends training, and when a
/// <see cref="PlateauLr"/> lowers the rate.
/// </summary>
/// <example>
/// <c>new Trainer(model, loss, optimizer) { Criterion = Criterion.MacroF1 }</c>, or one of your own:
/// <code>
/// var recall = new Criterion("recall of class 1", report => report.Metrics.Classes[1].Recall, higherIsBetter: true);
/// Console.WriteLine(recall);                              // recall of class 1
/// </code>
/// </example>
public sealed class Criterion
{
    private readonly Func<EvaluationReport, double> value;

    /// <summary>A criterion of your own.</summary>
    /// <param name="name">What a checkpoint compares, for functions cannot be compared.</param>
    /// <param name="value">The number; NaN is never the best.</param>
    /// <param name="higherIsBetter">Whether a higher number is better. Default false.</param>
    /// <exception cref="ArgumentNullException">The name or the function is missing.</exception>
    public Criterion(string name, Func<EvaluationReport, double> value, bool higherIsBetter = false)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        (Name, this.value, HigherIsBetter) = (name, value, higherIsBetter);
    }

    /// <summary>The mean loss, of the trainer's own loss. The default.</summary>
    public static Criterion Loss { get; } = new("loss", static report => report.Loss);

    /// <summary>The share of correct predictions; with several labels the share of samples all of whose labels are right.</summary>
    public static Criterion Accuracy { get; } = new("accuracy",
        static report => report.MultiLabel?.SubsetAccuracy ?? report.Metrics.Accuracy, higherIsBetter: true);

    /// <summary>The mean recall of the classes that are a target.</summary>
    public static Criterion BalancedAccuracy { get; } =
        new("balanced accuracy", static report => report.Metrics.BalancedAccuracy, higherIsBetter: true);

    /// <summary>The mean F1 of the classes that occur, or of all labels.</summary>
    public static Criterion MacroF1 { get; } =
        new("macro F1", static report => report.MultiLabel?.MacroF1 ?? report.Metrics.MacroF1, higherIsBetter: true);

    /// <summary>The mean intersection over union of the classes that occur, for segmentation.</summary>
    public static Criterion MeanIou { get; } = new("mean IoU", static report => report.Metrics.MeanIou, higherIsBetter: true);

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>Whether a higher number is better.</summary>
    public bool HigherIsBetter { get; }

    /// <summary>The number of a report.</summary>
    /// <param name="report">What a pass over the validation set gave.</param>
    public double Of(EvaluationReport report) => value(report);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>The number with its sign turned where higher is better, so that lower always is.</summary>
    internal double Lower(double number) => HigherIsBetter ? -number : number;
}
