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
/// A and B are packed into micro-panels as high and as wide as the MR x NR micro-kernel (<see cref="MicroKernel"/>), padded at the edges so
/// that these run the same code. Every element of C adds its k products in order, in blocks of <see cref="KC"/>, whatever the number of
/// threads, the cuts between blocks and the size of the micro-kernel: the same bits.
/// </remarks>
internal static unsafe class MatrixMultiply
{
    /// <summary>The products of one pass: a KC x NR micro-panel of B stays in L1 while the micro-panels of A pass by.</summary>
    private const int KC = 256;

    /// <summary>The rows of a task: an MC x KC block of A stays in L2 while the micro-panels of B pass by.</summary>
    private const int MC = 192;

    /// <summary>The columns of B that are packed at once: a KC x NC panel of B, for L3.</summary>
    private const int NC = 2048;

    /// <summary>The rows of A that are packed at once: 16 MC, enough tasks for all threads, for L3 too.</summary>
    private const int PackedRows = 3072;

    /// <summary>The columns of a task, in lane blocks.</summary>
    private const int TaskLanes = 8;

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
        var kc = Math.Min(KC, k);
        var nc = RoundUp(Math.Min(NC, n), MicroKernel.NR<T>());
        // no load of a micro-panel crosses a cache line
        using var packed = new Scratch<T>((RoundUp(Math.Min(PackedRows, m), MicroKernel.MR) + nc) * kc, aligned: true);
        fixed (T* panel = packed.Span)
            for (var column = 0; column < n; column += NC)
            for (var depth = 0; depth < k; depth += KC)
            for (var row = 0; row < m; row += PackedRows)
            {
                var block = new PackedBlock<T>(Math.Min(PackedRows, m - row), Math.Min(NC, n - column), Math.Min(KC, k - depth),
                    panel + (nint)nc * kc, panel);
                var pack = new PackTasks<T>(
                    block, a, b, a.Start + (nint)row * a.RowStride + (nint)depth * a.ColumnStride,
                    b.Start + (nint)depth * b.RowStride + (nint)column * b.ColumnStride, packsB: row == 0);
                var multiply = new MultiplyTasks<T>(block, c + (nint)row * n + column, n, accumulate || depth > 0);
                Run(pack.Count, (long)block.K * MicroKernel.NR<T>(), ref pack, parallel);
                Run(multiply.Count, (long)block.M * block.N * block.K / 16 / multiply.Count, ref multiply, parallel);
            }
    }

    private static void Run<TBody>(int count, long work, ref TBody body, bool parallel) where TBody : struct, IParallelBody
    {
        if (parallel) Partition.For(count, work, ref body);
        else
            for (var i = 0; i < count; i++) body.Run(i);
    }

    /// <summary>M rows of A, N columns of B and K products of each element, packed into micro-panels.</summary>
    private readonly struct PackedBlock<T>(int m, int n, int k, T* a, T* b) where T : unmanaged
    {
        public readonly int M = m, N = n, K = k;
        public readonly T* A = a, B = b;
    }

    /// <summary>Tasks that pack one micro-panel each: those of B, unless they are packed already, then those of A.</summary>
    private readonly struct PackTasks<T>(PackedBlock<T> block, Matrix<T> layoutA, Matrix<T> layoutB, T* a, T* b, bool packsB)
        : IParallelBody
        where T : unmanaged
    {
        private readonly int panelsOfB = packsB ? (block.N + MicroKernel.NR<T>() - 1) / MicroKernel.NR<T>() : 0;

        public int Count => panelsOfB + (block.M + MicroKernel.MR - 1) / MicroKernel.MR;

        public void Run(int task)
        {
            if (task < panelsOfB)
                Panels.Pack(b, layoutB.ColumnStride, layoutB.RowStride, block.N, MicroKernel.NR<T>(), task, block.K, block.B);
            else Panels.Pack(a, layoutA.RowStride, layoutA.ColumnStride, block.M, MicroKernel.MR, task - panelsOfB, block.K, block.A);
        }
    }

    /// <summary>
    /// Tasks that multiply about MC rows of A by a few micro-panels of B. Consecutive tasks share the rows, which are then still in a
    /// cache.
    /// </summary>
    private readonly struct MultiplyTasks<T>(PackedBlock<T> block, T* c, int ldc, bool add) : IParallelBody where T : unmanaged
    {
        private readonly int rows = RoundUp((block.M + RowTasks(block.M) - 1) / RowTasks(block.M), MicroKernel.MR);
        private readonly int columnTasks = (block.N + Columns - 1) / Columns;

        private static int Columns => TaskLanes * Lanes<T>.Count;

        public int Count => (block.M + rows - 1) / rows * columnTasks;

        public void Run(int task)
        {
            var (row, column) = (task / columnTasks * rows, task % columnTasks * Columns);
            MacroKernel(block, row, Math.Min(block.M, row + rows), column, Math.Min(block.N, column + Columns), c, ldc, add);
        }

        private static int RowTasks(int m) => (m + MC - 1) / MC;
    }

    /// <summary>
    /// The loops over the micro-kernel: the rows [top, bottom) and the columns [left, right) of a packed block; ldc is the row stride of C.
    /// </summary>
    [MethodImpl(Compile.Separately)]
    private static void MacroKernel<T>(in PackedBlock<T> block, int top, int bottom, int left, int right, T* c, int ldc, bool add)
        where T : unmanaged
    {
        var nr = MicroKernel.NR<T>();
        var edge = stackalloc T[MicroKernel.MR * nr];
        for (var j = left; j < right; j += nr)
        for (var i = top; i < bottom; i += MicroKernel.MR)
        {
            var target = c + (nint)i * ldc + j;
            var panelA = block.A + (nint)i * block.K;
            var panelB = block.B + (nint)j * block.K;
            if (i + MicroKernel.MR <= bottom && j + nr <= right)
            {
                MicroKernel.Multiply(panelA, panelB, block.K, target, ldc, add, MicroKernel.MR);
                continue;
            }
            MicroKernel.Multiply(panelA, panelB, block.K, edge, nr, add: false, bottom - i);
            StoreEdge(edge, nr, target, ldc, Math.Min(MicroKernel.MR, bottom - i), Math.Min(nr, right - j), add);
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
            var value = Lanes<T>.Load(ref *tile, i * stride + j);
            if (add) value += Lanes<T>.LoadPartial(ref *target, (nint)i * ldc + j, count);
            value.StoreResult(ref *target, (nint)i * ldc + j, count);
        }
    }

    private static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;
}
