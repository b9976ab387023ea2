using Surprisal.Metrics;

namespace Surprisal.Training;

/// <summary>A pass of a language model: how many tokens there were. A table of all pairs of tokens would not fit in memory.</summary>
internal sealed class TokenPredictions(TokenObjective objective, long ignoreIndex) : Predictions
{
    private long tokens;

    public override void Add(Tensor<float> outputs, Batch batch) => tokens += objective.Counted(batch);

    public override EvaluationReport Report(double loss) => new()
    {
        Loss = loss,
        Metrics = new ClassificationMetrics(Options(2, ScoreKind.Logits, ignoreIndex)).Report(),
        Tokens = tokens,
    };
}
