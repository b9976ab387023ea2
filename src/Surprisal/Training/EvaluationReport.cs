namespace Surprisal.Training;

/// <summary>What <see cref="Trainer.Evaluate(DataLoader)"/> returns: <c>var (loss, accuracy) = trainer.Evaluate(test);</c></summary>
public sealed record EvaluationReport
{
    /// <summary>The mean loss, in nats.</summary>
    public required double Loss { get; init; }

    /// <summary>The predictions, class by class.</summary>
    public required Accuracy Accuracy { get; init; }

    /// <summary>Takes both.</summary>
    public void Deconstruct(out double loss, out Accuracy accuracy) => (loss, accuracy) = (Loss, Accuracy);
}
