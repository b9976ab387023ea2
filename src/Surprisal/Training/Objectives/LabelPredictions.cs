using Surprisal.Metrics;

namespace Surprisal.Training;

/// <summary>Predictions of labels, each of which may be the case; a single one is that of two classes, from one column.</summary>
internal sealed class LabelPredictions(DenseObjective objective, bool areProbabilities) : Predictions
{
    private readonly ScoreKind kind = areProbabilities ? ScoreKind.Probabilities : ScoreKind.Logits;
    private MultiLabelMetrics? several;
    private ClassificationMetrics? single;

    public override EvaluationReport Report(double loss) => new()
    {
        Loss = loss,
        Metrics = (single ?? new(Options(1, kind, -100))).Report(),
        MultiLabel = several?.Report(),
    };

    public override void Add(Tensor<float> outputs, Batch batch)
    {
        var labels = DenseObjective.Labels(outputs);
        var targets = Array.ConvertAll(objective.Targets(outputs, batch).ToArray(),
            static target => DenseObjective.IsTheCase(target) ? 1L : 0);
        if (labels == 1) (single ??= new(Options(1, kind, -100))).Add<float, long>(outputs.Span, targets);
        else (several ??= new(Options(labels, kind, -100))).Add<float, long>(outputs.Span, targets);
    }
}
