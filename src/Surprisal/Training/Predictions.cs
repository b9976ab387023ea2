using Surprisal.Metrics;

namespace Surprisal.Training;

/// <summary>What a pass over a loader says of the model's predictions: the metrics that cost little beside the model.</summary>
internal sealed class Predictions(int classes, long ignoreIndex)
{
    // A single class beside one that nothing can be: metrics would take one column as a binary score.
    private readonly ClassificationMetrics metrics = new(new MetricOptions
    {
        Classes = Math.Max(classes, 2), Scores = ScoreKind.Logits, IgnoreIndex = ignoreIndex, ZeroDivision = ZeroDivision.NaN,
        Replicates = 0, Ranking = false, ClassCalibration = false,
    });

    public ClassificationReport Report() => metrics.Report();

    /// <summary>Counts a batch: logits [N, C] against targets [N].</summary>
    public void Add(Tensor<float> logits, Tensor<long> targets)
    {
        if (logits.Rank != 2 || logits.Shape[1] != classes || targets.Rank != 1 || targets.Shape[0] != logits.Shape[0])
            throw new ArgumentException($"logits have shape {logits.Shape} and targets {targets.Shape}; " +
                $"[N, {classes}] and [N] are needed.", nameof(logits));
        if (classes > 1)
        {
            metrics.Add<float, long>(logits.Span, targets.Span);
            return;
        }
        var two = new float[2 * logits.Length];
        for (var i = 0; i < logits.Length; i++) (two[2 * i], two[2 * i + 1]) = (logits.Span[i], float.NegativeInfinity);
        metrics.Add<float, long>(two, targets.Span);
    }
}
