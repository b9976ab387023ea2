using System.Globalization;

namespace Surprisal.Training;

/// <summary>What <see cref="Trainer.Evaluate(DataLoader)"/> returns: <c>var (loss, accuracy) = trainer.Evaluate(test);</c></summary>
public sealed record EvaluationReport
{
    /// <summary>The mean loss, in nats.</summary>
    public required double Loss { get; init; }

    /// <summary>The predictions, class by class.</summary>
    public required Accuracy Accuracy { get; init; }

    /// <summary>One line: loss 0.1234, accuracy 0.961, 345 of 359.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"loss {Loss:F4}, {Accuracy}");

    /// <summary>Takes both.</summary>
    /// <param name="loss">Receives <see cref="Loss"/>.</param>
    /// <param name="accuracy">Receives <see cref="Accuracy"/>.</param>
    public void Deconstruct(out double loss, out Accuracy accuracy) => (loss, accuracy) = (Loss, Accuracy);
}
