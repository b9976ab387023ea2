using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>A matrix as somebody's memory: element (i, j) lies at i * Row + j * Column. A transpose swaps the two strides.</summary>
internal readonly unsafe struct Matrix<T>(T* start, int row, int column) where T : unmanaged
{
    public readonly T* Start = start;
    public readonly int Row = row, Column = column;
}

/// <summary>C[m, n] = A[m, k] B[k, n], or C += A B. Packed panels, a tile kept in registers.</summary>
/// <remarks>
/// Every element of C adds its k products in order, in blocks of <see cref="Depth"/>, whatever the threads, the cuts between blocks and the tile: same bits.
/// A and B are packed into strips as high and as wide as a <see cref="MicroKernel"/>, both padded, so tails run the same code.
/// A strip of B stays in the first cache while the strips of a block of A, which stay in the second, pass by.
/// </remarks>
internal static unsafe class MatrixMultiply
{
    private const int Depth = 256, RowBlock = 192, ChunkLanes = 8, RowPanel = 3072, ColumnPanel = 2048;

    public static void Run<T>(int m, int n, int k, Matrix<T> a, Matrix<T> b, T* c, bool accumulate, bool parallel = true) where T : unmanaged
    {
        if (m == 0 || n == 0) return;
        if (k == 0)
        {
            if (!accumulate) new Span<T>(c, checked(m * n)).Clear();
            return;
        }
        var depths = Math.Min(Depth, k);
        var columns = RoundUp(Math.Min(ColumnPanel, n), MicroKernel.Columns<T>());
        using var packed = new Scratch<T>((RoundUp(Math.Min(RowPanel, m), MicroKernel.Rows) + columns) * depths, aligned: true); // no load of a panel crosses two lines of the cache
        fixed (T* panel = packed.Span)
            for (var column = 0; column < n; column += ColumnPanel)
            for (var depth = 0; depth < k; depth += Depth)
            for (var row = 0; row < m; row += RowPanel)
            {
                var part = new Part<T>(Math.Min(RowPanel, m - row), Math.Min(ColumnPanel, n - column), Math.Min(Depth, k - depth), panel + (nint)columns * depths, panel);
                var pack = new Pack<T>(part, a, b, a.Start + (nint)row * a.Row + (nint)depth * a.Column, b.Start + (nint)depth * b.Row + (nint)column * b.Column, packsColumns: row == 0);
                var multiply = new Multiply<T>(part, c + (nint)row * n + column, n, accumulate || depth > 0);
                Do(pack.Count, (long)part.Height * MicroKernel.Columns<T>(), ref pack, parallel);
                Do(multiply.Count, (long)part.M * part.N * part.Height / 16 / multiply.Count, ref multiply, parallel);
            }
    }

    private static void Do<TJob>(int count, long work, ref TJob job, bool parallel) where TJob : struct, IParallelBody
    {
        if (parallel) Partition.For(count, work, ref job);
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
    private readonly struct Pack<T>(Part<T> part, Matrix<T> layoutA, Matrix<T> layoutB, T* a, T* b, bool packsColumns) : IParallelBody where T : unmanaged
    {
        private readonly int strips = packsColumns ? (part.N + MicroKernel.Columns<T>() - 1) / MicroKernel.Columns<T>() : 0;

        public int Count => strips + (part.M + MicroKernel.Rows - 1) / MicroKernel.Rows;

        public void Run(int block)
        {
            if (block < strips) Panels.Pack(b, layoutB.Column, layoutB.Row, part.N, MicroKernel.Columns<T>(), block, part.Height, part.B);
            else Panels.Pack(a, layoutA.Row, layoutA.Column, part.M, MicroKernel.Rows, block - strips, part.Height, part.A);
        }
    }

    /// <summary>The tiles of a block of rows and a few strips of columns. Neighbours share the rows, so that these are still near.</summary>
    private readonly struct Multiply<T>(Part<T> part, T* c, int n, bool add) : IParallelBody where T : unmanaged
    {
        private readonly int rows = RoundUp((part.M + Blocks(part.M) - 1) / Blocks(part.M), MicroKernel.Rows);
        private readonly int chunks = (part.N + Chunk - 1) / Chunk;

        private static int Chunk => ChunkLanes * Lanes<T>.Count;

        public int Count => (part.M + rows - 1) / rows * chunks;

        public void Run(int block)
        {
            var (first, column) = (block / chunks * rows, block % chunks * Chunk);
            Block(part, first, Math.Min(part.M, first + rows), column, Math.Min(part.N, column + Chunk), c, n, add);
        }

        private static int Blocks(int m) => (m + RowBlock - 1) / RowBlock;
    }

    [MethodImpl(Compile.Separately)]
    private static void Block<T>(in Part<T> part, int top, int bottom, int left, int right, T* c, int n, bool add) where T : unmanaged
    {
        var width = MicroKernel.Columns<T>();
        var tile = stackalloc T[MicroKernel.Rows * width];
        for (var j = left; j < right; j += width)
        for (var i = top; i < bottom; i += MicroKernel.Rows)
        {
            var target = c + (nint)i * n + j;
            var rows = part.A + (nint)i * part.Height;
            var columns = part.B + (nint)j * part.Height;
            if (i + MicroKernel.Rows <= bottom && j + width <= right)
            {
                MicroKernel.Multiply(rows, columns, part.Height, target, n, add, MicroKernel.Rows);
                continue;
            }
            MicroKernel.Multiply(rows, columns, part.Height, tile, width, add: false, bottom - i);
            AddPart(tile, width, target, n, Math.Min(MicroKernel.Rows, bottom - i), Math.Min(width, right - j), add);
        }
    }

    [MethodImpl(Compile.Separately)]
    private static void AddPart<T>(T* tile, int stride, T* target, int n, int rows, int columns, bool add) where T : unmanaged
    {
        for (var i = 0; i < rows; i++)
        for (var j = 0; j < columns; j += Lanes<T>.Count)
        {
            var count = Math.Min(Lanes<T>.Count, columns - j);
            var value = Lanes<T>.Load(ref *tile, i * stride + j);
            if (add) value += Lanes<T>.LoadPart(ref *target, (nint)i * n + j, count);
            value.StoreResult(ref *target, (nint)i * n + j, count);
        }
    }

    private static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;
}
