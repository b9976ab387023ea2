using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>softmax and log-softmax over blocks [along, inner]: row by row where inner is 1, else with lanes over the columns.</summary>
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

    [MethodImpl(Compile.Alone)]
    private static void Columns<T>(ReadOnlySpan<T> x, int classes, int inner, int first, int last, Span<T> y, bool log) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var tile = new Tile<T>(classes, last - first);
        Span<double> others = stackalloc double[Lanes<T>.Count];
        Span<double> none = stackalloc double[Lanes<T>.Count];
        Span<T> totals = stackalloc T[Lanes<T>.Count];
        ref var from = ref MemoryMarshal.GetReference(tile.Span);
        ref var to = ref MemoryMarshal.GetReference(y);
        for (var start = first; start < last; start += tile.Width)
        {
            var width = Math.Min(tile.Width, last - start);
            tile.Load(x[start..], inner, width);
            for (var column = 0; column < width; column += Lanes<T>.Count)
            {
                var m = ColumnSums.Max(ref from, column, classes, tile.Pitch, out var isNear);
                ColumnSums.Others(ref from, column, classes, tile.Pitch, m, isNear, !log, others, none, default(Shares<T>.None));
                for (var lane = 0; lane < totals.Length; lane++) totals[lane] = T.CreateTruncating(log ? Scalar.Log1p(others[lane]) : 1 / (1 + others[lane]));
                var total = Lanes<T>.Load(ref MemoryMarshal.GetReference(totals), 0) + (m - m); // NaN where the maximum is not finite
                for (var c = 0; c < classes; c++)
                {
                    var block = Lanes<T>.Load(ref from, (nint)c * tile.Pitch + column);
                    (log ? block - m - total : block * total).StorePart(ref to, (nint)c * inner + start + column, Math.Min(Lanes<T>.Count, width - column));
                }
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
            for (var i = start; i < end; i++)
            {
                if (slabs.Inner == 1) Row(x, i * size, size, y, log, isFar);
                else Columns(x.Slice(i * size, size), slabs.Along, slabs.Inner, first, last, y.Slice(i * size, size), log);
            }
        }
    }
}
