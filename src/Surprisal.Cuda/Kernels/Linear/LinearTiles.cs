namespace Surprisal.Cuda;

/// <summary>How the library cuts the sums of linear cross-entropy.</summary>
internal static class LinearTiles
{
    /// <summary>The classes whose exponentials are counted from one maximum, and whose part of a row's gradient is added by
    /// itself.</summary>
    public const int Classes = 192;

    /// <summary>The rows whose part of a class's gradient is added by itself.</summary>
    public const int Rows = 64;

    /// <summary>What exponents are counted from: the maximum, or 0 where that is -infinity.</summary>
    public static Real<T> Shift<T>(Real<T> max) where T : struct, IRealFormat =>
        Real<T>.Select(Real<T>.Equal(max, Real<T>.Constant(double.NegativeInfinity)), Real<T>.Zero, max);
}
