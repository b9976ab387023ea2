using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// The maximum of a row x [classes], and whether the rest is so near that no exponential is below the normal numbers. One pass.
/// </summary>
/// <param name="value">Where the row holds NaN one of its numbers, or NaN: see <see cref="CrossEntropy"/> for what
/// becomes of it.</param>
/// <param name="noUnderflow">Whether the shorter exponential will do; false is always right.</param>
internal readonly struct RowMax<T>(T value, bool noUnderflow) where T : unmanaged, INumber<T>
{
    public readonly T Value = value;
    public readonly bool NoUnderflow = noUnderflow;

    public static RowMax<T> Of(ReadOnlySpan<T> x)
    {
        if (x.Length <= LongRow.MaxWhole)
        {
            var max = Of(x, out var least);
            return new(max, Exponential.NoneUnderflows(max, least));
        }
        var pieces = Partition.Pieces(x.Length, LongRow.Piece);
        using var scratch = new Scratch<T>(2 * pieces);
        var found = scratch.Span;
        var job = new Pieces(x, found);
        Partition.For(pieces, LongRow.Piece, ref job);
        var (highest, lowest) = (found[0], found[1]);
        for (var i = 1; i < pieces; i++)
        {
            if (found[2 * i] > highest) highest = found[2 * i];
            if (found[2 * i + 1] < lowest) lowest = found[2 * i + 1];
        }
        return new(highest, Exponential.NoneUnderflows(highest, lowest));
    }

    /// <summary>The maximum and the minimum.</summary>
    [MethodImpl(Compile.Separately)]
    private static T Of(ReadOnlySpan<T> x, out T least)
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        var (length, width) = (x.Length, Lanes<T>.Count);
        // The last block may overlap the ones before it: a maximum does not mind.
        var a = length < width ? Lanes<T>.LoadPartial(ref from, 0, length, from) : Lanes<T>.Load(ref from, length - width);
        var (b, c, d, low, lower) = (a, a, a, a, a);
        nint i = 0;
        for (; i <= length - 4 * width; i += 4 * width)
        {
            var (first, second, third, fourth) = (Lanes<T>.Load(ref from, i), Lanes<T>.Load(ref from, i + width),
                Lanes<T>.Load(ref from, i + 2 * width), Lanes<T>.Load(ref from, i + 3 * width));
            (a, b, c, d) =
                (Lanes<T>.MaxNative(a, first), Lanes<T>.MaxNative(b, second), Lanes<T>.MaxNative(c, third), Lanes<T>.MaxNative(d, fourth));
            low = Lanes<T>.MinNative(low, Lanes<T>.MinNative(first, second));
            lower = Lanes<T>.MinNative(lower, Lanes<T>.MinNative(third, fourth));
        }
        for (; i <= length - width; i += width)
        {
            var block = Lanes<T>.Load(ref from, i);
            (a, low) = (Lanes<T>.MaxNative(a, block), Lanes<T>.MinNative(low, block));
        }
        least = -(-Lanes<T>.MinNative(low, lower)).MaxNative();
        return Lanes<T>.MaxNative(Lanes<T>.MaxNative(a, b), Lanes<T>.MaxNative(c, d)).MaxNative();
    }

    /// <summary>The maximum and the minimum of each piece of a long row.</summary>
    private readonly ref struct Pieces(ReadOnlySpan<T> x, Span<T> found) : IParallelBody
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> found = found;

        public void Run(int piece) =>
            found[2 * piece] = Of(x[Partition.PieceRange(piece, x.Length, LongRow.Piece)], out found[2 * piece + 1]);
    }
}
