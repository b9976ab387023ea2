using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>A function of one argument, over lanes.</summary>
internal interface IUnary<T> where T : unmanaged
{
    Lanes<T> Apply(Lanes<T> x);
}

/// <summary>A function of two arguments, over lanes.</summary>
internal interface IBinary<T> where T : unmanaged
{
    Lanes<T> Apply(Lanes<T> x, Lanes<T> y);
}

/// <summary>
/// Elementwise maps: x [n] -> y [n], y = f(x), and x [n], y [n] -> z [n], z = f(x, y). One pass; the output may be an input. Long spans go
/// to all threads.
/// </summary>
internal static class Elementwise
{
    /// <summary>The elements that one thread takes at a time: what L2 holds.</summary>
    private const int Block = 32_768;

    /// <summary>y = f(x).</summary>
    public static void Map<T, TOp>(ReadOnlySpan<T> x, Span<T> y, TOp f) where T : unmanaged where TOp : struct, IUnary<T>
    {
        if (y.Length > Block)
        {
            var pieces = new UnaryBlocks<T, TOp>(x, y, f);
            Partition.For(Partition.Pieces(y.Length, Block), Block, ref pieces);
            return;
        }
        MapBlock(x, y, f);
    }

    /// <summary>z = f(x, y).</summary>
    public static void Map<T, TOp>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z, TOp f)
        where T : unmanaged
        where TOp : struct, IBinary<T>
    {
        if (z.Length > Block)
        {
            var pieces = new BinaryBlocks<T, TOp>(x, y, z, f);
            Partition.For(Partition.Pieces(z.Length, Block), Block, ref pieces);
            return;
        }
        MapBlock(x, y, z, f);
    }

    /// <summary>
    /// y = f(x) on this thread. The last lane block may overlap the one before: it is read before anything is written, so the overlap is
    /// computed twice from the same input.
    /// </summary>
    [MethodImpl(Compile.Separately)]
    private static void MapBlock<T, TOp>(ReadOnlySpan<T> x, Span<T> y, TOp f) where T : unmanaged where TOp : struct, IUnary<T>
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(y);
        nint end = y.Length - Lanes<T>.Count;
        if (end < 0)
        {
            MapPartial(ref from, ref to, y.Length, f);
            return;
        }
        var last = f.Apply(Lanes<T>.Load(ref from, end));
        for (nint i = 0; i < end; i += Lanes<T>.Count) f.Apply(Lanes<T>.Load(ref from, i)).StoreResult(ref to, i);
        last.StoreResult(ref to, end);
    }

    /// <inheritdoc cref="MapBlock{T, TOp}(ReadOnlySpan{T}, Span{T}, TOp)"/>
    [MethodImpl(Compile.Separately)]
    private static void MapBlock<T, TOp>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z, TOp f)
        where T : unmanaged
        where TOp : struct, IBinary<T>
    {
        ref var left = ref MemoryMarshal.GetReference(x);
        ref var right = ref MemoryMarshal.GetReference(y);
        ref var to = ref MemoryMarshal.GetReference(z);
        nint end = z.Length - Lanes<T>.Count;
        if (end < 0)
        {
            MapPartial(ref left, ref right, ref to, z.Length, f);
            return;
        }
        var last = f.Apply(Lanes<T>.Load(ref left, end), Lanes<T>.Load(ref right, end));
        for (nint i = 0; i < end; i += Lanes<T>.Count)
            f.Apply(Lanes<T>.Load(ref left, i), Lanes<T>.Load(ref right, i)).StoreResult(ref to, i);
        last.StoreResult(ref to, end);
    }

    /// <summary>
    /// Maps fewer elements than a lane block. A method of its own: every copy of a formula takes from the inlining budget of the loop.
    /// </summary>
    [MethodImpl(Compile.Separately)]
    internal static void MapPartial<T, TOp>(ref T x, ref T y, int count, TOp f) where T : unmanaged where TOp : struct, IUnary<T>
    {
        if (count > 0) f.Apply(Lanes<T>.LoadPartial(ref x, 0, count)).StoreResult(ref y, 0, count);
    }

    /// <inheritdoc cref="MapPartial{T, TOp}(ref T, ref T, int, TOp)"/>
    [MethodImpl(Compile.Separately)]
    internal static void MapPartial<T, TOp>(ref T x, ref T y, ref T z, int count, TOp f) where T : unmanaged where TOp : struct, IBinary<T>
    {
        if (count > 0) f.Apply(Lanes<T>.LoadPartial(ref x, 0, count), Lanes<T>.LoadPartial(ref y, 0, count)).StoreResult(ref z, 0, count);
    }

    /// <summary>z = f(x, y) with one y for all.</summary>
    public static void Map<T, TOp>(ReadOnlySpan<T> x, T y, Span<T> z, TOp f) where T : unmanaged where TOp : struct, IBinary<T> =>
        Map(x, z, new RightFixed<T, TOp>(f, y));

    /// <summary>z = f(x, y) with one x for all.</summary>
    public static void Map<T, TOp>(T x, ReadOnlySpan<T> y, Span<T> z, TOp f) where T : unmanaged where TOp : struct, IBinary<T> =>
        Map(y, z, new LeftFixed<T, TOp>(f, x));

    private readonly ref struct UnaryBlocks<T, TOp>(ReadOnlySpan<T> x, Span<T> y, TOp f) : IParallelBody
        where T : unmanaged
        where TOp : struct, IUnary<T>
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> y = y;

        public void Run(int block) =>
            MapBlock(x[Partition.PieceRange(block, y.Length, Block)], y[Partition.PieceRange(block, y.Length, Block)], f);
    }

    private readonly ref struct BinaryBlocks<T, TOp>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z, TOp f) : IParallelBody
        where T : unmanaged
        where TOp : struct, IBinary<T>
    {
        private readonly ReadOnlySpan<T> x = x, y = y;
        private readonly Span<T> z = z;

        public void Run(int block) => MapBlock(x[Partition.PieceRange(block, z.Length, Block)],
            y[Partition.PieceRange(block, z.Length, Block)], z[Partition.PieceRange(block, z.Length, Block)], f);
    }

    // Holds a scalar, not a block of it: blocks that are arguments go through the stack in pieces, which the next load waits for.
    private readonly struct RightFixed<T, TOp>(TOp f, T y) : IUnary<T> where T : unmanaged where TOp : struct, IBinary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x) => f.Apply(x, Lanes<T>.All(y));
    }

    private readonly struct LeftFixed<T, TOp>(TOp f, T x) : IUnary<T> where T : unmanaged where TOp : struct, IBinary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> y) => f.Apply(Lanes<T>.All(x), y);
    }
}
