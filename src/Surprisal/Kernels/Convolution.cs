using System.Buffers;

namespace Surprisal.Kernels;

/// <summary>The sizes of a 2-D convolution: input [N, C, H, W], weight [O, C, Kh, Kw], output [N, O, Oh, Ow].</summary>
internal readonly record struct ConvolutionShape(int N, int C, int H, int W, int O, int Kh, int Kw, int Stride, int Padding)
{
    public int Oh => (H + 2 * Padding - Kh) / Stride + 1;
    public int Ow => (W + 2 * Padding - Kw) / Stride + 1;
    public int Depth => C * Kh * Kw;
    public int Pixels => Oh * Ow;
    public int InputImage => C * H * W;
    public int OutputImage => O * Pixels;
}

/// <summary>2-D cross-correlation by im2col: each image becomes a [C Kh Kw, Oh Ow] matrix, and the rest is matrix multiply.</summary>
/// <remarks>Images are independent, so they are the unit of work for threads; weight gradients add images in fixed groups, in order.</remarks>
internal static unsafe class Convolution
{
    private const int Groups = 8;

    public static void Forward<T>(ConvolutionShape s, T* x, T* weight, T* bias, T* y) where T : unmanaged, INumberBase<T> =>
        Partition.Run(s.N, (long)s.OutputImage * s.Depth / 8, image =>
        {
            var scratch = ArrayPool<T>.Shared.Rent(s.Depth * s.Pixels);
            var output = y + (nint)image * s.OutputImage;
            fixed (T* columns = scratch)
            {
                Unfold(s, x + (nint)image * s.InputImage, columns);
                if (bias is not null)
                    for (var o = 0; o < s.O; o++) new Span<T>(output + (nint)o * s.Pixels, s.Pixels).Fill(bias[o]);
                MatrixMultiply.Run(s.O, s.Pixels, s.Depth, new Matrix<T>(weight, s.Depth, 1), new(columns, s.Pixels, 1), output, accumulate: bias is not null, parallel: false);
            }
            ArrayPool<T>.Shared.Return(scratch);
        });

    /// <summary>dx = fold(weight^T dy).</summary>
    public static void InputGradient<T>(ConvolutionShape s, T* dy, T* weight, T* dx) where T : unmanaged, INumberBase<T> =>
        Partition.Run(s.N, (long)s.OutputImage * s.Depth / 8, image =>
        {
            var scratch = ArrayPool<T>.Shared.Rent(s.Depth * s.Pixels);
            fixed (T* columns = scratch)
            {
                MatrixMultiply.Run(s.Depth, s.Pixels, s.O, new Matrix<T>(weight, 1, s.Depth), new(dy + (nint)image * s.OutputImage, s.Pixels, 1), columns, accumulate: false, parallel: false);
                Fold(s, columns, dx + (nint)image * s.InputImage);
            }
            ArrayPool<T>.Shared.Return(scratch);
        });

    /// <summary>dweight = sum over images of dy unfold(x)^T: eight fixed groups of images, then the groups in order.</summary>
    public static void WeightGradient<T>(ConvolutionShape s, T* x, T* dy, T* dweight) where T : unmanaged, INumberBase<T>
    {
        var groups = Math.Min(Groups, s.N);
        var size = s.O * s.Depth;
        var partial = ArrayPool<T>.Shared.Rent(Math.Max(1, groups * size));
        fixed (T* sums = partial)
        {
            var totals = sums;
            Partition.Run(groups, (long)s.N / Math.Max(1, groups) * s.OutputImage * s.Depth / 8, group =>
            {
                var scratch = ArrayPool<T>.Shared.Rent(s.Depth * s.Pixels);
                fixed (T* columns = scratch)
                {
                    var first = (int)((long)s.N * group / groups);
                    var end = (int)((long)s.N * (group + 1) / groups);
                    for (var image = first; image < end; image++)
                    {
                        Unfold(s, x + (nint)image * s.InputImage, columns);
                        MatrixMultiply.Run(s.O, s.Depth, s.Pixels, new Matrix<T>(dy + (nint)image * s.OutputImage, s.Pixels, 1), new(columns, 1, s.Pixels), totals + (nint)group * size, accumulate: image > first, parallel: false);
                    }
                }
                ArrayPool<T>.Shared.Return(scratch);
            });
            var result = new Span<T>(dweight, size);
            result.Clear();
            for (var group = 0; group < groups; group++)
                Elementwise.Map(result, new ReadOnlySpan<T>(sums + (nint)group * size, size), result, default(Formulas<T>.Add));
        }
        ArrayPool<T>.Shared.Return(partial);
    }

    /// <summary>dbias[o] = the sum of dy over images and pixels, in double.</summary>
    public static void BiasGradient<T>(ConvolutionShape s, T* dy, T* dbias) where T : unmanaged, INumberBase<T>
    {
        for (var o = 0; o < s.O; o++)
        {
            var sum = 0.0;
            for (var image = 0; image < s.N; image++)
                sum += Totals.Sum(new ReadOnlySpan<T>(dy + (nint)image * s.OutputImage + (nint)o * s.Pixels, s.Pixels));
            dbias[o] = T.CreateTruncating(sum);
        }
    }

    /// <summary>columns[(c, kh, kw), (oh, ow)] = x[c, oh stride + kh - padding, ow stride + kw - padding], zero outside.</summary>
    private static void Unfold<T>(ConvolutionShape s, T* x, T* columns) where T : unmanaged
    {
        for (var c = 0; c < s.C; c++)
        for (var kh = 0; kh < s.Kh; kh++)
        for (var kw = 0; kw < s.Kw; kw++)
        for (var oh = 0; oh < s.Oh; oh++, columns += s.Ow)
        {
            var h = oh * s.Stride + kh - s.Padding;
            var row = new Span<T>(columns, s.Ow);
            if (h < 0 || h >= s.H)
            {
                row.Clear();
                continue;
            }
            var line = x + ((nint)c * s.H + h) * s.W;
            if (s.Stride == 1)
            {
                var start = Math.Clamp(s.Padding - kw, 0, s.Ow);
                var end = Math.Clamp(s.W + s.Padding - kw, start, s.Ow);
                row[..start].Clear();
                new ReadOnlySpan<T>(line + start + kw - s.Padding, end - start).CopyTo(row[start..]);
                row[end..].Clear();
                continue;
            }
            for (var ow = 0; ow < s.Ow; ow++)
            {
                var w = ow * s.Stride + kw - s.Padding;
                row[ow] = w >= 0 && w < s.W ? line[w] : default;
            }
        }
    }

    /// <summary>The transpose of unfold: every column entry is added back to the pixel that it came from.</summary>
    private static void Fold<T>(ConvolutionShape s, T* columns, T* x) where T : unmanaged, INumberBase<T>
    {
        new Span<T>(x, s.InputImage).Clear();
        for (var c = 0; c < s.C; c++)
        for (var kh = 0; kh < s.Kh; kh++)
        for (var kw = 0; kw < s.Kw; kw++)
        for (var oh = 0; oh < s.Oh; oh++, columns += s.Ow)
        {
            var h = oh * s.Stride + kh - s.Padding;
            if (h < 0 || h >= s.H) continue;
            var line = x + ((nint)c * s.H + h) * s.W;
            if (s.Stride == 1)
            {
                var start = Math.Clamp(s.Padding - kw, 0, s.Ow);
                var end = Math.Clamp(s.W + s.Padding - kw, start, s.Ow);
                var part = new Span<T>(line + start + kw - s.Padding, end - start);
                Elementwise.Map(part, new ReadOnlySpan<T>(columns + start, end - start), part, default(Formulas<T>.Add));
                continue;
            }
            for (var ow = 0; ow < s.Ow; ow++)
            {
                var w = ow * s.Stride + kw - s.Padding;
                if (w >= 0 && w < s.W) line[w] += columns[ow];
            }
        }
    }
}
