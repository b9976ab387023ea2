using System.Text.Json;
using Surprisal.Metrics;

namespace Surprisal.Training;

/// <summary>Predictions of one class a sample, or a position of one: logits [N, C] or [N, C, ..] against targets [N] or [N, ..].</summary>
internal sealed class ClassPredictions(int classes, long ignoreIndex) : Predictions
{
    // A single class beside one that nothing can be: metrics would take one column as a binary score.
    private ClassificationMetrics metrics = new(Options(Math.Max(classes, 2), ScoreKind.Logits, ignoreIndex));

    public override EvaluationReport Report(double loss) => new() { Loss = loss, Metrics = metrics.Report() };

    public override void Begin(long samples, int rowsPerSample) =>
        metrics = new(metrics.Options, samples * rowsPerSample);

    public override byte[] State() => Json(metrics.Write);

    public override void Merge(byte[] state)
    {
        using var json = JsonDocument.Parse(state);
        metrics.Merge(ClassificationMetrics.Read(json.RootElement, metrics.Options), allowGap: true);
    }

    public override void Add(Tensor<float> outputs, Batch batch)
    {
        var (logits, targets) = (outputs, batch.Targets);
        if (logits.Rank < 2 || logits.Shape[1] != classes || targets.Rank != logits.Rank - 1
            || targets.Length * classes != logits.Length || targets.Shape[0] != logits.Shape[0])
            throw new ArgumentException($"logits have shape {logits.Shape} and targets {targets.Shape}; " +
                $"[N, {classes}] and [N] are needed, or [N, {classes}, ..] and [N, ..].", nameof(outputs));
        var positions = Math.Max(1, targets.Length / Math.Max(1, targets.Shape[0]));
        if (classes > 1)
        {
            metrics.Add<float, long>(logits.Span, targets.Span, positions: positions);
            return;
        }
        var two = new float[2 * logits.Length];
        Array.Fill(two, float.NegativeInfinity);
        for (var i = 0; i < logits.Length; i++) two[i / positions * 2 * positions + i % positions] = logits.Span[i];
        metrics.Add<float, long>(two, targets.Span, positions: positions);
    }
}
