namespace Surprisal.Training;

/// <summary>A file that was to be a sample and cannot be read.</summary>
public sealed record UnreadableFile
{
    /// <summary>Where it is, below the folder that was loaded.</summary>
    public required string Path { get; init; }

    /// <summary>The file itself, as it is found from here; of an image with a mask the one of both that is meant. Null where nobody
    /// said.</summary>
    public string? FullPath { get; init; }

    /// <summary>What is wrong with it, in one line.</summary>
    public required string Reason { get; init; }

    /// <summary>One line: path and reason.</summary>
    public override string ToString() => $"{Path}: {Reason}";

    /// <summary>From the exception's message, which may begin with the file's name, or its mask's: it is said once.</summary>
    internal static UnreadableFile Of(string folder, string file, Exception error, string? mask = null)
    {
        var reason = OneLine.Of(error.Message);
        var named = mask is not null && reason.StartsWith($"{mask}: ", StringComparison.Ordinal) ? mask : file;
        return new UnreadableFile
        {
            Path = System.IO.Path.GetRelativePath(folder, file), FullPath = named,
            Reason = reason.StartsWith($"{named}: ", StringComparison.Ordinal) ? reason[(named.Length + 2)..] : reason,
        };
    }
}
