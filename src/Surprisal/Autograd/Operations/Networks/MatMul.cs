using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The matrix product of [.., m, k] and [.., k, n]: [.., m, n]. Batch dimensions broadcast.</summary>
    /// <exception cref="ArgumentException">Fewer than two dimensions, or inner sizes or batches that do not fit.</exception>
    public static Tensor<T> MatMul<T>(this Tensor<T> a, Tensor<T> b) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (a.Rank < 2 || b.Rank < 2) throw new ArgumentException($"MatMul needs two dimensions or more, but the shapes are {Shape.Text(a.Shape)} and {Shape.Text(b.Shape)}; use Unsqueeze for vectors.", a.Rank < 2 ? nameof(a) : nameof(b));
        if (a.Shape[^1] != b.Shape[^2]) throw new ArgumentException($"mat1 and mat2 shapes cannot be multiplied ({a.Shape[^2]}x{a.Shape[^1]} and {b.Shape[^2]}x{b.Shape[^1]})", nameof(b));
        return Product(a, false, b, false).Record(a.Rank == 2 && b.Rank == 2 ? "MmBackward0" : "BmmBackward0", [b.RequiresGrad ? a : null, a.RequiresGrad ? b : null],
            a.MakeEdge(g => Product(g, false, b, true).SumTo(a.Shape)),
            b.MakeEdge(g => Product(a, true, g, false).SumTo(b.Shape)));
    }

    /// <summary>a b with either operand transposed in its last two dimensions; off the tape.</summary>
    internal static unsafe Tensor<T> Product<T>(Tensor<T> a, bool transposeA, Tensor<T> b, bool transposeB) where T : unmanaged, INumber<T>
    {
        if (typeof(T).Is16Bit) return Product(a.Detach().To<float>(), transposeA, b.Detach().To<float>(), transposeB).To<T>();
        var (m, k) = transposeA ? (a.Shape[^1], a.Shape[^2]) : (a.Shape[^2], a.Shape[^1]);
        var n = transposeB ? b.Shape[^2] : b.Shape[^1];
        var batch = Shape.Broadcast(a.Shape[..^2], b.Shape[..^2]);
        var y = Tensor.Uninitialized<T>([.. batch, m, n]);
        var (stridesA, stridesB) = (Shape.BroadcastStrides(a.Shape[..^2], batch), Shape.BroadcastStrides(b.Shape[..^2], batch));
        var count = Shape.Length(batch);
        fixed (T* pa = a.Span, pb = b.Span, py = y.Span)
            for (var i = 0; i < count; i++)
            {
                var (offsetA, offsetB, rest) = (0, 0, i);
                for (var d = batch.Length - 1; d >= 0; rest /= batch[d--])
                {
                    offsetA += rest % batch[d] * stridesA[d];
                    offsetB += rest % batch[d] * stridesB[d];
                }
                var left = pa + (nint)offsetA * m * k;
                var right = pb + (nint)offsetB * k * n;
                MatrixMultiply.Run(m, n, k,
                    transposeA ? new Matrix<T>(left, 1, m) : new Matrix<T>(left, k, 1),
                    transposeB ? new Matrix<T>(right, 1, k) : new Matrix<T>(right, n, 1),
                    py + (nint)i * m * n, accumulate: false);
            }
        return y;
    }
}
