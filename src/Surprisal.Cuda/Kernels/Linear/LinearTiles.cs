namespace Surprisal.Cuda;

/// <summary>How the library cuts the sums of linear cross-entropy.</summary>
internal static class LinearTiles
{
    /// <summary>The classes whose exponentials are counted from one maximum, and whose part of a row's gradient is added by
    /// itself.</summary>
    public const int Classes = 192;

    /// <summary>The rows whose part of a class's gradient is added by itself.</summary>
    public const int Rows = 64;

    /// <summary>The classes of a tile, counted from the block's first.</summary>
    public static (Whole<U32> First, Whole<U32> End) ClassesOf(LinearArguments arguments, Whole<U32> tile)
    {
        var first = tile * Classes;
        return (first, Whole<U32>.Min(first + Classes, arguments.Classes));
    }

    /// <summary>What exponents are counted from: the maximum, or 0 where that is -infinity.</summary>
    public static Real<T> Shift<T>(Real<T> max) where T : struct, IRealFormat =>
        Real<T>.Select(Real<T>.Equal(max, Real<T>.Constant(double.NegativeInfinity)), Real<T>.Zero, max);
}
