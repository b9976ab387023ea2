using Surprisal.Metrics;

namespace Surprisal.Training;

/// <summary>A pass of a language model: how many tokens there were. A table of all pairs of tokens would not fit in memory.</summary>
internal sealed class TokenPredictions(TokenObjective objective, long ignoreIndex) : Predictions
{
    private long tokens;

    public override void Add(Tensor<float> outputs, Batch batch) => tokens += objective.Counted(batch);

    /// <summary>Where a pass begins decides nothing here: no token has a number.</summary>
    public override void Begin(long samples, int rowsPerSample)
    {
    }

    public override byte[] State() => BitConverter.GetBytes(tokens);

    public override void Merge(byte[] state) => tokens += BitConverter.ToInt64(state);

    public override EvaluationReport Report(double loss) => new()
    {
        Loss = loss,
        Metrics = new ClassificationMetrics(Options(2, ScoreKind.Logits, ignoreIndex)).Report(),
        Tokens = tokens,
    };
}
