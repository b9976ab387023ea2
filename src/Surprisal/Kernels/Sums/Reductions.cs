using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>Sums in double, in a fixed order. Rows are contiguous; columns are summed by adding rows.</summary>
internal static class Reductions
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
    [MethodImpl(Compile.Separately)]
    private static double SumLanes<T>(ReadOnlySpan<T> x) where T : unmanaged
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        var whole = x.Length & -Lanes<T>.Count;
        var last = whole < x.Length ? Lanes<T>.LoadPart(ref from, whole, x.Length - whole) : Lanes<T>.Zero;
        var sum = default(DoubleAccumulator<T>);
        for (var i = 0; i < whole; i += Lanes<T>.Count) sum.Add(Lanes<T>.Load(ref from, i));
        if (whole < x.Length) sum.Add(last);
        return sum.Sum();
    }

    /// <summary>Sum of (x - center)^2: differences in T, their squares in double.</summary>
    [MethodImpl(Compile.Separately)]
    public static double Squares<T>(ReadOnlySpan<T> x, T center) where T : unmanaged, INumberBase<T>
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        var whole = x.Length & -Lanes<T>.Count; // the last part first, as in SumLanes
        var last = whole < x.Length ? Lanes<T>.LoadPart(ref from, whole, x.Length - whole, center) - Lanes<T>.All(center) : Lanes<T>.Zero;
        var sum = default(DoubleAccumulator<T>);
        for (var i = 0; i < whole; i += Lanes<T>.Count)
        {
            var d = Lanes<T>.Load(ref from, i) - Lanes<T>.All(center);
            sum.AddProduct(d, d);
        }
        if (whole < x.Length) sum.AddProduct(last, last);
        return sum.Sum();
    }

    /// <summary>Sum of y, and sum of (x - center) y: differences in T, their products in double.</summary>
    [MethodImpl(Compile.Separately)]
    public static (double Sum, double Products) WithProducts<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> x, T center) where T : unmanaged, INumberBase<T>
    {
        ref var left = ref MemoryMarshal.GetReference(x);
        ref var right = ref MemoryMarshal.GetReference(y);
        var whole = y.Length & -Lanes<T>.Count;
        Lanes<T> lastX = Lanes<T>.Zero, lastY = Lanes<T>.Zero;
        if (whole < y.Length)
        {
            lastX = Lanes<T>.LoadPart(ref left, whole, y.Length - whole, center) - Lanes<T>.All(center);
            lastY = Lanes<T>.LoadPart(ref right, whole, y.Length - whole);
        }
        var (sum, products) = (default(DoubleAccumulator<T>), default(DoubleAccumulator<T>));
        for (var i = 0; i < whole; i += Lanes<T>.Count)
        {
            var block = Lanes<T>.Load(ref right, i);
            sum.Add(block);
            products.AddProduct(Lanes<T>.Load(ref left, i) - Lanes<T>.All(center), block);
        }
        if (whole < y.Length)
        {
            sum.Add(lastY);
            products.AddProduct(lastX, lastY);
        }
        return (sum.Sum(), products.Sum());
    }

    /// <summary>total[j] += x[j].</summary>
    [MethodImpl(Compile.Separately)]
    public static void AddTo<T>(ReadOnlySpan<T> x, Span<double> total) where T : unmanaged, INumberBase<T>
    {
        var j = 0;
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
        {
            ref var from = ref MemoryMarshal.GetReference(x);
            for (; j <= x.Length - Lanes<T>.Count; j += Lanes<T>.Count) DoubleAccumulator<T>.AddTo(Lanes<T>.Load(ref from, j), total[j..]);
        }
        for (; j < x.Length; j++) total[j] += double.CreateTruncating(x[j]);
    }

    /// <summary>total[j] = the sum over rows of x[row, j]; wide matrices by columns on all threads.</summary>
    public static void Columns<T>(ReadOnlySpan<T> x, Span<double> total) where T : unmanaged, INumberBase<T>
    {
        var columns = new ColumnBlocks<T>(x, total);
        Partition.For((total.Length + ColumnBlock - 1) / ColumnBlock, (long)x.Length / Math.Max(1, total.Length) * ColumnBlock, ref columns);
    }

    private const int ColumnBlock = 128;

    private readonly ref struct ColumnBlocks<T>(ReadOnlySpan<T> x, Span<double> total) : IParallelBody where T : unmanaged, INumberBase<T>
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

    private readonly ref struct Blocks<T>(ReadOnlySpan<T> x) : IParallelSum where T : unmanaged, INumberBase<T>
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
