namespace Surprisal.Cli.Models;

/// <summary>How predictions are made and told.</summary>
internal sealed record PredictOptions
{
    /// <summary>How many classes are told of each sample; null for one, or both of two.</summary>
    public int? TopK { get; init; }

    /// <summary>A file, or - for the standard output; null for neither.</summary>
    public string? Csv { get; init; }

    /// <inheritdoc cref="Csv"/>
    public string? Json { get; init; }

    /// <summary>The folder of the masks; null where none are made.</summary>
    public string? Out { get; init; }

    public bool Force { get; init; }

    public bool SkipBad { get; init; }

    public long MaxPixels { get; init; }

    /// <summary>Whether the standard output is for people.</summary>
    public bool PrintsTable => Csv is not "-" && Json is not "-";
}
