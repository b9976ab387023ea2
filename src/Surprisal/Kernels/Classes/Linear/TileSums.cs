using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// What a tile of logits tells of each row, with a row in each lane: the largest logit m, the sum of exp(z - m), and what label smoothing
/// or class probabilities q need, sum q z or sum q (m - z). Sums go to doubles every four classes.
/// </summary>
internal static unsafe class TileSums
{
    /// <summary>The maximum of each lane, and the minimum.</summary>
    [MethodImpl(Compile.Separately)]
    public static Lanes<T> Max<T>(T* z, int classes, out Lanes<T> low) where T : unmanaged
    {
        var max = Lanes<T>.Load(ref *z, 0);
        low = max;
        for (nint i = LinearTile.Rows; i < (nint)classes * LinearTile.Rows; i += LinearTile.Rows)
        {
            var x = Lanes<T>.Load(ref *z, i);
            (max, low) = (Lanes<T>.MaxNative(max, x), Lanes<T>.MinNative(low, x));
        }
        return max;
    }

    /// <summary>The first class of each lane that is the maximum, as a number.</summary>
    [MethodImpl(Compile.Separately)]
    public static Lanes<T> ArgMax<T>(T* z, int classes, Lanes<T> max) where T : unmanaged, INumberBase<T>
    {
        var place = Lanes<T>.Zero;
        for (var c = classes - 1; c >= 0; c--)
            place = Lanes<T>.Select(Lanes<T>.Equal(Lanes<T>.Load(ref *z, (nint)c * LinearTile.Rows), max),
                Lanes<T>.All(T.CreateTruncating(c)), place);
        return place;
    }

    /// <summary>What exponents are counted from: the maximum, or 0 where that is -infinity.</summary>
    public static Lanes<T> Shift<T>(Lanes<T> max) where T : unmanaged, IFloatingPointIeee754<T> =>
        Lanes<T>.Select(Lanes<T>.Equal(max, Lanes<T>.All(T.NegativeInfinity)), Lanes<T>.Zero, max);

    /// <summary>e = exp(z - m) in the place of z, and its sum.</summary>
    public static void Exp<T>(T* z, int classes, Lanes<T> max, Lanes<T> low, Span<double> sums)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var shift = Shift(max);
        if (Exponential.NoneUnderflows(shift, low)) Exp<T, ShiftedExp<T>.NoUnderflow>(z, classes, shift, sums);
        else Exp<T, ShiftedExp<T>.General>(z, classes, shift, sums);
    }

    [MethodImpl(Compile.Separately)]
    private static void Exp<T, TExp>(T* z, int classes, Lanes<T> shift, Span<double> sums)
        where T : unmanaged
        where TExp : struct, IShiftedExp<T>
    {
        var (total, lower, upper, whole) = (default(DoubleAccumulator<T>), Lanes<T>.Zero, Lanes<T>.Zero, classes & -4);
        // One exponential in the loop: where registers are narrow the compiler would leave those of four to calls.
        for (var c = 0; c < classes; c++, z += LinearTile.Rows)
        {
            var e = default(TExp).Apply(Lanes<T>.Load(ref *z, 0), shift, out _);
            e.Store(ref *z, 0);
            if (c >= whole) (lower, upper) = (e, Lanes<T>.Zero);
            else if (c % 4 == 0) lower = e;
            else if (c % 4 == 1) lower += e;
            else if (c % 4 == 2) upper = e;
            else upper += e;
            if (c % 4 == 3 || c >= whole) total.Add(lower + upper);
        }
        total.Store(sums);
    }

    /// <summary>The sum of w z, or of z where the weights are null.</summary>
    [MethodImpl(Compile.Separately)]
    public static void Weighted<T>(T* z, int classes, T* weight, Span<double> sums) where T : unmanaged
    {
        var total = default(DoubleAccumulator<T>);
        for (var c = 0; c < classes; c++, z += LinearTile.Rows)
            if (weight is null) total.Add(Lanes<T>.Load(ref *z, 0));
            else total.AddProduct(Lanes<T>.Load(ref *z, 0), Lanes<T>.All(weight[c]));
        total.Store(sums);
    }

    /// <summary>The sums of q and of q (m - z).</summary>
    [MethodImpl(Compile.Separately)]
    public static void Costs<T>(T* z, int classes, T* q, Lanes<T> max, Span<double> total, Span<double> costs)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (sum, cost, shift) = (default(DoubleAccumulator<T>), default(DoubleAccumulator<T>), Shift(max));
        for (nint i = 0; i < (nint)classes * LinearTile.Rows; i += LinearTile.Rows)
        {
            var probability = Lanes<T>.Load(ref *q, i);
            sum.Add(probability);
            cost.AddProduct(probability, shift - Lanes<T>.Load(ref *z, i));
        }
        sum.Store(total);
        cost.Store(costs);
    }
}
