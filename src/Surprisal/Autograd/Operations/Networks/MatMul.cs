using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The matrix product of [.., m, k] and [.., k, n]: [.., m, n]. Batch dimensions broadcast.</summary>
    /// <exception cref="ArgumentException">Fewer than two dimensions, or inner sizes or batches that do not fit.</exception>
    public static Tensor<T> MatMul<T>(this Tensor<T> a, Tensor<T> b) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (a.Rank < 2 || b.Rank < 2)
            throw new ArgumentException($"MatMul needs two dimensions or more, but the shapes are {a.Shape} and " +
                $"{b.Shape}; use Unsqueeze for vectors.", a.Rank < 2 ? nameof(a) : nameof(b));
        if (a.Shape[^1] != b.Shape[^2])
            throw new ArgumentException(
                $"mat1 and mat2 shapes cannot be multiplied ({a.Shape[^2]}x{a.Shape[^1]} and {b.Shape[^2]}x{b.Shape[^1]})", nameof(b));
        return Gemm(a, transA: false, b, transB: false)
            .Record(a.Rank == 2 && b.Rank == 2 ? "MmBackward0" : "BmmBackward0", [b.RequiresGrad ? a : null, a.RequiresGrad ? b : null],
                a.MakeEdge(g => Gemm(g, transA: false, b, transB: true).SumTo(a.Shape)),
                b.MakeEdge(g => Gemm(a, transA: true, g, transB: false).SumTo(b.Shape)));
    }

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
            for (var i = 0; i < count; i++)
            {
                var (offsetA, offsetB, rest) = (0, 0, i);
                for (var d = batch.Rank - 1; d >= 0; rest /= batch[d--])
                {
                    offsetA += rest % batch[d] * stridesA[d];
                    offsetB += rest % batch[d] * stridesB[d];
                }
                var left = pa + (nint)offsetA * m * k;
                var right = pb + (nint)offsetB * k * n;
                MatrixMultiply.Gemm(m, n, k,
                    transA ? new Matrix<T>(left, 1, m) : new Matrix<T>(left, k, 1),
                    transB ? new Matrix<T>(right, 1, k) : new Matrix<T>(right, n, 1),
                    py + (nint)i * m * n, accumulate: false);
            }
        return y;
    }
}
