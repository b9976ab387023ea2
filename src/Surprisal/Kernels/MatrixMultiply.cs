using System.Buffers;
using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>A matrix as somebody's memory: element (i, j) lies at i * Row + j * Column. A transpose swaps the two strides.</summary>
internal readonly unsafe struct Matrix<T>(T* start, int row, int column) where T : unmanaged
{
    public readonly T* Start = start;
    public readonly int Row = row, Column = column;
}

/// <summary>C[m, n] = A[m, k] B[k, n], or C += A B. Packed panels, a tile of 12 x 2 lanes kept in registers.</summary>
/// <remarks>
/// Every element of C adds its k products in order, in blocks of <see cref="Depth"/>, whatever the threads: same bits.
/// A is packed into strips of 12 rows, B into strips of 2 lanes of columns, both zero-padded, so tails run the same code.
/// </remarks>
internal static unsafe class MatrixMultiply
{
    private const int Rows = 12, Depth = 384, RowBlock = 96, ColumnBlock = 2048;

    public static void Run<T>(int m, int n, int k, Matrix<T> a, Matrix<T> b, T* c, bool accumulate, bool parallel = true) where T : unmanaged
    {
        if (m == 0 || n == 0) return;
        if (k == 0)
        {
            if (!accumulate) new Span<T>(c, checked(m * n)).Clear();
            return;
        }
        var strip = 2 * Lanes<T>.Count;
        var packed = ArrayPool<T>.Shared.Rent(Math.Min(Depth, k) * RoundUp(Math.Min(ColumnBlock, n), strip));
        fixed (T* panels = packed)
        {
            for (var column = 0; column < n; column += ColumnBlock)
            for (var depth = 0; depth < k; depth += Depth)
            {
                var width = Math.Min(ColumnBlock, n - column);
                var height = Math.Min(Depth, k - depth);
                var add = accumulate || depth > 0;
                var panel = panels;
                var from = b.Start + (nint)depth * b.Row + (nint)column * b.Column;
                var left = a.Start + (nint)depth * a.Column;
                var target = c + column;
                var strips = (width + strip - 1) / strip;
                if (parallel) Partition.Run(strips, (long)height * strip, j => PackColumns(from, b, height, width, j, panel));
                else for (var j = 0; j < strips; j++) PackColumns(from, b, height, width, j, panel);
                var blocks = (m + RowBlock - 1) / RowBlock;
                if (parallel) Partition.Run(blocks, (long)RowBlock * width * height / 8, i => Block(i, m, width, height, left, a, panel, target, n, add));
                else for (var i = 0; i < blocks; i++) Block(i, m, width, height, left, a, panel, target, n, add);
            }
        }
        ArrayPool<T>.Shared.Return(packed);
    }

    /// <summary>Up to 96 rows of C: packs their part of A and runs every tile.</summary>
    private static void Block<T>(int block, int m, int width, int height, T* a, Matrix<T> layout, T* panels, T* c, int n, bool add) where T : unmanaged
    {
        var first = block * RowBlock;
        var count = Math.Min(RowBlock, m - first);
        var strip = 2 * Lanes<T>.Count;
        var packed = ArrayPool<T>.Shared.Rent(RoundUp(count, Rows) * height);
        fixed (T* rows = packed)
        {
            PackRows(a + (nint)first * layout.Row, layout, count, height, rows);
            var tile = stackalloc T[Rows * strip];
            for (var j = 0; j < width; j += strip)
            for (var i = 0; i < count; i += Rows)
            {
                var target = c + (nint)(first + i) * n + j;
                if (i + Rows <= count && j + strip <= width)
                {
                    Tile(rows + (nint)i * height, panels + (nint)j * height, height, target, n, add);
                    continue;
                }
                Tile(rows + (nint)i * height, panels + (nint)j * height, height, tile, strip, add: false);
                AddPart(tile, strip, target, n, Math.Min(Rows, count - i), Math.Min(strip, width - j), add);
            }
        }
        ArrayPool<T>.Shared.Return(packed);
    }

    private static void AddPart<T>(T* tile, int stride, T* target, int n, int rows, int columns, bool add) where T : unmanaged
    {
        for (var i = 0; i < rows; i++)
        for (var j = 0; j < columns; j += Lanes<T>.Count)
        {
            var count = Math.Min(Lanes<T>.Count, columns - j);
            var value = Lanes<T>.Load(ref *tile, i * stride + j);
            if (add) value += Lanes<T>.LoadPart(ref *target, (nint)i * n + j, count, default);
            value.StorePart(ref *target, (nint)i * n + j, count);
        }
    }

    private static void PackRows<T>(T* a, Matrix<T> layout, int count, int height, T* packed) where T : unmanaged
    {
        for (var i = 0; i < count; i += Rows)
        for (var r = 0; r < Rows; r++)
        {
            var to = packed + (nint)i * height + r;
            var from = a + (nint)(i + r) * layout.Row;
            var used = i + r < count;
            for (var p = 0; p < height; p++) to[(nint)p * Rows] = used ? from[(nint)p * layout.Column] : default;
        }
    }

    private static void PackColumns<T>(T* b, Matrix<T> layout, int height, int width, int index, T* panels) where T : unmanaged
    {
        var strip = 2 * Lanes<T>.Count;
        var first = index * strip;
        var count = Math.Min(strip, width - first);
        var to = panels + (nint)first * height;
        var from = b + (nint)first * layout.Column;
        if (layout.Column == 1)
        {
            for (var p = 0; p < height; p++)
            {
                new ReadOnlySpan<T>(from + (nint)p * layout.Row, count).CopyTo(new Span<T>(to + (nint)p * strip, strip));
                new Span<T>(to + (nint)p * strip + count, strip - count).Clear();
            }
            return;
        }
        new Span<T>(to, height * strip).Clear();
        for (var j = 0; j < count; j++)
        for (var p = 0; p < height; p++)
            to[(nint)p * strip + j] = from[(nint)j * layout.Column + (nint)p * layout.Row];
    }

    /// <summary>12 rows x 2 lanes of C: 24 sums in registers, one pass over the packed strips.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile<T>(T* a, T* b, int depth, T* c, int n, bool add) where T : unmanaged
    {
        Lanes<T> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        Lanes<T> s8 = default, s9 = default, s10 = default, s11 = default, t0 = default, t1 = default, t2 = default, t3 = default;
        Lanes<T> t4 = default, t5 = default, t6 = default, t7 = default, t8 = default, t9 = default, t10 = default, t11 = default;
        for (var p = 0; p < depth; p++, a += Rows, b += 2 * Lanes<T>.Count)
        {
            var x = Lanes<T>.Load(ref *b, 0);
            var y = Lanes<T>.Load(ref *b, Lanes<T>.Count);
            var r = Lanes<T>.All(a[0]); s0 = Lanes<T>.Fma(r, x, s0); t0 = Lanes<T>.Fma(r, y, t0);
            r = Lanes<T>.All(a[1]); s1 = Lanes<T>.Fma(r, x, s1); t1 = Lanes<T>.Fma(r, y, t1);
            r = Lanes<T>.All(a[2]); s2 = Lanes<T>.Fma(r, x, s2); t2 = Lanes<T>.Fma(r, y, t2);
            r = Lanes<T>.All(a[3]); s3 = Lanes<T>.Fma(r, x, s3); t3 = Lanes<T>.Fma(r, y, t3);
            r = Lanes<T>.All(a[4]); s4 = Lanes<T>.Fma(r, x, s4); t4 = Lanes<T>.Fma(r, y, t4);
            r = Lanes<T>.All(a[5]); s5 = Lanes<T>.Fma(r, x, s5); t5 = Lanes<T>.Fma(r, y, t5);
            r = Lanes<T>.All(a[6]); s6 = Lanes<T>.Fma(r, x, s6); t6 = Lanes<T>.Fma(r, y, t6);
            r = Lanes<T>.All(a[7]); s7 = Lanes<T>.Fma(r, x, s7); t7 = Lanes<T>.Fma(r, y, t7);
            r = Lanes<T>.All(a[8]); s8 = Lanes<T>.Fma(r, x, s8); t8 = Lanes<T>.Fma(r, y, t8);
            r = Lanes<T>.All(a[9]); s9 = Lanes<T>.Fma(r, x, s9); t9 = Lanes<T>.Fma(r, y, t9);
            r = Lanes<T>.All(a[10]); s10 = Lanes<T>.Fma(r, x, s10); t10 = Lanes<T>.Fma(r, y, t10);
            r = Lanes<T>.All(a[11]); s11 = Lanes<T>.Fma(r, x, s11); t11 = Lanes<T>.Fma(r, y, t11);
        }
        Put(c, add, s0, t0); Put(c + n, add, s1, t1); Put(c + 2 * n, add, s2, t2); Put(c + 3 * n, add, s3, t3);
        Put(c + 4 * n, add, s4, t4); Put(c + 5 * n, add, s5, t5); Put(c + 6 * n, add, s6, t6); Put(c + 7 * n, add, s7, t7);
        Put(c + 8 * n, add, s8, t8); Put(c + 9 * n, add, s9, t9); Put(c + 10 * n, add, s10, t10); Put(c + 11 * n, add, s11, t11);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Put<T>(T* c, bool add, Lanes<T> s, Lanes<T> t) where T : unmanaged
    {
        if (add)
        {
            s += Lanes<T>.Load(ref *c, 0);
            t += Lanes<T>.Load(ref *c, Lanes<T>.Count);
        }
        s.Store(ref *c, 0);
        t.Store(ref *c, Lanes<T>.Count);
    }

    private static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;
}
