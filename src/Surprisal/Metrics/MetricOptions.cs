namespace Surprisal.Metrics;

/// <summary>What metrics are told of their scores, and what they shall compute. Immutable; compared by value.</summary>
/// <example><code>
/// using Surprisal.Metrics;
///
/// var options = new MetricOptions { Classes = 10, Scores = ScoreKind.Logits };
/// Console.WriteLine(options.Bins);   // 15
/// </code></example>
public sealed record MetricOptions
{
    /// <summary>
    /// The scores of a row: the number of classes, or 1 for a binary task whose one column is the score of class 1; of
    /// <see cref="MultiLabelMetrics"/> the labels.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public required int Classes { get; init => field = AtLeast(1, value, nameof(Classes), "a row has at least one score"); }

    /// <summary>What the scores are.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not one of the three.</exception>
    public required ScoreKind Scores
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Scores), value,
            $"Scores is {value}; it is Logits, Probabilities or LogProbabilities.");
    }

    /// <summary>The target of rows that are ignored: they enter no metric and are counted apart. Default -100.</summary>
    public long IgnoreIndex { get; init; } = -100;

    /// <summary>How many classes the target may be among for <see cref="ClassificationReport.TopKAccuracy"/>. Default null: 5, or all
    /// classes where they are fewer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1; more than the classes is refused by the metrics.</exception>
    public int? TopK { get; init => field = value is null ? null : AtLeast(1, value.Value, nameof(TopK), "the first class is one"); }

    /// <summary>The bins of calibration, of equal width and of equal mass. Default 15, as Guo et al. (2017).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or more than 1,000.</exception>
    public int Bins
    {
        get;
        init => field = value <= 1000 ? AtLeast(1, value, nameof(Bins), "all rows are in one of them")
            : throw new ArgumentOutOfRangeException(nameof(Bins), value, $"Bins is {value}; 1,000 at most.");
    } = 15;

    /// <summary>
    /// The least probability of the target that the loss of probabilities goes by: max(p, Clip), nothing else. Default 0: the loss of an
    /// impossible target is infinite. Ignored for logits.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside [0, 1).</exception>
    public double Clip
    {
        get;
        init => field = value is >= 0 and < 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(Clip), value, $"Clip is {value}; it is a probability of 0 or more and below 1.");
    }

    /// <summary>What precision, recall and F1 are where they are 0 / 0. Default 0.</summary>
    public ZeroDivision ZeroDivision { get; init; }

    /// <summary>One weight a class for the loss, which is then divided by the targets' weights. Default null: all 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A weight that is negative, infinite or NaN.</exception>
    public ClassWeights? Weight
    {
        get;
        init
        {
            for (var c = 0; c < value?.Count; c++)
                if (!(value[c] >= 0 && double.IsFinite(value[c])))
                    throw new ArgumentOutOfRangeException(nameof(Weight),
                        $"Weight[{c}] = {value[c]}; metrics take weights of 0 and more that are finite.");
            field = value;
        }
    }

    /// <summary>How much of the target the loss spreads over all classes, as <see cref="CrossEntropyLoss.LabelSmoothing"/>; logits only.
    /// Default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside [0, 1].</exception>
    public double LabelSmoothing
    {
        get;
        init => field = value is >= 0 and <= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(LabelSmoothing), value,
                $"LabelSmoothing is {value}; it is a share from 0 to 1.");
    }

    /// <summary>The seed of the groups and replicates behind the intervals. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Into how many groups rows are drawn for the intervals. Default 1,024.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or more than 65,536.</exception>
    public int Groups
    {
        get;
        init => field = value <= 65_536 ? AtLeast(1, value, nameof(Groups), "every row is in one of them")
            : throw new ArgumentOutOfRangeException(nameof(Groups), value, $"Groups is {value}; 65,536 at most.");
    } = 1024;

    /// <summary>How often the groups are drawn again for the intervals. Default 1,000; 0 leaves intervals out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int Replicates { get; init => field = AtLeast(0, value, nameof(Replicates), "0 leaves intervals out"); } = 1000;

    /// <summary>How many rows of the largest losses are kept. Default 10.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int HardestRows { get; init => field = AtLeast(0, value, nameof(HardestRows), "0 keeps none"); } = 10;

    /// <summary>Whether ROC-AUC and average precision of each class are computed. Default null: up to 1,024 classes.</summary>
    public bool? Ranking { get; init; }

    /// <summary>Whether the calibration error of each class is computed. Default null: up to 1,024 classes.</summary>
    public bool? ClassCalibration { get; init; }

    /// <summary>Whether the first invalid row is an error. Default false: invalid rows are left out and counted.</summary>
    public bool Strict { get; init; }

    /// <summary>The number of classes: 2 where rows have one column.</summary>
    internal int ClassCount => Math.Max(Classes, 2);

    internal bool HasRanking => Ranking ?? ClassCount <= 1024;

    internal bool HasClassCalibration => ClassCalibration ?? ClassCount <= 1024;

    internal int TopKOrDefault => TopK ?? Math.Min(5, ClassCount);

    private static int AtLeast(int least, int value, string name, string why) => value >= least ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; {why}, so it must be {least} or more.");
}
