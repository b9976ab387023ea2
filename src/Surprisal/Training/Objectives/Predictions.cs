using Surprisal.Metrics;

namespace Surprisal.Training;

/// <summary>What a pass over a loader says of the model's predictions: the metrics that cost little beside the model.</summary>
internal abstract class Predictions
{
    /// <summary>Counts a batch.</summary>
    public abstract void Add(Tensor<float> outputs, Batch batch);

    /// <summary>Everything counted, with the mean loss.</summary>
    public abstract EvaluationReport Report(double loss);

    /// <summary>Without intervals, ranking and class-wise calibration.</summary>
    protected static MetricOptions Options(int classes, ScoreKind scores, long ignoreIndex) => new()
    {
        Classes = classes, Scores = scores, IgnoreIndex = ignoreIndex, ZeroDivision = ZeroDivision.NaN,
        Replicates = 0, Ranking = false, ClassCalibration = false,
    };
}
