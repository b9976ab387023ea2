namespace Surprisal.Metrics;

public sealed partial class ClassificationReport
{
    /// <summary>The mean precision of the classes that occur.</summary>
    public double MacroPrecision => Averages.Mean(Occurring.Select(static c => c.Precision));

    /// <summary>The mean recall of the classes that occur.</summary>
    public double MacroRecall => Averages.Mean(Occurring.Select(static c => c.Recall));

    /// <summary>The mean F1 of the classes that occur.</summary>
    public double MacroF1 => Averages.Mean(Occurring.Select(static c => c.F1));

    /// <summary>What <see cref="MacroF1"/> would be on other data. Above 256 classes from the cells of the
    /// confusion matrix, up to 65,536 of them that are not empty; none beyond.</summary>
    public Interval MacroF1Interval { get; } = Interval.None;

    /// <summary>The mean precision by support.</summary>
    public double WeightedPrecision => Averages.Mean(Occurring.Select(static c => (c.Precision, c.Support)));

    /// <summary>The mean recall by support, which is the accuracy.</summary>
    public double WeightedRecall => Averages.Mean(Occurring.Select(static c => (c.Recall, c.Support)));

    /// <summary>The mean F1 by support.</summary>
    public double WeightedF1 => Averages.Mean(Occurring.Select(static c => (c.F1, c.Support)));

    /// <summary>The mean recall of the classes that are a target.</summary>
    public double BalancedAccuracy => Averages.Mean(Classes.Where(static c => c.Support > 0).Select(static c => c.Recall));

    /// <summary>
    /// Balanced accuracy with chance at 0 and perfection at 1: (b - 1/n) / (1 - 1/n) with n the classes that are a target; NaN for one.
    /// </summary>
    public double AdjustedBalancedAccuracy =>
        1.0 / Classes.Count(static c => c.Support > 0) is var chance && chance < 1
            ? (BalancedAccuracy - chance) / (1 - chance) : double.NaN;

    /// <summary>Matthews' correlation of predictions and targets, from -1 to 1; 0 where its denominator is 0, NaN without rows.</summary>
    public double MatthewsCorrelation { get; }

    /// <summary>What <see cref="MatthewsCorrelation"/> would be on other data, from the cells of the confusion matrix; none above 65,536 of
    /// them that are not empty.</summary>
    public Interval MatthewsCorrelationInterval { get; } = Interval.None;

    /// <summary>Cohen's kappa; NaN where it is not defined.</summary>
    public double Kappa { get; }

    /// <summary>Kappa with mistakes weighed by how far the classes' numbers are apart.</summary>
    public double LinearKappa { get; }

    /// <summary>Kappa with mistakes weighed by the square of how far the classes' numbers are apart.</summary>
    public double QuadraticKappa { get; }

    /// <summary>The mean intersection over union of the classes that occur.</summary>
    public double MeanIou => Averages.Mean(Classes.Select(static c => c.Iou));

    /// <summary>The mean over the classes where it is defined of the area under the ROC curve of one class against the others.</summary>
    public double Auc => Averages.Mean(Classes.Select(static c => c.Auc));

    /// <summary>How far the exact mean area is away from <see cref="Auc"/> at most.</summary>
    public double AucError => Averages.Mean(Classes.Select(static c => c.AucError));

    /// <summary>The classes whose area is defined.</summary>
    public int AucClasses => Classes.Count(static c => !double.IsNaN(c.Auc));

    /// <summary>The mean area by support.</summary>
    public double WeightedAuc => Averages.Mean(Classes.Select(static c => (c.Auc, c.Support)));

    /// <summary>Bounds of the mean average precision of the classes that are a target.</summary>
    public (double Lower, double Upper) AveragePrecision =>
        (Averages.Mean(Classes.Select(static c => c.AveragePrecision.Lower)),
            Averages.Mean(Classes.Select(static c => c.AveragePrecision.Upper)));

    /// <summary>The expected calibration error: the mean difference between confidence and hit rate over bins of equal width.</summary>
    public double Ece => Bins.Sum(static bin => bin.Count > 0 ? bin.Count * Math.Abs(bin.HitRate - bin.Confidence) : 0) / Weight;

    /// <summary>What <see cref="Ece"/> would be on other data.</summary>
    public Interval EceInterval { get; } = Interval.None;

    /// <summary>The largest difference between confidence and hit rate of a bin that is not empty; NaN without rows.</summary>
    public double MaximumCalibrationError => Counted == 0 ? double.NaN
        : Bins.Where(static bin => bin.Count > 0).Max(static bin => Math.Abs(bin.HitRate - bin.Confidence));

    /// <summary>The expected calibration error over bins of about equal numbers of rows, where equal confidences share a bin.</summary>
    public double EqualMassEce { get; }

    /// <summary>The mean over all classes of the expected calibration error of the class's probability; NaN where it is off.</summary>
    public double ClassWiseEce => Averages.Mean(Classes.Select(static c => c.Ece));

    private IEnumerable<ClassReport> Occurring => Classes.Where(static c => c.Occurs);
}
