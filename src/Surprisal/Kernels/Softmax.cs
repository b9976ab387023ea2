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
        var (max, position) = RowSums.Max(x);
        var others = RowSums.Others(x, max, position, log ? default : y);
        if (log)
        {
            Elementwise.Map(x, y, new Shifted<T>(Lanes<T>.All(max), Lanes<T>.All(T.CreateTruncating(Scalar.Log1p(others) + Invalid(max)))));
            return;
        }
        Elementwise.Map<T, Formulas<T>.Multiply>(y, T.CreateTruncating(1 / (1 + others) + Invalid(max)), y, default);
    }

    public static void Columns<T>(ReadOnlySpan<T> x, int classes, int inner, Span<T> y, bool log) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> max = stackalloc T[Lanes<T>.Count];
        Span<T> total = stackalloc T[Lanes<T>.Count];
        Span<double> others = stackalloc double[Lanes<T>.Count];
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(y);
        for (var column = 0; column < inner; column += Lanes<T>.Count)
        {
            var count = Math.Min(Lanes<T>.Count, inner - column);
            ColumnSums.Run(ref from, column, classes, inner, count, max, others);
            for (var lane = 0; lane < Lanes<T>.Count; lane++)
                total[lane] = T.CreateTruncating((log ? Scalar.Log1p(others[lane]) : 1 / (1 + others[lane])) + Invalid(max[lane]));
            var m = Lanes<T>.Load(ref MemoryMarshal.GetReference(max), 0);
            var s = Lanes<T>.Load(ref MemoryMarshal.GetReference(total), 0);
            for (var c = 0; c < classes; c++)
            {
                var block = Lanes<T>.LoadPart(ref from, (nint)c * inner + column, count) - m;
                block = log ? block - s : block.Exp() * s;
                block.StorePart(ref to, (nint)c * inner + column, count);
            }
        }
    }

    /// <summary>NaN for a row without a finite maximum, else 0: x - m is infinity minus infinity there.</summary>
    internal static double Invalid<T>(T max) where T : IFloatingPointIeee754<T> => T.IsFinite(max) ? 0 : double.NaN;

    private readonly struct Shifted<T>(Lanes<T> max, Lanes<T> log) : IUnary<T> where T : unmanaged
    {
        public Lanes<T> Apply(Lanes<T> x) => x - max - log;
    }
}
