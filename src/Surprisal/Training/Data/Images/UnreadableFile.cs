namespace Surprisal.Training;

/// <summary>A file that was to be a sample and cannot be read.</summary>
public sealed record UnreadableFile
{
    /// <summary>Where it is, below the folder that was loaded.</summary>
    public required string Path { get; init; }

    /// <summary>What is wrong with it, in one line.</summary>
    public required string Reason { get; init; }

    /// <summary>One line: path and reason, which may name the file, or the mask of the image, itself.</summary>
    public override string ToString() =>
        System.IO.Path.IsPathRooted(Reason) || Reason.Contains(Path, StringComparison.Ordinal) ? Reason : $"{Path}: {Reason}";
}
