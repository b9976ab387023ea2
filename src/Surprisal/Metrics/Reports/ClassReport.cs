namespace Surprisal.Metrics;

/// <summary>One class of a <see cref="ClassificationReport"/>; counts are in rows, or in their weights.</summary>
/// <param name="Class">Its number, from 0.</param>
/// <param name="Support">Rows whose target it is.</param>
/// <param name="Predicted">Rows that were taken for it.</param>
/// <param name="Hits">Rows that are both.</param>
/// <param name="Loss">The mean loss of the rows of this class, in nats; NaN without any.</param>
/// <param name="Auc">The area under the ROC curve of this class against all others; NaN where one side is absent, or where ranking is
/// off.</param>
/// <param name="AucError">How far the exact area is away from it at most.</param>
/// <param name="AveragePrecision">The bounds of average precision; NaN without rows of this class, or where ranking is off.</param>
/// <param name="Ece">The expected calibration error of this class's probability; NaN where it is off.</param>
/// <param name="ZeroDivision">What 0 / 0 is.</param>
public sealed record ClassReport(
    int Class,
    double Support,
    double Predicted,
    double Hits,
    double Loss,
    double Auc,
    double AucError,
    (double Lower, double Upper) AveragePrecision,
    double Ece,
    ZeroDivision ZeroDivision)
{
    /// <summary>Hits / Predicted: of the rows that were taken for this class, the share that are.</summary>
    public double Precision => Divide(Hits, Predicted);

    /// <summary>Hits / Support: of the rows of this class, the share that were taken for it.</summary>
    public double Recall => Divide(Hits, Support);

    /// <summary>2 Hits / (Support + Predicted): the harmonic mean of precision and recall, also Dice's coefficient.</summary>
    public double F1 => Divide(2 * Hits, Support + Predicted);

    /// <summary>
    /// Hits / (Support + Predicted - Hits): intersection over union, Jaccard's index; NaN for a class that does not occur.
    /// </summary>
    public double Iou => Hits / (Support + Predicted - Hits);

    /// <summary>Whether the class occurs, as a target or as a prediction; averages over classes are over those that do.</summary>
    public bool Occurs => Support + Predicted > 0;

    private double Divide(double a, double b) => Averages.Divide(a, b, ZeroDivision);
}
