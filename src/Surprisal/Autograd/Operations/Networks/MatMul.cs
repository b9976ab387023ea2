using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The matrix product of [.., m, k] and [.., k, n]: [.., m, n]. Batch dimensions broadcast.</summary>
    /// <param name="a">A vector is a row: its dimension m is not in the result.</param>
    /// <param name="b">A vector is a column: its dimension n is not in the result.</param>
    /// <remarks>
    /// So two vectors give a single number, in double and rounded once. Of an inner size of 0 the result is 0; 0 times infinity is NaN.
    /// </remarks>
    /// <exception cref="ArgumentException">A single number, or inner sizes or batches that do not fit.</exception>
    /// <example><code>
    /// var a = Tensor.Create&lt;float>([[1, 2], [3, 4]]);
    /// var v = Tensor.Create&lt;float>([1, 10]);
    /// Console.WriteLine(a.MatMul(v));             // tensor([21., 43.])
    /// Console.WriteLine(v.MatMul(v));             // tensor(101.)
    /// </code></example>
    public static Tensor<T> MatMul<T>(this Tensor<T> a, Tensor<T> b) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (a.Rank == 0 || b.Rank == 0)
            throw new ArgumentException($"both arguments to matmul need to be at least 1D, but they are {a.Rank}D and {b.Rank}D",
                a.Rank == 0 ? nameof(a) : nameof(b));
        var left = a.Rank == 1 ? a.View([1, a.Length]) : a;
        var right = b.Rank == 1 ? b.View([b.Length, 1]) : b;
        if (left.Shape[^1] != right.Shape[^2])
            throw new ArgumentException($"mat1 and mat2 shapes cannot be multiplied ({left.Shape[^2]}x{left.Shape[^1]} and " +
                $"{right.Shape[^2]}x{right.Shape[^1]})", nameof(b));
        var name = (a.Rank, b.Rank) switch
        {
            (1, 1) => "DotBackward0",
            (2, 1) => "MvBackward0",
            ( <= 2, <= 2) => "MmBackward0",
            _ => "BmmBackward0",
        };
        var y = name == "DotBackward0" ? Tensor.Full([1, 1], Dot(a, b)) : Gemm(left, transA: false, right, transB: false);
        var shape = y.Shape;
        int[] kept = [.. shape[..^2], .. a.Rank == 1 ? [] : shape[^2..^1], .. b.Rank == 1 ? [] : shape[^1..]];
        return y.View(kept).Record(name, [b.RequiresGrad ? a : null, a.RequiresGrad ? b : null],
            a.MakeEdge(g => Gemm(g.View(shape), transA: false, right, transB: true).SumTo(left.Shape).View(a.Shape)),
            b.MakeEdge(g => Gemm(left, transA: true, g.View(shape), transB: false).SumTo(right.Shape).View(b.Shape)));
    }

    private static T Dot<T>(Tensor<T> a, Tensor<T> b) where T : unmanaged, IFloatingPointIeee754<T> => Scalar.Round<T>(typeof(T).Is16Bit
        ? Reductions.SumAndProducts<float>(a.Detach().To<float>().Span, b.Detach().To<float>().Span, 0).Products
        : Reductions.SumAndProducts<T>(a.Span, b.Span, T.Zero).Products);

    /// <summary>What the smallest product costs, in elementary operations.</summary>
    private const int SmallestProduct = 200;

    /// <summary>The product a b of matrices, either transposed in its last two dimensions on request; off the tape.</summary>
    internal static unsafe Tensor<T> Gemm<T>(Tensor<T> a, bool transA, Tensor<T> b, bool transB) where T : unmanaged, INumber<T>
    {
        if (typeof(T).Is16Bit) return Gemm(a.Detach().To<float>(), transA, b.Detach().To<float>(), transB).To<T>();
        var (m, k) = transA ? (a.Shape[^1], a.Shape[^2]) : (a.Shape[^2], a.Shape[^1]);
        var n = transB ? b.Shape[^2] : b.Shape[^1];
        var batch = Shape.Broadcast(a.Shape[..^2], b.Shape[..^2]);
        var y = Tensor.Uninitialized<T>([.. batch, m, n]);
        var (stridesA, stridesB) = (Shape.BroadcastStrides(a.Shape[..^2], batch), Shape.BroadcastStrides(b.Shape[..^2], batch));
        var count = Shape.Length(batch);
        fixed (T* pa = a.Span, pb = b.Span, py = y.Span)
        {
            T* left = pa, right = pb, result = py; // fixed locals cannot be captured
            void Multiply(int i, bool parallel)
            {
                var (offsetA, offsetB, rest) = (0, 0, i);
                for (var d = batch.Rank - 1; d >= 0; rest /= batch[d--])
                {
                    offsetA += rest % batch[d] * stridesA[d];
                    offsetB += rest % batch[d] * stridesB[d];
                }
                MatrixMultiply.Gemm(m, n, k,
                    new Matrix<T>(left + (nint)offsetA * m * k, transA ? 1 : k, transA ? m : 1),
                    new Matrix<T>(right + (nint)offsetB * k * n, transB ? 1 : n, transB ? k : 1),
                    result + (nint)i * m * n, accumulate: false, parallel);
            }
            var work = (long)m * n * k / 16 + SmallestProduct;
            if (count > 1 && work < Partition.MinParallelWork) // small ones share the threads among them
                Partition.Ranges(count, (int)(Partition.MinParallelWork / 8 / work) + 1, work, (first, end) =>
                {
                    for (var i = first; i < end; i++) Multiply(i, parallel: false);
                });
            else
                for (var i = 0; i < count; i++) Multiply(i, parallel: true);
        }
        return y;
    }
}
