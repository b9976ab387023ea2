using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// Sums in double by fixed trees: x [n] -> a number, or over the rows x [rows, columns] -> total [columns]. One pass over x.
/// </summary>
internal static class Reductions
{
    /// <summary>The elements that one thread sums at a time; longer spans add the sums of such blocks in order.</summary>
    private const int Block = 65_536;

    /// <summary>The sum of x.</summary>
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

    /// <summary>The sum of x over lanes.</summary>
    /// <remarks>
    /// The incomplete last block is loaded first: by a call, and sums that live across a call stay in memory instead of registers.
    /// </remarks>
    [MethodImpl(Compile.Separately)]
    private static double SumLanes<T>(ReadOnlySpan<T> x) where T : unmanaged
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        var wholeBlocks = x.Length & -Lanes<T>.Count;
        var last = wholeBlocks < x.Length ? Lanes<T>.LoadPartial(ref from, wholeBlocks, x.Length - wholeBlocks) : Lanes<T>.Zero;
        var sum = default(DoubleAccumulator<T>);
        for (var i = 0; i < wholeBlocks; i += Lanes<T>.Count) sum.Add(Lanes<T>.Load(ref from, i));
        if (wholeBlocks < x.Length) sum.Add(last);
        return sum.Sum();
    }

    /// <summary>The sum of (x - mean)^2: differences in T, their squares in double.</summary>
    [MethodImpl(Compile.Separately)]
    public static double SquaredDeviations<T>(ReadOnlySpan<T> x, T mean) where T : unmanaged, INumberBase<T>
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        var wholeBlocks = x.Length & -Lanes<T>.Count; // the incomplete block first, as in SumLanes
        var last = wholeBlocks < x.Length
            ? Lanes<T>.LoadPartial(ref from, wholeBlocks, x.Length - wholeBlocks, mean) - Lanes<T>.All(mean)
            : Lanes<T>.Zero;
        var sum = default(DoubleAccumulator<T>);
        for (var i = 0; i < wholeBlocks; i += Lanes<T>.Count)
        {
            var d = Lanes<T>.Load(ref from, i) - Lanes<T>.All(mean);
            sum.AddProduct(d, d);
        }
        if (wholeBlocks < x.Length) sum.AddProduct(last, last);
        return sum.Sum();
    }

    /// <summary>The sum of y and the sum of (x - mean) y: differences in T, their products in double.</summary>
    [MethodImpl(Compile.Separately)]
    public static (double Sum, double Products) SumAndProducts<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> x, T mean)
        where T : unmanaged, INumberBase<T>
    {
        ref var left = ref MemoryMarshal.GetReference(x);
        ref var right = ref MemoryMarshal.GetReference(y);
        var wholeBlocks = y.Length & -Lanes<T>.Count;
        Lanes<T> lastX = Lanes<T>.Zero, lastY = Lanes<T>.Zero;
        if (wholeBlocks < y.Length)
        {
            lastX = Lanes<T>.LoadPartial(ref left, wholeBlocks, y.Length - wholeBlocks, mean) - Lanes<T>.All(mean);
            lastY = Lanes<T>.LoadPartial(ref right, wholeBlocks, y.Length - wholeBlocks);
        }
        var (sum, products) = (default(DoubleAccumulator<T>), default(DoubleAccumulator<T>));
        for (var i = 0; i < wholeBlocks; i += Lanes<T>.Count)
        {
            var block = Lanes<T>.Load(ref right, i);
            sum.Add(block);
            products.AddProduct(Lanes<T>.Load(ref left, i) - Lanes<T>.All(mean), block);
        }
        if (wholeBlocks < y.Length)
        {
            sum.Add(lastY);
            products.AddProduct(lastX, lastY);
        }
        return (sum.Sum(), products.Sum());
    }

    /// <summary>Adds a row: total[j] += x[j].</summary>
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

    /// <summary>total[j] = the sum over rows of x[row, j], blocks of columns on all threads.</summary>
    public static void SumOverRows<T>(ReadOnlySpan<T> x, Span<double> total) where T : unmanaged, INumberBase<T>
    {
        var blocks = new ColumnBlocks<T>(x, total);
        Partition.For((total.Length + ColumnBlock - 1) / ColumnBlock, (long)x.Length / Math.Max(1, total.Length) * ColumnBlock, ref blocks);
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

        public double Run(int block) => Sum(x[Partition.PieceRange(block, x.Length, Block)]);
    }

    private static double SumScalar<T>(ReadOnlySpan<T> x) where T : unmanaged, INumberBase<T>
    {
        var sum = 0.0;
        foreach (var value in x) sum += double.CreateTruncating(value);
        return sum;
    }
}
