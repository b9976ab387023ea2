using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>softmax and log-softmax over blocks [along, inner]: row by row where inner is 1, else with lanes over the columns; short rows are turned into columns.</summary>
/// <remarks>
/// m = max; softmax = exp(x - m) / sum; log-softmax = (x - m) - log(sum), with sum = 1 + others (see <see cref="RowSums"/>).
/// A NaN or +infinity makes the row NaN, as does a row of -infinity only; -infinity beside numbers gives 0 and -infinity.
/// </remarks>
internal static class Softmax
{
    /// <summary>Every row of blocks [along, inner], one behind the other, on all threads; y may be x.</summary>
    public static void Along<T>(ReadOnlySpan<T> x, int along, int inner, Span<T> y, bool log) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.IsEmpty) return;
        var slabs = new Slabs(x.Length / (along * inner), along, inner);
        var job = new Job<T>(x, y, slabs, log, log && FarMemory.IsFar<T>(x.Length) && FarMemory.IsEven<T>(y) && !x.Overlaps(y));
        Partition.Run(slabs.Count, slabs.Work, ref job);
    }

    private static void Row<T>(ReadOnlySpan<T> all, int start, int length, Span<T> to, bool log, bool isFar) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = all.Slice(start, length);
        var y = to.Slice(start, length);
        var max = RowMax<T>.Of(x);
        FarMemory.Ask(all, start + length, length);
        var (others, _) = RowSums.Others(x, max, log ? default : y, default(Shares<T>.None));
        if (log)
        {
            var shift = new Shifted<T>(max.Value, T.CreateTruncating(Scalar.Log1p(others) + Invalid(max.Value)));
            if (isFar) FarMemory.Map(x, y, shift);
            else Elementwise.Map(x, y, shift);
            return;
        }
        Elementwise.Map<T, Formulas<T>.Multiply>(y, T.CreateTruncating(1 / (1 + others) + Invalid(max.Value)), y, default);
    }

    /// <summary>Columns of memory [classes, inner], or short rows where inner is 1.</summary>
    private static void Columns<T>(ReadOnlySpan<T> x, int classes, int inner, int first, int last, Span<T> y, bool log) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var tile = new Tile<T>(classes, inner, last - first);
        for (var start = first; start < last; start += tile.Width)
        {
            var count = Math.Min(tile.Width, last - start);
            tile.Load(x, start, count);
            Run(tile, count, classes, log);
            tile.Store(y, start, count);
        }
    }

    /// <summary>The columns of a tile, which become their results.</summary>
    [SkipLocalsInit]
    private static void Run<T>(in Tile<T> tile, int columns, int classes, bool log) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var room = Tile<T>.Room(columns);
        Span<double> max = stackalloc double[room], totals = stackalloc double[room];
        for (var start = 0; start < columns; start += Tile<T>.Part)
        {
            var count = Math.Min(Tile<T>.Part, columns - start);
            ref var part = ref tile.Span[start];
            var isNear = ColumnSums.Max(ref part, count, classes, tile.Pitch, max);
            ColumnSums.Others(ref part, count, classes, tile.Pitch, max, isNear, !log, totals, default, default(Shares<T>.None));
            Total(max, totals, log);
            Finish(ref part, count, classes, tile.Pitch, max, totals, log);
        }
    }

    /// <summary>From the sums of the others to what the exponentials are multiplied by, or to the logarithm that is taken off; NaN for a column without a finite maximum.</summary>
    [MethodImpl(Compile.Alone)]
    private static void Total(ReadOnlySpan<double> max, Span<double> others, bool log)
    {
        ref var to = ref MemoryMarshal.GetReference(others);
        var one = Lanes<double>.All(1);
        for (var i = 0; i < others.Length; i += Lanes<double>.Count)
        {
            var (m, sum) = (Lanes<double>.Load(ref MemoryMarshal.GetReference(max), i), Lanes<double>.Load(ref to, i));
            ((log ? sum.Log1p() : one / (one + sum)) + (m - m)).Store(ref to, i);
        }
    }

    [MethodImpl(Compile.Alone)]
    private static void Finish<T>(ref T tile, int columns, int classes, nint pitch, ReadOnlySpan<double> max, ReadOnlySpan<double> totals, bool log) where T : unmanaged
    {
        for (var column = 0; column < columns; column += Lanes<T>.Count)
        {
            ref var at = ref Unsafe.Add(ref tile, column);
            var (m, total) = (Lanes<T>.LoadWide(ref MemoryMarshal.GetReference(max), column), Lanes<T>.LoadWide(ref MemoryMarshal.GetReference(totals), column));
            for (nint c = 0; c < classes * pitch; c += pitch)
            {
                var x = Lanes<T>.Load(ref at, c);
                (log ? x - m - total : x * total).Store(ref at, c);
            }
        }
    }

    /// <summary>NaN for a row without a finite maximum, else 0: x - m is infinity minus infinity there.</summary>
    private static double Invalid<T>(T max) where T : IFloatingPointIeee754<T> => T.IsFinite(max) ? 0 : double.NaN;

    private readonly struct Shifted<T>(T max, T log) : IUnary<T> where T : unmanaged
    {
        public Lanes<T> Apply(Lanes<T> x) => x - Lanes<T>.All(max) - Lanes<T>.All(log);
    }

    private readonly ref struct Job<T>(ReadOnlySpan<T> x, Span<T> y, Slabs slabs, bool log, bool isFar) : IBlocks where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> y = y;

        public void Run(int block)
        {
            var (start, end, first, last) = slabs[block];
            var size = slabs.Size;
            if (slabs.HasShortRows<T>())
            {
                Columns(x, size, 1, start, end, y, log);
                return;
            }
            for (var i = start; i < end; i++)
            {
                if (slabs.Inner == 1) Row(x, i * size, size, y, log, isFar);
                else Columns(x.Slice(i * size, size), slabs.Along, slabs.Inner, first, last, y.Slice(i * size, size), log);
            }
        }
    }
}
