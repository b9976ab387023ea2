using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>What softmax and cross-entropy need of a contiguous row x: its maximum m, where it is, and sum over the *others* of exp(x - m).</summary>
/// <remarks>
/// Leaving the largest out keeps a confident row exact: the loss of the top class is log1p(others), however small they are.
/// Two passes over the row. Lanes add at most 256 numbers before they go to a double.
/// </remarks>
internal static class RowSums
{
    private const int Chunk = 256;

    public static (T Max, int Position) Max<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        var max = Lanes<T>.LoadPart(ref from, 0, Math.Min(x.Length, Lanes<T>.Count), x[0]);
        for (var i = Lanes<T>.Count; i < x.Length; i += Lanes<T>.Count)
            max = Lanes<T>.Max(max, Lanes<T>.LoadPart(ref from, i, Math.Min(Lanes<T>.Count, x.Length - i), x[0]));
        var largest = max.Max();
        return (largest, T.IsNaN(largest) ? 0 : x.IndexOf(largest));
    }

    /// <summary>Sum of exp(x - max) without the element at <paramref name="position"/>; stores every exponential when <paramref name="y"/> has room.</summary>
    public static double Others<T>(ReadOnlySpan<T> x, T max, int position, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(y);
        var shift = Lanes<T>.All(max);
        var total = 0.0;
        for (var start = 0; start < x.Length; start += Chunk)
        {
            var sum = Lanes<T>.Zero;
            var end = Math.Min(x.Length, start + Chunk);
            for (var i = start; i < end; i += Lanes<T>.Count)
            {
                var count = Math.Min(Lanes<T>.Count, end - i);
                var e = (Lanes<T>.LoadPart(ref from, i, count, T.NegativeInfinity) - shift).Exp();
                if (!y.IsEmpty) e.StorePart(ref to, i, count);
                sum += (uint)(position - i) < (uint)count ? Without(e, position - i) : e;
            }
            total += sum.Sum();
        }
        return total;
    }

    internal static Lanes<T> Without<T>(Lanes<T> block, int lane) where T : unmanaged
    {
        Span<T> values = stackalloc T[Lanes<T>.Count];
        ref var first = ref MemoryMarshal.GetReference(values);
        block.Store(ref first, 0);
        values[lane] = default;
        return Lanes<T>.Load(ref first, 0);
    }
}
