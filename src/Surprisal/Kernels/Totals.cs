using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>Sums in double, in a fixed order. Rows are contiguous; columns are summed by adding rows.</summary>
internal static class Totals
{
    /// <summary>What one thread sums at a time; longer rows add the sums of such blocks in order.</summary>
    private const int Block = 65_536;

    /// <summary>The sum of a contiguous row: two double accumulators a lane block, added by a fixed tree.</summary>
    public static double Sum<T>(ReadOnlySpan<T> x) where T : unmanaged, INumberBase<T>
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double)) return SumScalar(x);
        if (x.Length > Block)
        {
            var blocks = new Blocks<T>(x);
            return Partition.Sum(Partition.Pieces(x.Length, Block), Block, ref blocks);
        }
        return SumLanes(x);
    }

    /// <summary>The part of a block at the end is loaded first, by a call, over which the sums would be put to memory and back at every step.</summary>
    [MethodImpl(Compile.Alone)]
    private static double SumLanes<T>(ReadOnlySpan<T> x) where T : unmanaged
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        var whole = x.Length & -Lanes<T>.Count;
        var last = whole < x.Length ? Lanes<T>.LoadPart(ref from, whole, x.Length - whole) : Lanes<T>.Zero;
        var sum = default(WideSum<T>);
        for (var i = 0; i < whole; i += Lanes<T>.Count) sum.Add(Lanes<T>.Load(ref from, i));
        if (whole < x.Length) sum.Add(last);
        return sum.Sum();
    }

    /// <summary>Sum of (x - a)(y - b): 256 products at a time in lanes of T, those in double.</summary>
    [MethodImpl(Compile.Alone)]
    public static double Products<T>(ReadOnlySpan<T> x, double a, ReadOnlySpan<T> y, double b) where T : unmanaged, INumberBase<T>
    {
        ref var left = ref MemoryMarshal.GetReference(x);
        ref var right = ref MemoryMarshal.GetReference(y);
        var (centerX, centerY) = (T.CreateTruncating(a), T.CreateTruncating(b));
        var whole = x.Length & -Lanes<T>.Count; // as in SumLanes
        Lanes<T> lastX = Lanes<T>.Zero, lastY = Lanes<T>.Zero;
        if (whole < x.Length)
        {
            lastX = Lanes<T>.LoadPart(ref left, whole, x.Length - whole, centerX) - Lanes<T>.All(centerX);
            lastY = Lanes<T>.LoadPart(ref right, whole, x.Length - whole, centerY) - Lanes<T>.All(centerY);
        }
        var total = 0.0;
        for (var start = 0; start < x.Length; start += 256)
        {
            var end = Math.Min(whole, start + 256);
            var sum = Lanes<T>.Zero;
            for (var i = start; i < end; i += Lanes<T>.Count)
                sum = Lanes<T>.Fma(Lanes<T>.Load(ref left, i) - Lanes<T>.All(centerX), Lanes<T>.Load(ref right, i) - Lanes<T>.All(centerY), sum);
            if (start + 256 > x.Length && whole < x.Length) sum = Lanes<T>.Fma(lastX, lastY, sum);
            total += sum.Sum();
        }
        return total;
    }

    /// <summary>total[j] += x[j].</summary>
    [MethodImpl(Compile.Alone)]
    public static void AddTo<T>(ReadOnlySpan<T> x, Span<double> total) where T : unmanaged, INumberBase<T>
    {
        var j = 0;
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
        {
            ref var from = ref MemoryMarshal.GetReference(x);
            for (; j <= x.Length - Lanes<T>.Count; j += Lanes<T>.Count) WideSum<T>.AddTo(Lanes<T>.Load(ref from, j), total[j..]);
        }
        for (; j < x.Length; j++) total[j] += double.CreateTruncating(x[j]);
    }

    /// <summary>total[j] = the sum over rows of x[row, j]; wide matrices by columns on all threads.</summary>
    public static void Columns<T>(ReadOnlySpan<T> x, Span<double> total) where T : unmanaged, INumberBase<T>
    {
        var columns = new ColumnBlocks<T>(x, total);
        Partition.Run((total.Length + ColumnBlock - 1) / ColumnBlock, (long)x.Length / Math.Max(1, total.Length) * ColumnBlock, ref columns);
    }

    private const int ColumnBlock = 128;

    private readonly ref struct ColumnBlocks<T>(ReadOnlySpan<T> x, Span<double> total) : IBlocks where T : unmanaged, INumberBase<T>
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<double> total = total;

        public void Run(int block)
        {
            var (first, width) = (block * ColumnBlock, Math.Min(ColumnBlock, total.Length - block * ColumnBlock));
            var to = total.Slice(first, width);
            to.Clear();
            for (var start = first; start < x.Length; start += total.Length) AddTo(x.Slice(start, width), to);
        }
    }

    private readonly ref struct Blocks<T>(ReadOnlySpan<T> x) : IBlockSum where T : unmanaged, INumberBase<T>
    {
        private readonly ReadOnlySpan<T> x = x;

        public double Run(int block) => Sum(x[Partition.Piece(block, x.Length, Block)]);
    }

    private static double SumScalar<T>(ReadOnlySpan<T> x) where T : unmanaged, INumberBase<T>
    {
        var sum = 0.0;
        foreach (var value in x) sum += double.CreateTruncating(value);
        return sum;
    }
}
