using System.Numerics.Tensors;

namespace Surprisal.Kernels;

/// <summary>
/// 2-D cross-correlation by gemm: x [N, C, H, W], weight [O, C, Kh, Kw], bias [O] -> y [N, O, Oh, Ow], and the gradients;
/// groups of channels one by one.
/// </summary>
/// <remarks>
/// The caller has checked by <see cref="ScratchElements"/> that arrays hold the scratch memory, so that no size below overflows. Where the
/// input's gradient is unfolded, a batch of images, the unit of work for threads, becomes one matrix [C Kh Kw, images Oh Ow]. The size of a
/// batch follows from the shape alone: as many images as stay in L2.
/// </remarks>
internal static unsafe class Convolution
{
    private const int CachedElements = 65_536, MaxElements = 1 << 26;

    /// <summary>y = weight patches(x) + bias; bias may be null.</summary>
    public static void Forward<T>(ConvolutionShape s, T* x, T* weight, T* bias, T* y) where T : unmanaged
    {
        if (s.Groups == 1) ConvolutionForward.Run(s, x, weight, bias, y);
        else
            ForEachGroup(s, i => ConvolutionForward.Run(s, x + i * s.InputLength, weight + i * s.O * s.PatchLength,
                bias is null ? null : bias + i * s.O, y + i * s.OutputLength));
    }

    /// <summary>dx: with a stride of 1 the convolution of dy with the kernels turned by 180 degrees; else col2im(weight^T dy).</summary>
    /// <remarks>The convolution multiplies zeros around dy too, which must not make a NaN of a weight that is not finite.</remarks>
    public static void InputGradient<T>(ConvolutionShape s, T* dy, T* weight, T* dx) where T : unmanaged, INumberBase<T>
    {
        if (s.Groups == 1) GroupInputGradient(s, dy, weight, dx);
        else
            ForEachGroup(s, i => GroupInputGradient(s, dy + i * s.OutputLength, weight + i * s.O * s.PatchLength, dx + i * s.InputLength));
    }

    private static void GroupInputGradient<T>(ConvolutionShape s, T* dy, T* weight, T* dx) where T : unmanaged, INumberBase<T>
    {
        var weights = new ReadOnlySpan<T>(weight, s.O * s.PatchLength);
        if (!s.IsTurned || (!TensorPrimitives.IsFiniteAll(weights) && ElementsPerImage<T>(s) <= Array.MaxLength))
        {
            Scatter(s, dy, weight, dx);
            return;
        }
        using var turned = new Scratch<T>(s.C * s.O * s.Kh * s.Kw);
        var size = s.Kh * s.Kw;
        for (var c = 0; c < s.C; c++)
        for (var o = 0; o < s.O; o++)
        {
            var to = turned.Span.Slice((c * s.O + o) * size, size);
            new ReadOnlySpan<T>(weight + ((nint)o * s.C + c) * size, size).CopyTo(to);
            to.Reverse();
        }
        fixed (T* kernels = turned.Span) ConvolutionForward.Run(s.Turned, dy, kernels, null, dx);
    }

    /// <summary>dx = col2im(weight^T dy).</summary>
    private static void Scatter<T>(ConvolutionShape s, T* dy, T* weight, T* dx) where T : unmanaged, INumberBase<T> =>
        ForEachBatch<T>(s, (first, images) =>
        {
            using var scratch = new BatchScratch<T>(s, images);
            fixed (T* columns = scratch.Columns, outputs = scratch.Outputs, padded = scratch.Padded)
            {
                var width = images * s.OutputPixels;
                ToChannelMajor(s, images, dy + (nint)first * s.OutputStride, outputs);
                MatrixMultiply.Gemm(s.PatchLength, width, s.O, new Matrix<T>(weight, 1, s.PatchLength), new(outputs, width, 1), columns,
                    accumulate: false, parallel: false);
                Col2Im.ColumnsToImages(s, images, columns, padded, dx + (nint)first * s.InputStride);
            }
        });

    /// <summary>dweight = the sum over images of dy patches(x)^T.</summary>
    public static void WeightGradient<T>(ConvolutionShape s, T* x, T* dy, T* dweight) where T : unmanaged, INumberBase<T>
    {
        if (s.Groups == 1) ConvolutionWeightGradient.Run(s, x, dy, dweight);
        else
            ForEachGroup(s, i =>
                ConvolutionWeightGradient.Run(s, x + i * s.InputLength, dy + i * s.OutputLength, dweight + i * s.O * s.PatchLength));
    }

    /// <summary>dbias[o] = the sum of dy over images and pixels, in double.</summary>
    public static void BiasGradient<T>(ConvolutionShape s, T* dy, T* dbias) where T : unmanaged, INumberBase<T> =>
        Partition.For(s.Groups * s.O, (long)s.N * s.OutputPixels, o =>
        {
            var sum = 0.0;
            for (var image = 0; image < s.N; image++)
                sum += Reductions.Sum(new ReadOnlySpan<T>(dy + (nint)image * s.OutputStride + (nint)o * s.OutputPixels, s.OutputPixels));
            dbias[o] = T.CreateTruncating(sum);
        });

    /// <summary>The elements of the largest scratch memory that values and gradients take: the sum of all, which is no less.</summary>
    public static Int128 ScratchElements<T>(ConvolutionShape s) where T : unmanaged =>
        ConvolutionForward.ScratchElements<T>(s) + ConvolutionWeightGradient.ScratchElements<T>(s) +
        (s.IsTurned ? ConvolutionForward.ScratchElements<T>(s.Turned) : ElementsPerImage<T>(s));

    /// <summary>The elements of scratch memory to unfold one image: its columns, its output and its padded copy.</summary>
    public static Int128 ElementsPerImage<T>(ConvolutionShape s) where T : unmanaged =>
        ((Int128)s.C * s.Kh * s.Kw + s.O) * s.Oh * s.Ow + Col2Im.PaddedElements<T>(s) + Lanes<T>.Count;

    /// <summary>The images of a batch: as many as stay in L2, but fewer where wide padding makes their copies large.</summary>
    public static int BatchSize<T>(ConvolutionShape s) where T : unmanaged =>
        Math.Clamp((int)Math.Min(CachedElements / Math.Max(1, (long)s.PatchLength * s.OutputPixels),
            MaxElements / (long)ElementsPerImage<T>(s)), 1, Math.Max(1, s.N));

    private static void ForEachBatch<T>(ConvolutionShape s, Action<int, int> batch) where T : unmanaged =>
        Partition.Ranges(s.N, BatchSize<T>(s), (long)s.OutputLength * s.PatchLength / 16, (first, end) => batch(first, end - first));

    /// <summary>Runs a function for each group of channels; with fewer groups than threads what it does is shared instead.</summary>
    private static void ForEachGroup(ConvolutionShape s, Action<int> group)
    {
        if (s.Groups >= Partition.Threads) Partition.For(s.Groups, (long)s.N * s.OutputLength * s.PatchLength / 16, group);
        else
            for (var i = 0; i < s.Groups; i++) group(i);
    }

    /// <summary>dy [images, O, pixels] -> outputs [O, images, pixels].</summary>
    private static void ToChannelMajor<T>(ConvolutionShape s, int images, T* dy, T* outputs) where T : unmanaged
    {
        for (var o = 0; o < s.O; o++)
        for (var image = 0; image < images; image++, outputs += s.OutputPixels)
            new ReadOnlySpan<T>(dy + (nint)image * s.OutputStride + (nint)o * s.OutputPixels, s.OutputPixels)
                .CopyTo(new Span<T>(outputs, s.OutputPixels));
    }

    /// <summary>
    /// Scratch memory of a batch: its columns, with the lane block behind them that col2im touches, its outputs [O, images,
    /// pixels] and its padded images.
    /// </summary>
    private readonly ref struct BatchScratch<T>(ConvolutionShape s, int images) where T : unmanaged
    {
        private readonly Scratch<T> columns = new(s.PatchLength * images * s.OutputPixels + Lanes<T>.Count);
        private readonly Scratch<T> outputs = new(s.O * images * s.OutputPixels);
        private readonly Scratch<T> padded = new(images * Col2Im.PaddedLength<T>(s));

        public Span<T> Columns => columns.Span;

        public Span<T> Outputs => outputs.Span;

        public Span<T> Padded => padded.Span;

        public void Dispose()
        {
            columns.Dispose();
            outputs.Dispose();
            padded.Dispose();
        }
    }
}
