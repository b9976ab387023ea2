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
/// Every element of C adds its k products in order, in blocks of <see cref="Depth"/>, whatever the threads and the cuts between rows: same bits.
/// A is packed into strips of 12 rows, B into strips of 2 lanes of columns, both zero-padded, so tails run the same code.
/// A strip of B stays in the first cache while the strips of A, which stay in the second, pass by.
/// </remarks>
internal static unsafe class MatrixMultiply
{
    private const int Rows = 12, Depth = 256, RowBlock = 192, ColumnBlock = 2048, Alignment = 64;

    public static void Run<T>(int m, int n, int k, Matrix<T> a, Matrix<T> b, T* c, bool accumulate, bool parallel = true) where T : unmanaged
    {
        if (m == 0 || n == 0) return;
        if (k == 0)
        {
            if (!accumulate) new Span<T>(c, checked(m * n)).Clear();
            return;
        }
        var strip = 2 * Lanes<T>.Count;
        var blocks = (m + RowBlock - 1) / RowBlock;
        if (parallel) blocks = Math.Max(blocks, Math.Min(Partition.Threads, (m + 2 * Rows - 1) / (2 * Rows)));
        var rows = RoundUp((m + blocks - 1) / blocks, Rows);
        blocks = (m + rows - 1) / rows;
        var packed = Rent<T>(Math.Min(Depth, k) * RoundUp(Math.Min(ColumnBlock, n), strip));
        fixed (T* start = packed)
        {
            var panel = Align(start);
            for (var column = 0; column < n; column += ColumnBlock)
            for (var depth = 0; depth < k; depth += Depth)
            {
                var width = Math.Min(ColumnBlock, n - column);
                var height = Math.Min(Depth, k - depth);
                var add = accumulate || depth > 0;
                var from = b.Start + (nint)depth * b.Row + (nint)column * b.Column;
                var left = a.Start + (nint)depth * a.Column;
                var target = c + column;
                var strips = (width + strip - 1) / strip;
                if (parallel) Partition.Run(strips, (long)height * strip, j => PackColumns(from, b, height, width, j, panel));
                else for (var j = 0; j < strips; j++) PackColumns(from, b, height, width, j, panel);
                if (parallel) Partition.Run(blocks, (long)rows * width * height / 16, i => Block(i * rows, Math.Min(rows, m - i * rows), width, height, left, a, panel, target, n, add));
                else for (var i = 0; i < blocks; i++) Block(i * rows, Math.Min(rows, m - i * rows), width, height, left, a, panel, target, n, add);
            }
        }
        ArrayPool<T>.Shared.Return(packed);
    }

    /// <summary>Some rows of C: packs their part of A and runs every tile.</summary>
    private static void Block<T>(int first, int count, int width, int height, T* a, Matrix<T> layout, T* panels, T* c, int n, bool add) where T : unmanaged
    {
        var strip = 2 * Lanes<T>.Count;
        var packed = Rent<T>(RoundUp(count, Rows) * height);
        var tile = stackalloc T[Rows * strip];
        fixed (T* start = packed)
        {
            var rows = Align(start);
            PackRows(a + (nint)first * layout.Row, layout, count, height, rows);
            for (var j = 0; j < width; j += strip)
            for (var i = 0; i < count; i += Rows)
            {
                var target = c + (nint)(first + i) * n + j;
                var left = rows + (nint)i * height;
                var right = panels + (nint)j * height;
                if (i + Rows <= count && j + strip <= width)
                {
                    Tile(left, right, height, target, n, add);
                    continue;
                }
                if (count - i > Rows / 2) Tile(left, right, height, tile, strip, add: false);
                else HalfTile(left, right, height, tile, strip);
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
            if (add) value += Lanes<T>.LoadPart(ref *target, (nint)i * n + j, count);
            value.StorePart(ref *target, (nint)i * n + j, count);
        }
    }

    private static void PackRows<T>(T* a, Matrix<T> layout, int count, int height, T* packed) where T : unmanaged
    {
        for (var i = 0; i < count; i += Rows)
            Pack(a + (nint)i * layout.Row, layout.Row, layout.Column, Math.Min(Rows, count - i), Rows, height, packed + (nint)i * height);
    }

    private static void PackColumns<T>(T* b, Matrix<T> layout, int height, int width, int index, T* panels) where T : unmanaged
    {
        var strip = 2 * Lanes<T>.Count;
        var first = index * strip;
        Pack(b + (nint)first * layout.Column, layout.Column, layout.Row, Math.Min(strip, width - first), strip, height, panels + (nint)first * height);
    }

    /// <summary>packed[p, j] = from[j across + p along] for j below <paramref name="used"/>, zero from there to the strip's end.</summary>
    private static void Pack<T>(T* from, nint across, nint along, int used, int strip, int height, T* packed) where T : unmanaged
    {
        if (used < strip) new Span<T>(packed, strip * height).Clear();
        if (across == 1)
        {
            for (var p = 0; p < height; p++, packed += strip, from += along)
            {
                var j = 0;
                for (; j <= used - Lanes<T>.Count; j += Lanes<T>.Count) Lanes<T>.Load(ref *from, j).Store(ref *packed, j);
                for (; j < used; j++) packed[j] = from[j];
            }
            return;
        }
        for (var p = 0; p < height; p += Lanes<T>.Count) // a line of the cache of each, so that long strides do not evict what is still needed
        {
            var end = Math.Min(height, p + Lanes<T>.Count);
            for (var j = 0; j < used; j++)
            {
                var source = from + j * across + p * along;
                var target = packed + (nint)p * strip + j;
                for (var q = p; q < end; q++, source += along, target += strip) *target = *source;
            }
        }
    }

    /// <summary>12 rows x 2 lanes of C: 24 sums in registers, one pass over the packed strips.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile<T>(T* a, T* b, int depth, T* c, int n, bool add) where T : unmanaged
    {
        Lanes<T> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        Lanes<T> s8 = default, s9 = default, s10 = default, s11 = default, t0 = default, t1 = default, t2 = default, t3 = default;
        Lanes<T> t4 = default, t5 = default, t6 = default, t7 = default, t8 = default, t9 = default, t10 = default, t11 = default;
        for (var i = 0; i < Rows; i++)
        {
            Lanes<T>.Prefetch(c + (nint)i * n);
            Lanes<T>.Prefetch(c + (nint)i * n + Lanes<T>.Count);
        }
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

    /// <summary>The upper 6 rows of a tile, for the last rows of a matrix.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void HalfTile<T>(T* a, T* b, int depth, T* c, int n) where T : unmanaged
    {
        Lanes<T> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        Lanes<T> t0 = default, t1 = default, t2 = default, t3 = default, t4 = default, t5 = default;
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
        }
        Put(c, false, s0, t0); Put(c + n, false, s1, t1); Put(c + 2 * n, false, s2, t2);
        Put(c + 3 * n, false, s3, t3); Put(c + 4 * n, false, s4, t4); Put(c + 5 * n, false, s5, t5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // a call would push all sums to the stack
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

    private static T[] Rent<T>(int count) where T : unmanaged => ArrayPool<T>.Shared.Rent(count + Alignment / sizeof(T));

    /// <summary>The first whole line of the cache, so that no load of a panel crosses two.</summary>
    private static T* Align<T>(T* start) where T : unmanaged => (T*)(((nuint)start + Alignment - 1) & ~(nuint)(Alignment - 1));

    private static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;
}
