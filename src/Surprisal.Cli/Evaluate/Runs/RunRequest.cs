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

    /// <summary>The class that the run was told to ignore, whose samples counted nowhere in its training; null for none.</summary>
    public long? IgnoreIndex()
    {
        if (!File.Exists(Path.Combine(Run, RunFolder.OptionsName))) return null;
        var given = RunFolder.OptionsOf(Run).LossOptions.SkipWhile(static word => word != "--ignore-index").Skip(1).FirstOrDefault();
        return Numeral.TryWhole(given ?? "", out var index) ? index : null;
    }

    /// <summary>Whether images that cannot be read are left out.</summary>
    public bool SkipBad { get; init; }

    /// <summary>Images of more pixels are refused; null for what is usual.</summary>
    public long? MaxPixels { get; init; }
}
