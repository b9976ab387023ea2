using System.Globalization;

namespace Surprisal.Training;

/// <summary>The epoch that was best on the validation set so far, with its weights; the earliest of equals.</summary>
public sealed record BestEpoch
{
    /// <summary>Its number, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The <see cref="Trainer.Criterion"/>'s value after it.</summary>
    public required double Value { get; init; }

    /// <summary>
    /// A copy of the model's <see cref="Modules.Module.StateDictionary"/>, parameters and buffers, which nothing changes any more:
    /// <c>model.LoadStateDictionary(trainer.Best.State)</c>.
    /// </summary>
    public required IReadOnlyDictionary<string, Tensor> State { get; init; }

    /// <summary>One line: epoch 7: 0.1234.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"epoch {Epoch}: {Value:F4}");
}
