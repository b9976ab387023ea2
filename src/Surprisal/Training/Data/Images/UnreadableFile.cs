namespace Surprisal.Training;

/// <summary>A file that was to be a sample and cannot be read.</summary>
public sealed record UnreadableFile
{
    /// <summary>Where it is, below the folder that was loaded.</summary>
    public required string Path { get; init; }

    /// <summary>What is wrong with it, in one line.</summary>
    public required string Reason { get; init; }

    /// <summary>One line: path and reason, or the reason alone where it names a file of its own, such as the image's mask.</summary>
    public override string ToString() => System.IO.Path.IsPathRooted(Reason) ? Reason : $"{Path}: {Reason}";

    /// <summary>From the exception's message, which may begin with the file's name: it is said once.</summary>
    internal static UnreadableFile Of(string folder, string file, Exception error)
    {
        var reason = OneLine.Of(error.Message);
        return new UnreadableFile
        {
            Path = System.IO.Path.GetRelativePath(folder, file),
            Reason = reason.StartsWith($"{file}: ", StringComparison.Ordinal) ? reason[(file.Length + 2)..] : reason,
        };
    }
}
