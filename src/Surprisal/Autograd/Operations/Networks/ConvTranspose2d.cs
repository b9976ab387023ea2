using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>
    /// 2-D transposed convolution, the gradient of <see cref="Conv2d"/> by its input: [N, C, H, W] with weight [C, O / groups, Kh, Kw] to
    /// [N, O, Oh, Ow], Oh = (H - 1) stride - 2 padding + dilation (Kh - 1) + outputPadding + 1.
    /// </summary>
    /// <param name="x">Images [N, C, H, W] of at least one pixel, float or double; N may be 0.</param>
    /// <param name="weight">Kernels [C, O / groups, Kh, Kw] of at least one element; the channels of x come first.</param>
    /// <param name="bias">[O], added to every element of its output channel. Default null: none.</param>
    /// <param name="stride">How far the kernels of neighbouring pixels are apart; at least 1. Default 1.</param>
    /// <param name="padding">Rows and columns left out on each side of the output; at least 0. Default 0.</param>
    /// <param name="outputPadding">Rows and columns more at the bottom and right, to tell apart the sizes that a stride makes equal; less
    /// than the stride or the dilation. Default 0.</param>
    /// <param name="groups">Into how many parts the channels are cut, each of which makes its own part of the output; divides C and O.
    /// Default 1.</param>
    /// <param name="dilation">From one element of the kernel to the next, in pixels; at least 1. Default 1.</param>
    /// <exception cref="ArgumentException">Sizes that do not fit, or an output without a pixel.</exception>
    /// <exception cref="NotSupportedException">Half or BFloat16.</exception>
    /// <example><code>
    /// var x = Tensor.Create&lt;float>([1, 2], [1, 1, 1, 2]);
    /// var weight = Tensor.Create&lt;float>([1, 10], [1, 1, 1, 2]);
    /// Console.WriteLine(x.ConvTranspose2d(weight));                   // tensor([[[[ 1., 12., 20.]]]])
    /// </code></example>
    public static Tensor<T> ConvTranspose2d<T>(
        this Tensor<T> x,
        Tensor<T> weight,
        Tensor<T>? bias = null,
        int stride = 1,
        int padding = 0,
        int outputPadding = 0,
        int groups = 1,
        int dilation = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        ConvTranspose2d(x, weight, bias, stride, padding, (outputPadding, outputPadding), groups, dilation);

    /// <summary>The same, with as many rows and columns more as are asked for.</summary>
    internal static unsafe Tensor<T> ConvTranspose2d<T>(
        Tensor<T> x,
        Tensor<T> weight,
        Tensor<T>? bias,
        int stride,
        int padding,
        (int Rows, int Columns) outputPadding,
        int groups,
        int dilation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var s = CheckTransposed(x, weight, bias, stride, padding, outputPadding, groups, dilation);
        int[] outputs = [s.N, s.C * groups, s.H, s.W];
        if (s.N == 0 || s.C == 0 || s.O == 0) return EmptyConvolution(FilledWith(bias, outputs), x, weight, bias);
        CheckScratch<T>(s, x.Shape);
        var y = Tensor.Uninitialized<T>(outputs);
        fixed (T* px = x.Span, pw = weight.Span, py = y.Span) Convolution.InputGradient(s, px, pw, py);
        if (bias is not null)
            ForEachPlane(s.N * bias.Length, (long)s.H * s.W, plane =>
            {
                var pixels = y.Span.Slice(plane * s.H * s.W, s.H * s.W);
                Elementwise.Map<T, Formulas<T>.Add>(pixels, bias.Span[plane % bias.Length], pixels, default);
            });
        return y.Record("ConvolutionBackward0", [x, weight],
            x.MakeEdge(g =>
            {
                var dx = Tensor.Uninitialized<T>(x.Shape);
                fixed (T* pg = g.Span, pw = weight.Span, pd = dx.Span) Convolution.Forward(s, pg, pw, null, pd);
                return dx;
            }),
            weight.MakeEdge(g =>
            {
                var dw = Tensor.Uninitialized<T>(weight.Shape);
                fixed (T* px = x.Span, pg = g.Span, pd = dw.Span) Convolution.WeightGradient(s, pg, px, pd);
                return dw;
            }),
            bias?.MakeEdge(g => g.SumTo([bias.Length, 1, 1]).View(bias.Shape))).Traced("ConvTranspose", s, x, weight, bias);
    }

    /// <summary>What comes out where nothing is added up.</summary>
    private static Tensor<T> FilledWith<T>(Tensor<T>? bias, int[] shape) where T : unmanaged, IFloatingPointIeee754<T> => bias is null
        ? Tensor.Zeros<T>(shape)
        : bias.Detach().View([bias.Length, 1, 1]).Expand(shape).Clone();

    /// <summary>
    /// The sizes of the groups of the convolution of which this is the transpose: its input is the output here. Refuses those that do not
    /// fit.
    /// </summary>
    private static ConvolutionShape CheckTransposed<T>(
        Tensor<T> x,
        Tensor<T> weight,
        Tensor<T>? bias,
        int stride,
        int padding,
        (int Rows, int Columns) outputPadding,
        int groups,
        int dilation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        typeof(T).CheckNot16Bit();
        CheckSteps(stride, dilation, groups);
        if (padding < 0) throw new ArgumentOutOfRangeException(nameof(padding), $"padding is {padding}; it is 0 or more.");
        CheckOutputPadding(stride, dilation, Math.Max(outputPadding.Rows, outputPadding.Columns));
        CheckOutputPadding(stride, dilation, Math.Min(outputPadding.Rows, outputPadding.Columns));
        if (x.Rank != 4 || weight.Rank != 4 || x.Shape[1] != weight.Shape[0])
            throw new ArgumentException($"Given transposed weight of size {weight.Shape}, expected input [N, " +
                $"{(weight.Rank == 4 ? weight.Shape[0] : "C")}, H, W], but got input of size {x.Shape} instead.", nameof(x));
        if (weight.Shape[0] % groups != 0)
            throw new ArgumentException($"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, but got " +
                $"weight of size {weight.Shape} instead.", nameof(groups));
        CheckImages(x, weight);
        var channels = (long)weight.Shape[1] * groups;
        if (bias is not null && (bias.Rank != 1 || bias.Length != channels))
            throw new ArgumentException($"bias has shape {bias.Shape}; it needs [{channels}].", nameof(bias));
        var (kernelHeight, kernelWidth) = (weight.Shape[2], weight.Shape[3]);
        var (height, width) = (Size(x.Shape[2], kernelHeight, outputPadding.Rows), Size(x.Shape[3], kernelWidth, outputPadding.Columns));
        if (height < 1 || width < 1)
            throw new ArgumentException($"Given input size per channel: ({x.Shape[2]} x {x.Shape[3]}). Calculated output size per " +
                $"channel: ({height} x {width}). Output size is too small", nameof(x));
        CheckPadding(padding, (int)Math.Min(height, Array.MaxLength), (int)Math.Min(width, Array.MaxLength), height + 2L * padding,
            width + 2L * padding);
        Shape.Length([x.Shape[0], (int)Math.Min(channels, Array.MaxLength), (int)height, (int)width]); // what comes out can be counted
        return new(
            x.Shape[0], weight.Shape[1], (int)height, (int)width, weight.Shape[0] / groups, kernelHeight, kernelWidth, stride, padding)
        {
            Dilation = dilation, Groups = groups,
            Edges = outputPadding == (0, 0) ? null : new(padding, padding, padding - outputPadding.Rows, padding - outputPadding.Columns),
        };

        long Size(int pixels, int kernel, int more) => (pixels - 1L) * stride - 2L * padding + (long)dilation * (kernel - 1) + more + 1;
    }

    /// <summary>Refuses rows that another input would make.</summary>
    internal static void CheckOutputPadding(int stride, int dilation, int outputPadding)
    {
        if (outputPadding < 0 || outputPadding >= Math.Max(stride, dilation))
            throw new ArgumentOutOfRangeException(nameof(outputPadding),
                "output padding must be smaller than either stride or dilation, but got " +
                $"output_padding={outputPadding}, stride={stride}, dilation={dilation}; it is 0 or more.");
    }
}
