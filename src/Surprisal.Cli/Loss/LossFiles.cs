namespace Surprisal.Cli.Loss;

/// <summary>The arrays that a loss reads.</summary>
/// <param name="Logits">The scores, or whatever its input is.</param>
/// <param name="Targets">Class indices, or numbers.</param>
/// <param name="Weights">One for each loss; null for all 1.</param>
internal sealed record LossFiles(StoredArray Logits, StoredArray Targets, StoredArray? Weights)
{
    /// <summary>Whether the targets are numbers: cross-entropy then takes them for class probabilities.</summary>
    public bool AreProbabilities => Targets.Type.IsFloating;

    /// <summary>The shape of the losses before the reduction.</summary>
    public long[] LossShape(Surprisal.Loss loss)
    {
        var rank = Logits.Shape.Count;
        return loss switch
        {
            CrossEntropyLoss when AreProbabilities => Without(rank == 1 ? 0 : 1),
            ClassIndexLoss => [.. Targets.Shape],
            MultiLabelSoftMarginLoss => Without(rank - 1),
            _ => [.. Logits.Shape],
        };
    }

    /// <summary>What an error of the library is about, by the name that its argument has there; null where it is about no file.</summary>
    public string? Find(string? argument) => argument switch
    {
        "logits" or "inputs" => Logits.Name,
        "targets" => Targets.Name,
        "sampleWeights" => Weights?.Name,
        "Weight" => "--weight",
        "PosWeight" => "--pos-weight",
        "Prior" => "--prior",
        _ => null,
    };

    private long[] Without(int axis) => [.. Logits.Shape.Where((_, i) => i != axis)];
}
