namespace Surprisal.Cli.Evaluate;

/// <summary>Which model is scored, and on what: its own part to test with where nothing else is said.</summary>
internal sealed record RunRequest
{
    /// <summary>The folder of a run, or a model.safetensors.</summary>
    public required string Run { get; init; }

    /// <summary>A folder of images: one sub-folder a class, or flat where labels or masks say more.</summary>
    public string? Images { get; init; }

    /// <summary>The table of the labels of each image.</summary>
    public string? Labels { get; init; }

    /// <summary>The folder of the masks of the images.</summary>
    public string? Masks { get; init; }

    /// <summary>A table in text.</summary>
    public string? Table { get; init; }

    /// <summary>Its column of the classes; null for that of the training.</summary>
    public string? Target { get; init; }

    /// <summary>A folder of IDX files, whose part to test with is meant.</summary>
    public string? Data { get; init; }

    /// <summary>Whether images that cannot be read are left out.</summary>
    public bool SkipBad { get; init; }

    /// <summary>Images of more pixels are refused; null for what is usual.</summary>
    public long? MaxPixels { get; init; }
}
