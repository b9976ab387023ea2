using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// The maximum of each column of a tile x [classes, pitch], with lanes over columns: what <see cref="RowMax{T}"/> is for long rows. One
/// pass over cached memory.
/// </summary>
/// <remarks>
/// Where a column holds NaN it is one of its numbers, or NaN: see <see cref="CrossEntropy"/> for what becomes of it.
/// </remarks>
internal static class ColumnMax
{
    /// <summary>Writes the maxima, for whole lane blocks; whether no exponential of any column is below the normal numbers.</summary>
    [MethodImpl(Compile.Separately)]
    public static bool Of<T>(ref T tile, int columns, int classes, nint pitch, Span<double> max) where T : unmanaged, INumber<T>
    {
        var noUnderflow = true;
        for (var column = 0; column < columns; column += Lanes<T>.Count)
        {
            ref var at = ref Unsafe.Add(ref tile, column);
            var m = Lanes<T>.Load(ref at, 0);
            var low = m;
            for (var c = pitch; c < classes * pitch; c += pitch)
            {
                var x = Lanes<T>.Load(ref at, c);
                m = Lanes<T>.MaxNative(m, x);
                low = Lanes<T>.MinNative(low, x);
            }
            noUnderflow &= Exponential.NoneUnderflows(m, low);
            m.StoreAsDouble(ref MemoryMarshal.GetReference(max), column);
        }
        return noUnderflow;
    }
}
