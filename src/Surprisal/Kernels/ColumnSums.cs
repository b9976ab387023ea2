using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>The same as <see cref="RowSums"/> for a block of columns of [classes, inner]: each lane is a column, sums are double.</summary>
internal static class ColumnSums
{
    /// <summary>For <paramref name="count"/> columns from <paramref name="column"/>: the maximum, and the sum of the others' exponentials.</summary>
    public static void Run<T>(ref T x, int column, int classes, int inner, int count, Span<T> max, Span<double> others) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var m = Lanes<T>.LoadPart(ref x, column, count);
        for (var c = 1; c < classes; c++) m = Lanes<T>.Max(m, Lanes<T>.LoadPart(ref x, (nint)c * inner + column, count));
        var sums = default(WideSum<T>);
        var pending = new Lanes<T>(Vector512<T>.AllBitsSet); // columns whose maximum has not been passed yet
        for (var c = 0; c < classes; c++)
        {
            var block = Lanes<T>.LoadPart(ref x, (nint)c * inner + column, count);
            var first = Vector512.Equals(block.Value, m.Value) & pending.Value;
            pending = new Lanes<T>(Vector512.AndNot(pending.Value, first));
            var e = Vector512.AndNot((block - m).Exp().Value, first);
            sums.Add(new Lanes<T>(e));
        }
        m.Store(ref MemoryMarshal.GetReference(max), 0);
        sums.Store(others);
    }
}
