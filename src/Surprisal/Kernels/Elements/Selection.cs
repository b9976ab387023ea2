using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>
/// Choices element by element: mask [n], yes [n], no [n] -> [n], yes where the mask is not 0. The bits are copied, NaN too. One pass; long
/// spans go to all threads.
/// </summary>
internal static class Selection
{
    private const int Block = 32_768;

    /// <summary>Chooses from <paramref name="yes"/> or <paramref name="no"/>; a single mask, yes or no is for all.</summary>
    public static void Map<T>(ReadOnlySpan<byte> mask, ReadOnlySpan<T> yes, ReadOnlySpan<T> no, Span<T> to) where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() == 1) MapBits<T, byte>(mask, yes, no, to);
        else if (Unsafe.SizeOf<T>() == 2) MapBits<T, ushort>(mask, yes, no, to);
        else if (Unsafe.SizeOf<T>() == 4) MapBits<T, uint>(mask, yes, no, to);
        else MapBits<T, ulong>(mask, yes, no, to);
    }

    private static void MapBits<T, TBits>(ReadOnlySpan<byte> mask, ReadOnlySpan<T> yes, ReadOnlySpan<T> no, Span<T> to)
        where T : unmanaged
        where TBits : unmanaged
    {
        var blocks = new Blocks<TBits>(mask, MemoryMarshal.Cast<T, TBits>(yes), MemoryMarshal.Cast<T, TBits>(no),
            MemoryMarshal.Cast<T, TBits>(to));
        Partition.For(Partition.Pieces(to.Length, Block), Block, ref blocks);
    }

    [MethodImpl(Compile.Separately)]
    private static void MapBlock<T>(ReadOnlySpan<byte> mask, ReadOnlySpan<T> yes, ReadOnlySpan<T> no, Span<T> to) where T : unmanaged
    {
        ref var from = ref MemoryMarshal.GetReference(mask);
        ref var left = ref MemoryMarshal.GetReference(yes);
        ref var right = ref MemoryMarshal.GetReference(no);
        ref var result = ref MemoryMarshal.GetReference(to);
        var (isSingleYes, isSingleNo) = (yes.Length < to.Length, no.Length < to.Length);
        Lanes<T> allYes = Lanes<T>.All(yes[0]), allNo = Lanes<T>.All(no[0]);
        var i = 0;
        for (; i <= to.Length - Lanes<T>.Count; i += Lanes<T>.Count)
            Lanes<T>.Select(Lanes<T>.Equal(Widen<T>(ref Unsafe.Add(ref from, i)), Lanes<T>.Zero),
                isSingleNo ? allNo : Lanes<T>.Load(ref right, i),
                isSingleYes ? allYes : Lanes<T>.Load(ref left, i)).Store(ref result, i);
        for (; i < to.Length; i++) to[i] = mask[i] != 0 ? yes[isSingleYes ? 0 : i] : no[isSingleNo ? 0 : i];
    }

    /// <summary>As many bytes as there are lanes, each in a lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Widen<T>(ref byte from) where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() == 1) return new(Vector512.LoadUnsafe(ref from).As<byte, T>());
        if (Unsafe.SizeOf<T>() == 2) return new(Widen(Vector256.LoadUnsafe(ref from)).As<ushort, T>());
        if (Unsafe.SizeOf<T>() == 4)
        {
            var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref from));
            return new(Widen(Vector256.Create(low, high)).As<uint, T>());
        }
        var (words, _) = Vector128.Widen(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref from)).AsByte());
        var (lower, upper) = Vector128.Widen(words);
        return new(Widen(Vector256.Create(lower, upper)).As<ulong, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ushort> Widen(Vector256<byte> x)
    {
        var (low, high) = Vector256.Widen(x);
        return Vector512.Create(low, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Widen(Vector256<ushort> x)
    {
        var (low, high) = Vector256.Widen(x);
        return Vector512.Create(low, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Widen(Vector256<uint> x)
    {
        var (low, high) = Vector256.Widen(x);
        return Vector512.Create(low, high);
    }

    private readonly ref struct Blocks<T>(ReadOnlySpan<byte> mask, ReadOnlySpan<T> yes, ReadOnlySpan<T> no, Span<T> to) : IParallelBody
        where T : unmanaged
    {
        private readonly ReadOnlySpan<byte> mask = mask;
        private readonly ReadOnlySpan<T> yes = yes, no = no;
        private readonly Span<T> to = to;

        public void Run(int block)
        {
            var range = Partition.PieceRange(block, to.Length, Block);
            var left = yes.Length == to.Length ? yes[range] : yes;
            var right = no.Length == to.Length ? no[range] : no;
            if (mask.Length == to.Length) MapBlock(mask[range], left, right, to[range]);
            else if ((mask[0] != 0 ? left : right) is { Length: > 1 } chosen) chosen.CopyTo(to[range]);
            else to[range].Fill((mask[0] != 0 ? left : right)[0]);
        }
    }
}
