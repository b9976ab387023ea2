namespace Surprisal.Training;

/// <summary>An image file that became a sample.</summary>
public sealed record LoadedImage
{
    /// <summary>Where it is, below the folder that was loaded.</summary>
    public required string Path { get; init; }

    /// <summary>Its pixels across in the file, upright.</summary>
    public required int Width { get; init; }

    /// <summary>Its pixels downwards in the file, upright.</summary>
    public required int Height { get; init; }
}
