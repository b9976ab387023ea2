namespace Surprisal.Cuda;

/// <summary>How the library cuts the sums of linear cross-entropy.</summary>
internal static class LinearTiles
{
    /// <summary>The classes whose exponentials are counted from one maximum, and whose part of a row's gradient is added by
    /// itself.</summary>
    public const int Classes = 192;

    /// <summary>The rows whose part of a class's gradient is added by itself.</summary>
    public const int Rows = 64;
}
