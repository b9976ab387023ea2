using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// Comparisons element by element: x [n], y [n] -> bytes [n], 1 where it holds and 0 elsewhere. One pass; long spans go to all threads.
/// </summary>
internal static class Comparison
{
    private const int Block = 32_768;

    /// <summary>Compares each x with its y; a single x or y is for all.</summary>
    public static void Map<T, TOp>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<byte> to, TOp f)
        where T : unmanaged
        where TOp : struct, IComparison
    {
        var blocks = new Blocks<T, TOp>(x, y, to, f);
        Partition.For(Partition.Pieces(to.Length, Block), Block, ref blocks);
    }

    [MethodImpl(Compile.Separately)]
    private static void MapBlock<T, TOp>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<byte> to, TOp f)
        where T : unmanaged
        where TOp : struct, IComparison
    {
        ref var left = ref MemoryMarshal.GetReference(x);
        ref var right = ref MemoryMarshal.GetReference(y);
        var (isSingleX, isSingleY) = (x.Length < to.Length, y.Length < to.Length);
        Lanes<T> allX = Lanes<T>.All(x[0]), allY = Lanes<T>.All(y[0]);
        var i = 0;
        for (; i <= to.Length - Lanes<T>.Count; i += Lanes<T>.Count)
            Store(f.Apply(isSingleX ? allX : Lanes<T>.Load(ref left, i), isSingleY ? allY : Lanes<T>.Load(ref right, i)).Mask,
                to.Slice(i, Lanes<T>.Count));
        if (i == to.Length) return;
        var count = to.Length - i;
        Store(f.Apply(isSingleX ? allX : Lanes<T>.LoadPartial(ref left, i, count),
            isSingleY ? allY : Lanes<T>.LoadPartial(ref right, i, count)).Mask, to[i..]);
    }

    /// <summary>One byte for each bit, the lowest first; eight at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ulong bits, Span<byte> to)
    {
        var i = 0;
        for (; i <= to.Length - 8; i += 8, bits >>= 8)
        {
            // byte k keeps bit k alone, then carries into its top bit unless it is 0
            var spread = (bits & 0xFF) * 0x0101010101010101 & 0x8040201008040201;
            BinaryPrimitives.WriteUInt64LittleEndian(to[i..], (spread + 0x7F7F7F7F7F7F7F7F >> 7) & 0x0101010101010101);
        }
        for (; i < to.Length; i++, bits >>= 1) to[i] = (byte)(bits & 1);
    }

    private readonly ref struct Blocks<T, TOp>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<byte> to, TOp f) : IParallelBody
        where T : unmanaged
        where TOp : struct, IComparison
    {
        private readonly ReadOnlySpan<T> x = x, y = y;
        private readonly Span<byte> to = to;

        public void Run(int block)
        {
            var range = Partition.PieceRange(block, to.Length, Block);
            MapBlock(x.Length == to.Length ? x[range] : x, y.Length == to.Length ? y[range] : y, to[range], f);
        }
    }
}
