namespace Surprisal.Kernels;

/// <summary>The sizes of a 2-D convolution: input [N, C, H, W], weight [O, C, Kh, Kw], output [N, O, Oh, Ow].</summary>
internal readonly record struct ConvolutionShape(int N, int C, int H, int W, int O, int Kh, int Kw, int Stride, int Padding)
{
    public int Oh => checked(H + 2 * Padding - Kh) / Stride + 1;
    public int Ow => checked(W + 2 * Padding - Kw) / Stride + 1;
    public int Depth => checked(C * Kh * Kw);
    public int Pixels => checked(Oh * Ow);
    public int InputImage => checked(C * H * W);
    public int OutputImage => checked(O * Pixels);
}

/// <summary>2-D cross-correlation by im2col: a group of images becomes one [C Kh Kw, images Oh Ow] matrix, and the rest is matrix multiply.</summary>
/// <remarks>
/// Groups are the unit of work for threads. How many images share a matrix follows from the shape alone: as many as stay in the second cache.
/// Whoever calls has asked <see cref="Elements"/> whether the memory of one image can be counted.
/// Weight gradients add images in eight fixed parts, then the parts in order.
/// </remarks>
internal static unsafe class Convolution
{
    private const int Parts = 8, CachedElements = 65_536, MostElements = 1 << 26;

    public static void Forward<T>(ConvolutionShape s, T* x, T* weight, T* bias, T* y) where T : unmanaged, INumberBase<T> =>
        Groups<T>(s, (first, images) =>
        {
            using var areas = new Areas<T>(s, images);
            fixed (T* columns = areas.Columns, maps = areas.Maps, padded = areas.Padded)
            {
                var width = images * s.Pixels;
                Im2Col.Unfold(s, images, x + (nint)first * s.InputImage, padded, columns);
                MatrixMultiply.Run(s.O, width, s.Depth, new Matrix<T>(weight, s.Depth, 1), new(columns, width, 1), maps, accumulate: false, parallel: false);
                for (var image = 0; image < images; image++)
                for (var o = 0; o < s.O; o++)
                {
                    var from = new ReadOnlySpan<T>(maps + (nint)o * width + (nint)image * s.Pixels, s.Pixels);
                    var to = new Span<T>(y + (nint)(first + image) * s.OutputImage + (nint)o * s.Pixels, s.Pixels);
                    if (bias is null) from.CopyTo(to);
                    else Elementwise.Map(from, bias[o], to, default(Formulas<T>.Add));
                }
            }
        });

    /// <summary>dx = fold(weight^T dy).</summary>
    public static void InputGradient<T>(ConvolutionShape s, T* dy, T* weight, T* dx) where T : unmanaged, INumberBase<T> =>
        Groups<T>(s, (first, images) =>
        {
            using var areas = new Areas<T>(s, images);
            fixed (T* columns = areas.Columns, maps = areas.Maps, padded = areas.Padded)
            {
                var width = images * s.Pixels;
                Gather(s, images, dy + (nint)first * s.OutputImage, maps);
                MatrixMultiply.Run(s.Depth, width, s.O, new Matrix<T>(weight, 1, s.Depth), new(maps, width, 1), columns, accumulate: false, parallel: false);
                Im2Col.Fold(s, images, columns, padded, dx + (nint)first * s.InputImage);
            }
        });

    /// <summary>dweight = sum over images of dy unfold(x)^T.</summary>
    public static void WeightGradient<T>(ConvolutionShape s, T* x, T* dy, T* dweight) where T : unmanaged, INumberBase<T>
    {
        var size = checked(s.O * s.Depth);
        var parts = Math.Min(Math.Min(Parts, s.N), Array.MaxLength / Math.Max(1, size));
        using var partial = new Scratch<T>(checked(parts * size));
        fixed (T* sums = partial.Span)
        {
            var totals = sums;
            Partition.For(parts, (long)s.N / Math.Max(1, parts) * s.OutputImage * s.Depth / 16, part =>
            {
                var (begin, end) = ((int)((long)s.N * part / parts), (int)((long)s.N * (part + 1) / parts));
                var group = Math.Min(Group<T>(s), end - begin);
                using var areas = new Areas<T>(s, group);
                fixed (T* rows = areas.Columns, maps = areas.Maps, padded = areas.Padded)
                    for (var first = begin; first < end; first += group)
                    {
                        var images = Math.Min(group, end - first);
                        var width = images * s.Pixels;
                        Im2Col.UnfoldRows(s, images, x + (nint)first * s.InputImage, padded, rows);
                        Gather(s, images, dy + (nint)first * s.OutputImage, maps);
                        MatrixMultiply.Run(s.O, s.Depth, width, new Matrix<T>(maps, width, 1), new(rows, s.Depth, 1), totals + (nint)part * size, accumulate: first > begin, parallel: false);
                    }
            });
            var result = new Span<T>(dweight, size);
            result.Clear();
            for (var part = 0; part < parts; part++)
                Elementwise.Map(result, new ReadOnlySpan<T>(sums + (nint)part * size, size), result, default(Formulas<T>.Add));
        }
    }

    /// <summary>dbias[o] = the sum of dy over images and pixels, in double.</summary>
    public static void BiasGradient<T>(ConvolutionShape s, T* dy, T* dbias) where T : unmanaged, INumberBase<T> =>
        Partition.For(s.O, (long)s.N * s.Pixels, o =>
        {
            var sum = 0.0;
            for (var image = 0; image < s.N; image++)
                sum += Reductions.Sum(new ReadOnlySpan<T>(dy + (nint)image * s.OutputImage + (nint)o * s.Pixels, s.Pixels));
            dbias[o] = T.CreateTruncating(sum);
        });

    /// <summary>How much memory one image takes: its columns, its output maps and its padded copy.</summary>
    public static Int128 Elements<T>(ConvolutionShape s) where T : unmanaged =>
        ((Int128)s.C * s.Kh * s.Kw + s.O) * s.Oh * s.Ow + Im2Col.Elements<T>(s) + Lanes<T>.Count;

    /// <summary>How many images share a matrix; fewer than the cache holds where their padded copies are out of all proportion.</summary>
    public static int Group<T>(ConvolutionShape s) where T : unmanaged =>
        Math.Clamp((int)Math.Min(CachedElements / Math.Max(1, (long)s.Depth * s.Pixels), MostElements / checked((long)Elements<T>(s))), 1, Math.Max(1, s.N));

    private static void Groups<T>(ConvolutionShape s, Action<int, int> group) where T : unmanaged =>
        Partition.Ranges(s.N, Group<T>(s), (long)s.OutputImage * s.Depth / 16, (first, end) => group(first, end - first));

    /// <summary>[images, O, pixels] to [O, images, pixels].</summary>
    private static void Gather<T>(ConvolutionShape s, int images, T* dy, T* maps) where T : unmanaged
    {
        for (var o = 0; o < s.O; o++)
        for (var image = 0; image < images; image++, maps += s.Pixels)
            new ReadOnlySpan<T>(dy + (nint)image * s.OutputImage + (nint)o * s.Pixels, s.Pixels).CopyTo(new Span<T>(maps, s.Pixels));
    }

    /// <summary>Room for the columns of a group of images, with the lane block behind them that unfolding and folding touch, for the output maps and the padded images.</summary>
    private readonly ref struct Areas<T>(ConvolutionShape s, int images) where T : unmanaged
    {
        private readonly Scratch<T> columns = new(checked(s.Depth * images * s.Pixels + Lanes<T>.Count));
        private readonly Scratch<T> maps = new(checked(s.O * images * s.Pixels));
        private readonly Scratch<T> padded = new(checked(images * Im2Col.PaddedImage<T>(s)));

        public Span<T> Columns => columns.Span;

        public Span<T> Maps => maps.Span;

        public Span<T> Padded => padded.Span;

        public void Dispose()
        {
            columns.Dispose();
            maps.Dispose();
            padded.Dispose();
        }
    }
}
