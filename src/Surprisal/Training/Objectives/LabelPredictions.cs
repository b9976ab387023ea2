using System.Text.Json;
using Surprisal.Metrics;

namespace Surprisal.Training;

/// <summary>Predictions of labels, each of which may be the case; a single one is that of two classes, from one column.</summary>
internal sealed class LabelPredictions(DenseObjective objective, bool areProbabilities) : Predictions
{
    private readonly ScoreKind kind = areProbabilities ? ScoreKind.Probabilities : ScoreKind.Logits;
    private long before;
    private MultiLabelMetrics? several;
    private ClassificationMetrics? single;

    public override EvaluationReport Report(double loss) => new()
    {
        Loss = loss,
        Metrics = (single ?? new(Options(1, kind, -100))).Report(),
        MultiLabel = several?.Report(),
    };

    public override void Begin(long samples, int rowsPerSample) => before = samples;

    // How many labels there are is known to who has counted some: it stands before the state.
    public override byte[] State() => several is not null ? [.. BitConverter.GetBytes(several.Options.Classes), .. Json(several.Write)]
        : single is not null ? [.. BitConverter.GetBytes(1), .. Json(single.Write)]
        : [];

    public override void Merge(byte[] state)
    {
        if (state.Length == 0) return;
        var options = Options(BitConverter.ToInt32(state), kind, -100);
        using var json = JsonDocument.Parse(state.AsMemory(sizeof(int)));
        if (options.Classes == 1)
        {
            if (single is null) single = ClassificationMetrics.Read(json.RootElement, options);
            else single.Merge(ClassificationMetrics.Read(json.RootElement, options), allowGap: true);
        }
        else
        {
            if (several is null) several = MultiLabelMetrics.Read(json.RootElement, options);
            else several.Merge(MultiLabelMetrics.Read(json.RootElement, options), allowGap: true);
        }
    }

    public override void Add(Tensor<float> outputs, Batch batch)
    {
        var labels = DenseObjective.Labels(outputs);
        var targets = Array.ConvertAll(objective.Targets(outputs, batch).ToArray(),
            static target => DenseObjective.IsTheCase(target) ? 1L : 0);
        if (labels == 1) (single ??= new(Options(1, kind, -100), before)).Add<float, long>(outputs.Span, targets);
        else (several ??= new(Options(labels, kind, -100), before)).Add<float, long>(outputs.Span, targets);
    }
}
