using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>gemv: a matrix times a vector, with the order of sums that <see cref="MatrixMultiply"/> has.</summary>
/// <remarks>
/// Every element of the matrix is read once, so nothing is packed. Each element of the result adds its products in order, in blocks of KC:
/// the bits are those of a product with many columns.
/// </remarks>
internal static unsafe class MatrixVector
{
    /// <summary>The lane blocks of a task: their sums do not wait for each other.</summary>
    private const int RowBlocks = 2, ColumnBlocks = 4;

    /// <summary>The least rows of <see cref="TimesRows"/>: those of a task, which may begin early but not before the first.</summary>
    public static int MinRows<T>() where T : unmanaged => RowBlocks * Lanes<T>.Count;

    /// <summary>The least columns of <see cref="TimesColumns"/>.</summary>
    public static int MinColumns<T>() where T : unmanaged => ColumnBlocks * Lanes<T>.Count;

    /// <summary>
    /// y [m] = A x, or += A x, where the rows of A [m, k] are contiguous, <paramref name="stride"/> apart: a lane is a row.
    /// </summary>
    public static void TimesRows<T>(int m, int k, T* a, int stride, T* x, int step, T* y, bool add, bool parallel) where T : unmanaged =>
        Run(new Tasks<T>(m, k, a, stride, x, step, y, add, isTransposed: false), parallel);

    /// <summary>
    /// y [n] = x B, or += x B, where the rows of B [k, n] are contiguous, <paramref name="stride"/> apart: a lane is a column.
    /// </summary>
    public static void TimesColumns<T>(int n, int k, T* b, int stride, T* x, int step, T* y, bool add, bool parallel) where T : unmanaged =>
        Run(new Tasks<T>(n, k, b, stride, x, step, y, add, isTransposed: true), parallel);

    private static void Run<T>(Tasks<T> tasks, bool parallel) where T : unmanaged =>
        MatrixMultiply.Run(tasks.Count, tasks.Work, ref tasks, parallel);

    private readonly struct Tasks<T>(int length, int k, T* a, int stride, T* x, int step, T* y, bool add, bool isTransposed) : IParallelBody
        where T : unmanaged
    {
        private readonly int size = isTransposed ? MinColumns<T>() : MinRows<T>();

        /// <summary>The columns of a task of their own, before the first that begins a cache line in every row.</summary>
        private readonly int edge = isTransposed ? Unaligned(a, stride) : 0;

        public int Count => Partition.Pieces(length - edge, size) + (edge > 0 ? 1 : 0);

        public long Work => (long)size * k / 4;

        [SkipLocalsInit]
        public void Run(int task)
        {
            var begin = edge == 0 ? task * size : task == 0 ? 0 : edge + (task - 1) * size;
            var first = Math.Min(begin, length - size);
            var end = edge > 0 && task == 0 ? edge : first + size;
            var sums = stackalloc T[ColumnBlocks * Lanes<T>.Count];
            for (var depth = 0; depth < k; depth += MatrixMultiply.KC)
            {
                var products = Math.Min(MatrixMultiply.KC, k - depth);
                var factors = x + (nint)depth * step;
                if (isTransposed) SumColumns(a + (nint)depth * stride + first, stride, factors, step, products, sums);
                else SumRows(a + (nint)first * stride + depth, stride, factors, step, products, sums);
                for (var i = begin; i < end; i += Lanes<T>.Count)
                {
                    var count = Math.Min(Lanes<T>.Count, end - i);
                    var sum = Lanes<T>.LoadPartial(ref *sums, i - first, count);
                    if (add || depth > 0) sum += Lanes<T>.LoadPartial(ref *y, i, count);
                    sum.StoreResult(ref *y, i, count);
                }
            }
        }
    }

    /// <summary>The elements before the next cache line, where all rows have as many; else 0.</summary>
    private static int Unaligned<T>(T* row, int stride) where T : unmanaged =>
        stride % Lanes<T>.Count == 0 && (nint)row % sizeof(T) == 0
            ? (int)(-(nint)row / sizeof(T) & (Lanes<T>.Count - 1))
            : 0;

    /// <summary>The sums over k products of the rows of a task: squares are transposed on the way.</summary>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    private static void SumRows<T>(T* a, nint stride, T* x, nint step, int k, T* sums) where T : unmanaged
    {
        var columns = stackalloc T[Lanes<T>.Quarter * MinRows<T>()];
        Lanes<T> s = Lanes<T>.Zero, t = Lanes<T>.Zero;
        var p = 0;
        for (; p <= k - Lanes<T>.Quarter; p += Lanes<T>.Quarter)
        {
            Lanes<T>.TransposeToColumns(ref a[p], stride, ref *columns, MinRows<T>());
            Lanes<T>.TransposeToColumns(ref a[Lanes<T>.Count * stride + p], stride, ref columns[Lanes<T>.Count], MinRows<T>());
            for (var q = 0; q < Lanes<T>.Quarter; q++)
            {
                var factor = Lanes<T>.All(x[(p + q) * step]);
                s = Lanes<T>.Fma(factor, Lanes<T>.Load(ref *columns, q * MinRows<T>()), s);
                t = Lanes<T>.Fma(factor, Lanes<T>.Load(ref *columns, q * MinRows<T>() + Lanes<T>.Count), t);
            }
        }
        for (; p < k; p++)
        {
            for (var i = 0; i < MinRows<T>(); i++) columns[i] = a[i * stride + p];
            var factor = Lanes<T>.All(x[p * step]);
            s = Lanes<T>.Fma(factor, Lanes<T>.Load(ref *columns, 0), s);
            t = Lanes<T>.Fma(factor, Lanes<T>.Load(ref *columns, Lanes<T>.Count), t);
        }
        s.Store(ref *sums, 0);
        t.Store(ref *sums, Lanes<T>.Count);
    }

    /// <summary>The sums over k products of the columns of a task.</summary>
    [MethodImpl(Compile.Separately)]
    private static void SumColumns<T>(T* b, nint stride, T* x, nint step, int k, T* sums) where T : unmanaged
    {
        Lanes<T> s = Lanes<T>.Zero, t = Lanes<T>.Zero, u = Lanes<T>.Zero, v = Lanes<T>.Zero;
        for (var p = 0; p < k; p++, b += stride, x += step)
        {
            var factor = Lanes<T>.All(*x);
            s = Lanes<T>.Fma(factor, Lanes<T>.Load(ref *b, 0), s);
            t = Lanes<T>.Fma(factor, Lanes<T>.Load(ref *b, Lanes<T>.Count), t);
            u = Lanes<T>.Fma(factor, Lanes<T>.Load(ref *b, 2 * Lanes<T>.Count), u);
            v = Lanes<T>.Fma(factor, Lanes<T>.Load(ref *b, 3 * Lanes<T>.Count), v);
        }
        s.Store(ref *sums, 0);
        t.Store(ref *sums, Lanes<T>.Count);
        u.Store(ref *sums, 2 * Lanes<T>.Count);
        v.Store(ref *sums, 3 * Lanes<T>.Count);
    }
}
