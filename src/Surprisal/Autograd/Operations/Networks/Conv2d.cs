using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>
    /// 2-D cross-correlation: [N, C, H, W] with weight [O, C, Kh, Kw] to [N, O, Oh, Ow], Oh = (H + 2 padding - Kh) / stride + 1.
    /// </summary>
    /// <param name="x">Images [N, C, H, W] of at least one pixel, float or double; N may be 0.</param>
    /// <param name="weight">Kernels [O, C, Kh, Kw] of at least one element, none larger than the image with its padding; O may be
    /// 0.</param>
    /// <param name="bias">[O], added to every element of its output channel. Default null: none.</param>
    /// <param name="stride">The step between positions, in both directions; at least 1. Default 1.</param>
    /// <param name="padding">Rows and columns of zeros on each side of the image; at least 0. Default 0.</param>
    /// <exception cref="ArgumentException">Sizes that do not fit.</exception>
    /// <exception cref="NotSupportedException">Half or BFloat16.</exception>
    public static unsafe Tensor<T> Conv2d<T>(this Tensor<T> x, Tensor<T> weight, Tensor<T>? bias = null, int stride = 1, int padding = 0)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var s = CheckConvolution(x, weight, bias, stride, padding);
        if (s.N == 0 || s.O == 0) return EmptyConvolution(Tensor.Zeros<T>([s.N, s.O, s.Oh, s.Ow]), x, weight, bias);
        CheckScratch<T>(s, x.Shape);
        var y = Tensor.Uninitialized<T>([s.N, s.O, s.Oh, s.Ow]);
        fixed (T* px = x.Span, pw = weight.Span, pb = bias is null ? default : bias.Span, py = y.Span)
            Convolution.Forward(s, px, pw, pb, py);
        return y.Record("ConvolutionBackward0", [x, weight],
            x.MakeEdge(g =>
            {
                var dx = Tensor.Uninitialized<T>(x.Shape);
                fixed (T* pg = g.Span, pw = weight.Span, pd = dx.Span) Convolution.InputGradient(s, pg, pw, pd);
                return dx;
            }),
            weight.MakeEdge(g =>
            {
                var dw = Tensor.Uninitialized<T>(weight.Shape);
                fixed (T* px = x.Span, pg = g.Span, pd = dw.Span) Convolution.WeightGradient(s, px, pg, pd);
                return dw;
            }),
            bias?.MakeEdge(g =>
            {
                var db = Tensor.Uninitialized<T>([s.O]);
                fixed (T* pg = g.Span, pd = db.Span) Convolution.BiasGradient(s, pg, pd);
                return db;
            }));
    }

    /// <summary>No images or no outputs, of whatever sizes: nothing flows back.</summary>
    private static Tensor<T> EmptyConvolution<T>(Tensor<T> y, Tensor<T> x, Tensor<T> weight, Tensor<T>? bias)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        y.Record("ConvolutionBackward0", [], x.MakeEdge(_ => Tensor.Zeros<T>(x.Shape)), weight.MakeEdge(_ => Tensor.Zeros<T>(weight.Shape)),
            bias?.MakeEdge(_ => Tensor.Zeros<T>(bias.Shape)));

    /// <summary>The sizes of a convolution; refuses those that do not fit.</summary>
    private static ConvolutionShape CheckConvolution<T>(Tensor<T> x, Tensor<T> weight, Tensor<T>? bias, int stride, int padding)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        typeof(T).CheckNot16Bit();
        if (x.Rank != 4 || weight.Rank != 4 || x.Shape[1] != weight.Shape[1])
            throw new ArgumentException(
                $"Given weight of size {weight.Shape}, " +
                $"expected input [N, {(weight.Rank == 4 ? weight.Shape[1] : "C")}, H, W], " +
                $"but got input of size {x.Shape} instead.", nameof(x));
        var s = new ConvolutionShape(x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3], weight.Shape[0], weight.Shape[2], weight.Shape[3],
            stride, padding);
        if (stride < 1 || padding < 0)
            throw new ArgumentException(
                $"stride is {stride} and padding {padding}; stride must be at least 1 and padding at least 0.",
                stride < 1 ? nameof(stride) : nameof(padding));
        if (s.Kh == 0 || s.Kw == 0)
            throw new ArgumentException($"weight has shape {weight.Shape}; kernels need at least one row and one column.",
                nameof(weight));
        if (s.H == 0 || s.W == 0)
            throw new ArgumentException(
                $"the input has shape {x.Shape}; convolution needs images of at least one pixel.", nameof(x));
        if (s.H + 2L * padding < s.Kh || s.W + 2L * padding < s.Kw)
            throw new ArgumentException(
                $"Calculated padded input size per channel: ({s.H + 2L * padding} x {s.W + 2L * padding}). Kernel size: ({s.Kh} x {s.Kw}). "
                    +
                    "Kernel size can't be greater than actual input size", nameof(x));
        if (bias is not null && bias.Shape != [s.O])
            throw new ArgumentException($"bias has shape {bias.Shape}; it needs [{s.O}].", nameof(bias));
        CheckPadding(padding, s.H, s.W);
        return s;
    }

    /// <summary>Refuses an image that no array holds with its padding, or unfolded where the gradient needs that.</summary>
    private static void CheckScratch<T>(ConvolutionShape s, ReadOnlySpan<int> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Convolution.ScratchElements<T>(s) is var elements && elements > Array.MaxLength)
            throw new ArgumentException(
                $"the input has shape {Shape.Format(x)}, of which one image with padding {s.Padding} takes {elements} elements " +
                $"for kernels of {s.Kh} x {s.Kw}; at most {Array.MaxLength} fit an array: cut the images into parts.", nameof(x));
    }

    /// <summary>Refuses padding with which rows and columns are too many to count.</summary>
    private static void CheckPadding(int padding, int height, int width)
    {
        if (Math.Max(height, width) + 2L * padding > Array.MaxLength)
            throw new ArgumentException($"padding is {padding}, with which images of {height} x {width} are {height + 2L * padding} x " +
                $"{width + 2L * padding}; at most {Array.MaxLength} rows and columns fit.", nameof(padding));
    }
}
