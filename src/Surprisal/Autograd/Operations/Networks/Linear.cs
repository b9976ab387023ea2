using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>x weight^T + bias: [.., inputs] to [.., outputs].</summary>
    /// <param name="x">[.., inputs]; any number of leading dimensions, none included.</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[outputs], or null.</param>
    /// <exception cref="ArgumentException">Sizes that do not fit.</exception>
    public static Tensor<T> Linear<T>(this Tensor<T> x, Tensor<T> weight, Tensor<T>? bias = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CheckLinear(x, weight, bias);
        var (outputs, inputs) = (weight.Shape[0], weight.Shape[1]);
        var rows = x.View([inputs == 0 ? Shape.Length(x.Shape[..^1]) : x.Length / inputs, inputs]);
        var y = typeof(T).Is16Bit
            ? rows.ComputeInFloat(floats => floats.Linear(weight.Detach().To<float>(), bias?.Detach().To<float>()))
            : Gemm(rows, transA: false, weight, transB: true);
        if (bias is not null && !typeof(T).Is16Bit) AddToRows(y, bias);
        Tensor<T> Rows(Tensor<T> g) => g.View([rows.Shape[0], outputs]);
        return y.View([.. x.Shape[..^1], outputs]).Record(bias is null ? "MmBackward0" : "AddmmBackward0", [x, weight],
            bias?.MakeEdge(g => Rows(g).Sum(0)),
            x.MakeEdge(g => Gemm(Rows(g), transA: false, weight, transB: false).View(x.Shape)),
            weight.MakeEdge(g => Gemm(Rows(g), transA: true, rows, transB: false))).Traced("Gemm", x, weight, bias);
    }

    /// <summary>y [rows, outputs] += bias [outputs], in place.</summary>
    private static void AddToRows<T>(Tensor<T> y, Tensor<T> bias) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var outputs = y.Shape[1];
        Partition.Ranges(y.Shape[0], Math.Max(1, 32_768 / Math.Max(1, outputs)), outputs, (first, end) =>
        {
            for (var i = first; i < end; i++)
            {
                var row = y.Span.Slice(i * outputs, outputs);
                Elementwise.Map(row, bias.Span, row, default(Formulas<T>.Add));
            }
        });
    }

    private static void CheckLinear<T>(Tensor<T> x, Tensor<T> weight, Tensor<T>? bias) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (weight.Rank != 2)
            throw new ArgumentException($"weight has shape {weight.Shape}; it needs [outputs, inputs].", nameof(weight));
        var (outputs, inputs) = (weight.Shape[0], weight.Shape[1]);
        if (x.Rank == 0 || x.Shape[^1] != inputs)
            throw new ArgumentException(
                $"mat1 and mat2 shapes cannot be multiplied: the input has shape {x.Shape}, " +
                $"but its last dimension must be {inputs}, " +
                $"the inputs of weight {weight.Shape}.", nameof(x));
        if (bias is not null && bias.Shape != [outputs])
            throw new ArgumentException($"bias has shape {bias.Shape}; it needs [{outputs}].", nameof(bias));
    }
}
