using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>softmax and log-softmax of one row, or of one block of columns [classes, inner] with lanes over the columns.</summary>
/// <remarks>
/// m = max; softmax = exp(x - m) / sum; log-softmax = (x - m) - log(sum), with sum = 1 + others (see <see cref="RowSums"/>).
/// A NaN or +infinity makes the row NaN, as does a row of -infinity only; -infinity beside numbers gives 0 and -infinity.
/// </remarks>
internal static class Softmax
{
    /// <summary>Every row of blocks [along, inner], one behind the other; y may be x.</summary>
    public static void Along<T>(ReadOnlySpan<T> x, int along, int inner, Span<T> y, bool log) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var size = along * inner;
        for (var start = 0; start < x.Length; start += size)
        {
            if (inner == 1) Row(x.Slice(start, size), y.Slice(start, size), log);
            else Columns(x.Slice(start, size), along, inner, y.Slice(start, size), log);
        }
    }

    public static void Row<T>(ReadOnlySpan<T> x, Span<T> y, bool log) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var max = RowMax<T>.Of(x);
        var (others, _) = RowSums.Others(x, max, log ? default : y, default(Shares<T>.None));
        if (log)
        {
            Elementwise.Map(x, y, new Shifted<T>(Lanes<T>.All(max.Value), Lanes<T>.All(T.CreateTruncating(Scalar.Log1p(others) + Invalid(max.Value)))));
            return;
        }
        Elementwise.Map<T, Formulas<T>.Multiply>(y, T.CreateTruncating(1 / (1 + others) + Invalid(max.Value)), y, default);
    }

    public static void Columns<T>(ReadOnlySpan<T> x, int classes, int inner, Span<T> y, bool log) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var tile = new Tile<T>(classes, inner);
        Span<double> others = stackalloc double[Lanes<T>.Count];
        Span<double> none = stackalloc double[Lanes<T>.Count];
        Span<T> totals = stackalloc T[Lanes<T>.Count];
        ref var from = ref MemoryMarshal.GetReference(tile.Span);
        ref var to = ref MemoryMarshal.GetReference(y);
        for (var start = 0; start < inner; start += tile.Width)
        {
            var width = Math.Min(tile.Width, inner - start);
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

    private readonly struct Shifted<T>(Lanes<T> max, Lanes<T> log) : IUnary<T> where T : unmanaged
    {
        public Lanes<T> Apply(Lanes<T> x) => x - max - log;
    }
}
