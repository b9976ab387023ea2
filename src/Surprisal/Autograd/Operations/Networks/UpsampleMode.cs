namespace Surprisal;

/// <summary>How an image is enlarged.</summary>
public enum UpsampleMode
{
    /// <summary>Each pixel is repeated: output i is pixel floor(i / scale).</summary>
    Nearest,

    /// <summary>Between the four neighbours: output i lies at (i + 1/2) / scale - 1/2, at the edge on it.</summary>
    Bilinear,
}
