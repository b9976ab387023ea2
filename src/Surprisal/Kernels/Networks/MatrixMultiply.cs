using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// A matrix in somebody's memory: element (i, j) lies at i * RowStride + j * ColumnStride. A transpose swaps the two strides.
/// </summary>
internal readonly unsafe struct Matrix<T>(T* start, int rowStride, int columnStride) where T : unmanaged
{
    public readonly T* Start = start;
    public readonly int RowStride = rowStride, ColumnStride = columnStride;
}

/// <summary>gemm: A [m, k], B [k, n] -> C [m, n], C = A B or C += A B, with the loops and the packing of BLIS.</summary>
/// <remarks>
/// A and B are read where they lie while the other is too small to make packing worth it; else, and where they are too small for a tile,
/// they are packed into micro-panels as high and as wide as the MR x NR tile of <see cref="MicroKernel"/>, padded at the edges so that
/// these run the same code. Every element of C adds its k products in order, in blocks of <see cref="KC"/>, whatever the number of
/// threads, the cuts between blocks, what is packed and the size of the tile: the same bits.
/// </remarks>
internal static unsafe class MatrixMultiply
{
    /// <summary>The products of one pass: a KC x NR micro-panel of B stays in L1 while the micro-panels of A pass by.</summary>
    public const int KC = 256;

    /// <summary>The rows of a task: an MC x KC block of A stays in L2 while the micro-panels of B pass by.</summary>
    private const int MC = 192;

    /// <summary>The columns of B that are packed at once: a KC x NC panel of B, for L3.</summary>
    private const int NC = 2048;

    /// <summary>The rows of A that are packed at once: 16 MC, enough tasks for all threads, for L3 too.</summary>
    private const int PackedRows = 3072;

    /// <summary>The columns of a task, in lane blocks.</summary>
    private const int TaskLanes = 8;

    /// <summary>Up to so many columns of C the rows of A are read too seldom to be packed, and up to so many rows those of B.</summary>
    private const int SeldomRead = 512;

    /// <summary>The elements of a B that is read where it lies: a block that stays in L2.</summary>
    private const int MaxInPlace = 1 << 18;

    /// <summary>C = A B, or C += A B.</summary>
    public static void Gemm<T>(int m, int n, int k, Matrix<T> a, Matrix<T> b, T* c, bool accumulate, bool parallel = true)
        where T : unmanaged
    {
        if (m == 0 || n == 0) return;
        if (k == 0)
        {
            if (!accumulate) new Span<T>(c, checked(m * n)).Clear();
            return;
        }
        if (TryVector(m, n, k, a, b, c, accumulate, parallel)) return;
        var kc = Math.Min(KC, k);
        var packsA = n > SeldomRead || m < MicroKernel.MR;
        var packsB = b.ColumnStride != 1 || n < MicroKernel.NR<T>() || m > SeldomRead || (long)kc * n > MaxInPlace;
        var packedA = packsA ? RoundUp(Math.Min(PackedRows, m), MicroKernel.MR) * kc : 0;
        var packedB = packsB ? RoundUp(Math.Min(NC, n), MicroKernel.NR<T>()) * kc : 0;
        // no load of a micro-panel crosses a cache line
        using var packed = packedA + packedB > 0 ? new Scratch<T>(packedA + packedB, aligned: true) : default;
        fixed (T* panel = packed.Span)
            for (var column = 0; column < n; column += NC)
            for (var depth = 0; depth < k; depth += KC)
            for (var row = 0; row < m; row += PackedRows)
            {
                var products = Math.Min(KC, k - depth);
                var left = Operand<T>.InPlace(a.Start + (nint)row * a.RowStride + (nint)depth * a.ColumnStride,
                    Math.Min(PackedRows, m - row), a.RowStride, a.ColumnStride);
                var right = Operand<T>.InPlace(b.Start + (nint)depth * b.RowStride + (nint)column * b.ColumnStride,
                    Math.Min(NC, n - column), b.ColumnStride, b.RowStride);
                var (blockA, blockB) = (packsA ? Operand<T>.Panels(panel + packedB, left.Length, MicroKernel.MR, products) : left,
                    packsB ? Operand<T>.Panels(panel, right.Length, MicroKernel.NR<T>(), products) : right);
                if (packsA || packsB)
                {
                    var pack = new PackTasks<T>(left, blockA, right, blockB, products, packsA, packsB && row == 0);
                    Run(pack.Count, (long)products * MicroKernel.NR<T>(), ref pack, parallel);
                }
                var multiply = new MultiplyTasks<T>(
                    new Block<T>(blockA, blockB, products), c + (nint)row * n + column, n, accumulate || depth > 0);
                Run(multiply.Count, (long)left.Length * right.Length * products / 16 / multiply.Count, ref multiply, parallel);
            }
    }

    /// <summary>Products with a vector where the matrix has contiguous rows.</summary>
    private static bool TryVector<T>(int m, int n, int k, Matrix<T> a, Matrix<T> b, T* c, bool add, bool parallel) where T : unmanaged
    {
        if (n == 1 && a.ColumnStride == 1 && m >= MatrixVector.MinRows<T>())
            MatrixVector.TimesRows(m, k, a.Start, a.RowStride, b.Start, b.RowStride, c, add, parallel);
        else if (m == 1 && b.RowStride == 1 && n >= MatrixVector.MinRows<T>())
            MatrixVector.TimesRows(n, k, b.Start, b.ColumnStride, a.Start, a.ColumnStride, c, add, parallel);
        else if (m == 1 && b.ColumnStride == 1 && n >= MatrixVector.MinColumns<T>())
            MatrixVector.TimesColumns(n, k, b.Start, b.RowStride, a.Start, a.ColumnStride, c, add, parallel);
        else if (n == 1 && a.RowStride == 1 && m >= MatrixVector.MinColumns<T>())
            MatrixVector.TimesColumns(m, k, a.Start, a.ColumnStride, b.Start, b.RowStride, c, add, parallel);
        else return false;
        return true;
    }

    /// <summary>Runs the tasks on all threads, or on this one.</summary>
    public static void Run<TBody>(int count, long work, ref TBody body, bool parallel) where TBody : struct, IParallelBody
    {
        if (parallel) Partition.For(count, work, ref body);
        else
            for (var i = 0; i < count; i++) body.Run(i);
    }

    /// <summary>Rows of A, columns of B and the products of each element of C.</summary>
    private readonly struct Block<T>(Operand<T> a, Operand<T> b, int k) where T : unmanaged
    {
        public readonly Operand<T> A = a, B = b;
        public readonly int K = k;
    }

    /// <summary>Tasks that pack one micro-panel each, of B or of A.</summary>
    private readonly struct PackTasks<T>(
        Operand<T> a, Operand<T> packedA, Operand<T> b, Operand<T> packedB, int k, bool packsA, bool packsB) : IParallelBody
        where T : unmanaged
    {
        private readonly int panelsOfA = packsA ? Partition.Pieces(a.Length, MicroKernel.MR) : 0;
        private readonly int panelsOfB = packsB ? Partition.Pieces(b.Length, MicroKernel.NR<T>()) : 0;

        public int Count => panelsOfB + panelsOfA;

        public void Run(int task)
        {
            if (task < panelsOfB) Panels.Pack(b.Start, b.Stride, b.Step, b.Length, MicroKernel.NR<T>(), task, k, packedB.Start);
            else Panels.Pack(a.Start, a.Stride, a.Step, a.Length, MicroKernel.MR, task - panelsOfB, k, packedA.Start);
        }
    }

    /// <summary>
    /// Tasks that multiply about MC rows of A by a few micro-panels of B. Consecutive tasks share the rows, which are then still in a
    /// cache.
    /// </summary>
    private readonly struct MultiplyTasks<T>(Block<T> block, T* c, int ldc, bool add) : IParallelBody where T : unmanaged
    {
        private readonly int rows = RoundUp((block.A.Length + RowTasks(block.A.Length) - 1) / RowTasks(block.A.Length), MicroKernel.MR);
        private readonly int columnTasks = (block.B.Length + Columns - 1) / Columns;

        private static int Columns => TaskLanes * Lanes<T>.Count;

        public int Count => (block.A.Length + rows - 1) / rows * columnTasks;

        [SkipLocalsInit]
        public void Run(int task)
        {
            var (row, column) = (task / columnTasks * rows, task % columnTasks * Columns);
            nint* steps = stackalloc nint[KC], places = stackalloc nint[KC];
            block.A.Steps(steps, block.K);
            block.B.Steps(places, block.K);
            MacroKernel(block.A, steps, block.B, places, block.K, row, Math.Min(block.A.Length, row + rows), column,
                Math.Min(block.B.Length, column + Columns), c, ldc, add);
        }

        private static int RowTasks(int m) => (m + MC - 1) / MC;
    }

    /// <summary>The loops over the micro-kernel: the rows [top, bottom) of A and the columns [left, right) of B.</summary>
    /// <param name="a">Rows of A.</param>
    /// <param name="steps">Where in a row of A the factor of each product lies.</param>
    /// <param name="b">Columns of B.</param>
    /// <param name="rows">Where the rows of B begin.</param>
    /// <param name="k">The products of each element.</param>
    /// <param name="top">The first row of A.</param>
    /// <param name="bottom">The end of the rows.</param>
    /// <param name="left">The first column of B.</param>
    /// <param name="right">The end of the columns.</param>
    /// <param name="c">Element (0, 0) of C.</param>
    /// <param name="ldc">From one row of C to the next.</param>
    /// <param name="add">Whether C is added to.</param>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    public static void MacroKernel<T>(
        in Operand<T> a, nint* steps, in Operand<T> b, nint* rows, int k, int top, int bottom, int left, int right, T* c, int ldc, bool add)
        where T : unmanaged
    {
        var nr = MicroKernel.NR<T>();
        var edge = stackalloc T[MicroKernel.MR * nr];
        for (var j = left; j < right; j += nr)
        {
            var isWide = right - j > Lanes<T>.Count;
            var width = isWide ? nr : Lanes<T>.Count;
            var firstColumn = b.First(j, width);
            for (var i = top; i < bottom; i += MicroKernel.MR)
            {
                var isHigh = bottom - i > MicroKernel.MR / 2;
                var height = isHigh ? MicroKernel.MR : MicroKernel.MR / 2;
                var firstRow = a.First(i, height);
                var target = c + (nint)i * ldc + j;
                var isWhole = i + height <= bottom && j + width <= right;
                MicroKernel.Multiply(a.At(firstRow), a.InnerStride, steps, b.At(firstColumn), rows, k, isWhole ? target : edge,
                    isWhole ? ldc : nr, isWhole && add, isHigh, isWide);
                if (isWhole) continue;
                StoreEdge(edge + (i - firstRow) * nr + (j - firstColumn), nr, target, ldc, Math.Min(height, bottom - i),
                    Math.Min(width, right - j), add);
            }
        }
    }

    /// <summary>Stores or adds the part of a full tile that lies inside C.</summary>
    [MethodImpl(Compile.Separately)]
    private static void StoreEdge<T>(T* tile, int stride, T* target, int ldc, int rows, int columns, bool add) where T : unmanaged
    {
        for (var i = 0; i < rows; i++)
        for (var j = 0; j < columns; j += Lanes<T>.Count)
        {
            var count = Math.Min(Lanes<T>.Count, columns - j);
            var value = Lanes<T>.LoadPartial(ref *tile, i * stride + j, count);
            if (add) value += Lanes<T>.LoadPartial(ref *target, (nint)i * ldc + j, count);
            value.StoreResult(ref *target, (nint)i * ldc + j, count);
        }
    }

    /// <summary>The next multiple of a unit.</summary>
    public static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;
}
