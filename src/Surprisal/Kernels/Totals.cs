using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>Sums in double, in a fixed order. Rows are contiguous; columns are summed by adding rows.</summary>
internal static class Totals
{
    /// <summary>The sum of a contiguous row: two double accumulators a lane block, added by a fixed tree.</summary>
    public static double Sum<T>(ReadOnlySpan<T> x) where T : unmanaged, INumberBase<T>
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double)) return SumScalar(x);
        ref var from = ref MemoryMarshal.GetReference(x);
        var sum = default(WideSum<T>);
        var i = 0;
        for (; i <= x.Length - Lanes<T>.Count; i += Lanes<T>.Count) sum.Add(Lanes<T>.Load(ref from, i));
        if (i < x.Length) sum.Add(Lanes<T>.LoadPart(ref from, i, x.Length - i));
        return sum.Sum();
    }

    /// <summary>Sum of (x - a)(y - b): 256 products at a time in lanes of T, those in double.</summary>
    public static double Products<T>(ReadOnlySpan<T> x, double a, ReadOnlySpan<T> y, double b) where T : unmanaged, INumberBase<T>
    {
        ref var left = ref MemoryMarshal.GetReference(x);
        ref var right = ref MemoryMarshal.GetReference(y);
        var (centerX, centerY) = (T.CreateTruncating(a), T.CreateTruncating(b));
        var total = 0.0;
        for (var start = 0; start < x.Length; start += 256)
        {
            var end = Math.Min(x.Length, start + 256);
            var sum = Lanes<T>.Zero;
            for (var i = start; i < end; i += Lanes<T>.Count)
            {
                var count = Math.Min(Lanes<T>.Count, end - i);
                var first = Lanes<T>.LoadPart(ref left, i, count, centerX);
                var second = Lanes<T>.LoadPart(ref right, i, count, centerY);
                sum = Lanes<T>.Fma(first - Lanes<T>.All(centerX), second - Lanes<T>.All(centerY), sum);
            }
            total += sum.Sum();
        }
        return total;
    }

    /// <summary>total[j] += x[j].</summary>
    public static void AddTo<T>(ReadOnlySpan<T> x, Span<double> total) where T : unmanaged, INumberBase<T>
    {
        for (var j = 0; j < x.Length; j++) total[j] += double.CreateTruncating(x[j]);
    }

    private static double SumScalar<T>(ReadOnlySpan<T> x) where T : unmanaged, INumberBase<T>
    {
        var sum = 0.0;
        foreach (var value in x) sum += double.CreateTruncating(value);
        return sum;
    }
}
