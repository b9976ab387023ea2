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
/// Every element of C adds its k products in order, in blocks of <see cref="Depth"/>, whatever the threads and the cuts between blocks: same bits.
/// A is packed into strips of 12 rows, B into strips of 2 lanes of columns, both padded, so tails run the same code.
/// A strip of B stays in the first cache while the strips of a block of A, which stay in the second, pass by.
/// </remarks>
internal static unsafe class MatrixMultiply
{
    /// <summary>The rows of a tile.</summary>
    public const int Rows = 12;

    private const int Depth = 256, RowBlock = 192, ChunkStrips = 4, RowPanel = 3072, ColumnPanel = 2048, Alignment = 64;

    public static void Run<T>(int m, int n, int k, Matrix<T> a, Matrix<T> b, T* c, bool accumulate, bool parallel = true) where T : unmanaged
    {
        if (m == 0 || n == 0) return;
        if (k == 0)
        {
            if (!accumulate) new Span<T>(c, checked(m * n)).Clear();
            return;
        }
        var depths = Math.Min(Depth, k);
        var columns = RoundUp(Math.Min(ColumnPanel, n), 2 * Lanes<T>.Count);
        var packed = ArrayPool<T>.Shared.Rent((RoundUp(Math.Min(RowPanel, m), Rows) + columns) * depths + Alignment / sizeof(T));
        fixed (T* start = packed)
        {
            var panel = Align(start);
            for (var column = 0; column < n; column += ColumnPanel)
            for (var depth = 0; depth < k; depth += Depth)
            for (var row = 0; row < m; row += RowPanel)
            {
                var part = new Part<T>(Math.Min(RowPanel, m - row), Math.Min(ColumnPanel, n - column), Math.Min(Depth, k - depth), panel + (nint)columns * depths, panel);
                var pack = new Pack<T>(part, a, b, a.Start + (nint)row * a.Row + (nint)depth * a.Column, b.Start + (nint)depth * b.Row + (nint)column * b.Column, packsColumns: row == 0);
                var multiply = new Multiply<T>(part, c + (nint)row * n + column, n, accumulate || depth > 0);
                Do(pack.Count, (long)part.Height * 2 * Lanes<T>.Count, ref pack, parallel);
                Do(multiply.Count, (long)part.M * part.N * part.Height / 16 / multiply.Count, ref multiply, parallel);
            }
        }
        ArrayPool<T>.Shared.Return(packed);
    }

    private static void Do<TJob>(int count, long work, ref TJob job, bool parallel) where TJob : struct, IBlocks
    {
        if (parallel) Partition.Run(count, work, ref job);
        else
            for (var i = 0; i < count; i++) job.Run(i);
    }

    /// <summary>M rows and N columns of C, Height products each; A and B packed.</summary>
    private readonly struct Part<T>(int m, int n, int height, T* a, T* b) where T : unmanaged
    {
        public readonly int M = m, N = n, Height = height;
        public readonly T* A = a, B = b;
    }

    /// <summary>Packs a strip of B or A.</summary>
    private readonly struct Pack<T>(Part<T> part, Matrix<T> layoutA, Matrix<T> layoutB, T* a, T* b, bool packsColumns) : IBlocks where T : unmanaged
    {
        private readonly int strips = packsColumns ? (part.N + 2 * Lanes<T>.Count - 1) / (2 * Lanes<T>.Count) : 0;

        public int Count => strips + (part.M + Rows - 1) / Rows;

        public void Run(int block)
        {
            if (block < strips) Panels.Pack(b, layoutB.Column, layoutB.Row, part.N, 2 * Lanes<T>.Count, block, part.Height, part.B);
            else Panels.Pack(a, layoutA.Row, layoutA.Column, part.M, Rows, block - strips, part.Height, part.A);
        }
    }

    /// <summary>The tiles of a block of rows and a few strips of columns. Neighbours share the rows, so that these are still near.</summary>
    private readonly struct Multiply<T>(Part<T> part, T* c, int n, bool add) : IBlocks where T : unmanaged
    {
        private readonly int rows = RoundUp((part.M + Blocks(part.M) - 1) / Blocks(part.M), Rows);
        private readonly int chunks = (part.N + Chunk - 1) / Chunk;

        private static int Chunk => ChunkStrips * 2 * Lanes<T>.Count;

        public int Count => (part.M + rows - 1) / rows * chunks;

        public void Run(int block)
        {
            var (first, column) = (block / chunks * rows, block % chunks * Chunk);
            Block(part, first, Math.Min(part.M, first + rows), column, Math.Min(part.N, column + Chunk), c, n, add);
        }

        private static int Blocks(int m) => (m + RowBlock - 1) / RowBlock;
    }

    private static void Block<T>(in Part<T> part, int top, int bottom, int left, int right, T* c, int n, bool add) where T : unmanaged
    {
        var strip = 2 * Lanes<T>.Count;
        var tile = stackalloc T[Rows * strip];
        for (var j = left; j < right; j += strip)
        for (var i = top; i < bottom; i += Rows)
        {
            var target = c + (nint)i * n + j;
            var rows = part.A + (nint)i * part.Height;
            var columns = part.B + (nint)j * part.Height;
            if (i + Rows <= bottom && j + strip <= right)
            {
                Tile(rows, columns, part.Height, target, n, add);
                continue;
            }
            if (bottom - i > Rows / 2) Tile(rows, columns, part.Height, tile, strip, add: false);
            else HalfTile(rows, columns, part.Height, tile, strip);
            AddPart(tile, strip, target, n, Math.Min(Rows, bottom - i), Math.Min(strip, right - j), add);
        }
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

    /// <summary>The first whole line of the cache, so that no load of a panel crosses two.</summary>
    private static T* Align<T>(T* start) where T : unmanaged => (T*)(((nuint)start + Alignment - 1) & ~(nuint)(Alignment - 1));

    private static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;
}
