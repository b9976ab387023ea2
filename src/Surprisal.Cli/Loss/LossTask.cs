using Surprisal.Cli.Tables;

namespace Surprisal.Cli.Loss;

/// <summary>What was asked: a loss, the files that it reads, and where its results go.</summary>
internal sealed record LossTask(LossEntry Entry, Surprisal.Loss Loss, string Logits, string Targets)
{
    /// <summary>A file of one weight for each loss; null for all 1.</summary>
    public string? SampleWeights { get; init; }

    /// <summary>Where the gradient goes; null for none.</summary>
    public string? Gradient { get; init; }

    /// <summary>Where the losses go, or their one value; null for none.</summary>
    public string? Output { get; init; }

    /// <summary>Formats of tables that are read beside the arrays of the library.</summary>
    public IReadOnlyList<TableFormat> Formats { get; init; } = [];

    /// <summary>Whether files that are there may be replaced.</summary>
    public bool Force { get; init; }

    /// <summary>Whether the answer is one JSON object instead of a line.</summary>
    public bool Json { get; init; }

    /// <summary>Refuses outputs that would replace something or cannot be written, before any work is done.</summary>
    /// <exception cref="InvalidDataException">A file is there, or its folder is not, or two outputs have one name.</exception>
    public void CheckOutputs()
    {
        if (Gradient is not null && Output is not null && Path.GetFullPath(Gradient) == Path.GetFullPath(Output))
            throw new InvalidDataException($"{Output} is the file of --gradient and of --out; each needs one of its own.");
        foreach (var (option, path) in new[] { ("--gradient", Gradient), ("--out", Output) })
            if (path is not null && !AtomicFile.IsDevice(path)) OutputPath.Check(option, path, Force);
    }
}
