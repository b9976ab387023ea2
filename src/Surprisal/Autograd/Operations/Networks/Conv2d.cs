using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>
    /// 2-D cross-correlation: [N, C, H, W] with weight [O, C / groups, Kh, Kw] to [N, O, Oh, Ow], Oh = floor((H + 2 padding - dilation (Kh
    /// - 1) - 1) / stride) + 1.
    /// </summary>
    /// <param name="x">Images [N, C, H, W] of at least one pixel, float or double; N may be 0.</param>
    /// <param name="weight">Kernels [O, C / groups, Kh, Kw] of at least one element, none larger than the image with its padding; O may be
    /// 0.</param>
    /// <param name="bias">[O], added to every element of its output channel. Default null: none.</param>
    /// <param name="stride">The step between positions, in both directions; at least 1. Default 1.</param>
    /// <param name="padding">Rows and columns of zeros on each side of the image, or <see cref="Padding.Same"/>, which needs a stride of 1.
    /// Default 0.</param>
    /// <param name="dilation">From one element of the kernel to the next, in pixels; at least 1. Default 1.</param>
    /// <param name="groups">Into how many parts the channels are cut, each of which sees its own part of the input; divides C and O. As
    /// many as channels is a depthwise convolution. Default 1.</param>
    /// <exception cref="ArgumentException">Sizes that do not fit.</exception>
    /// <exception cref="NotSupportedException">Half or BFloat16.</exception>
    public static unsafe Tensor<T> Conv2d<T>(
        this Tensor<T> x,
        Tensor<T> weight,
        Tensor<T>? bias = null,
        int stride = 1,
        Padding padding = default,
        int dilation = 1,
        int groups = 1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var s = CheckConvolution(x, weight, bias, stride, padding, dilation, groups);
        int[] outputs = [s.N, s.O * groups, s.Oh, s.Ow];
        if (s.N == 0 || s.O == 0) return EmptyConvolution(Tensor.Zeros<T>(outputs), x, weight, bias);
        CheckScratch<T>(s, x.Shape);
        var y = Tensor.Uninitialized<T>(outputs);
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
                var db = Tensor.Uninitialized<T>(bias.Shape);
                fixed (T* pg = g.Span, pd = db.Span) Convolution.BiasGradient(s, pg, pd);
                return db;
            })).Traced("Conv", s, x, weight, bias);
    }

    /// <summary>No images or no outputs, of whatever sizes: nothing flows back.</summary>
    private static Tensor<T> EmptyConvolution<T>(Tensor<T> y, Tensor<T> x, Tensor<T> weight, Tensor<T>? bias)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        y.Record("ConvolutionBackward0", [], x.MakeEdge(_ => Tensor.Zeros<T>(x.Shape)), weight.MakeEdge(_ => Tensor.Zeros<T>(weight.Shape)),
            bias?.MakeEdge(_ => Tensor.Zeros<T>(bias.Shape)));

    /// <summary>The sizes of a convolution's groups; refuses those that do not fit.</summary>
    private static ConvolutionShape CheckConvolution<T>(
        Tensor<T> x, Tensor<T> weight, Tensor<T>? bias, int stride, Padding padding, int dilation, int groups)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        typeof(T).CheckNot16Bit();
        CheckSteps(stride, dilation, groups);
        if (x.Rank != 4 || weight.Rank != 4 || x.Shape[1] != (long)weight.Shape[1] * groups)
            throw new ArgumentException(
                $"Given {(groups == 1 ? "" : $"groups={groups}, ")}weight of size {weight.Shape}, " +
                $"expected input [N, {(weight.Rank == 4 ? (long)weight.Shape[1] * groups : "C")}, H, W], " +
                $"but got input of size {x.Shape} instead.", nameof(x));
        if (weight.Shape[0] % groups != 0)
            throw new ArgumentException($"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, but got " +
                $"weight of size {weight.Shape} instead.", nameof(groups));
        if (padding.IsSame && stride != 1)
            throw new ArgumentException($"stride is {stride}; padding = same is for a stride of 1.", nameof(padding));
        var (height, width, kernelHeight, kernelWidth) = (x.Shape[2], x.Shape[3], weight.Shape[2], weight.Shape[3]);
        CheckImages(x, weight);
        var (moreY, moreX) = ((long)dilation * (kernelHeight - 1), (long)dilation * (kernelWidth - 1)); // of a kernel than one pixel
        var (rows, columns) = padding.IsSame ? (height + moreY, width + moreX) : (height + 2L * padding.Size, width + 2L * padding.Size);
        if (rows <= moreY || columns <= moreX)
            throw new ArgumentException($"Calculated padded input size per channel: ({rows} x {columns}). Kernel size: ({moreY + 1} x " +
                $"{moreX + 1}). Kernel size can't be greater than actual input size", nameof(x));
        if (bias is not null && bias.Shape != [weight.Shape[0]])
            throw new ArgumentException($"bias has shape {bias.Shape}; it needs [{weight.Shape[0]}].", nameof(bias));
        CheckPadding(padding, height, width, rows, columns);
        return new(x.Shape[0], weight.Shape[1], height, width, weight.Shape[0] / groups, kernelHeight, kernelWidth, stride, padding.Size)
        {
            Dilation = dilation, Groups = groups,
            Edges = padding.IsSame ? new((int)moreY / 2, (int)moreX / 2, (int)(moreY - moreY / 2), (int)(moreX - moreX / 2)) : null,
        };
    }

    /// <summary>Refuses steps of no pixel, and no groups.</summary>
    internal static void CheckSteps(int stride, int dilation, int groups)
    {
        if (stride < 1)
            throw new ArgumentOutOfRangeException(nameof(stride), $"stride is {stride}; the step between positions is at least 1.");
        if (dilation < 1)
            throw new ArgumentOutOfRangeException(nameof(dilation),
                $"dilation is {dilation}; from one element of a kernel to the next it is at least 1.");
        if (groups < 1) throw new ArgumentOutOfRangeException(nameof(groups), $"groups is {groups}; channels make at least 1 group.");
    }

    /// <summary>Refuses images without a pixel, and kernels without an element.</summary>
    private static void CheckImages<T>(Tensor<T> x, Tensor<T> weight) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (weight.Shape[2] == 0 || weight.Shape[3] == 0)
            throw new ArgumentException($"weight has shape {weight.Shape}; kernels need at least one row and one column.",
                nameof(weight));
        if (x.Shape[2] == 0 || x.Shape[3] == 0)
            throw new ArgumentException(
                $"the input has shape {x.Shape}; convolution needs images of at least one pixel.", nameof(x));
    }

    /// <summary>Refuses an image that no array holds with its padding, or unfolded where the gradient needs that.</summary>
    private static void CheckScratch<T>(ConvolutionShape s, ReadOnlySpan<int> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Convolution.ScratchElements<T>(s) is var elements && elements > Array.MaxLength)
            throw new ArgumentException(
                $"the input has shape {Shape.Format(x)}, of which one image with padding {s.Pad} takes {elements} elements " +
                $"for kernels of {s.Kh} x {s.Kw}; at most {Array.MaxLength} fit an array: cut the images into parts.", nameof(x));
    }

    /// <summary>Refuses padding with which rows and columns are too many to count.</summary>
    private static void CheckPadding(Padding padding, int height, int width, long rows, long columns)
    {
        if (Math.Max(rows, columns) > Array.MaxLength)
            throw new ArgumentException($"padding is {padding}, with which images of {height} x {width} are {rows} x " +
                $"{columns}; at most {Array.MaxLength} rows and columns fit.", nameof(padding));
    }
}
