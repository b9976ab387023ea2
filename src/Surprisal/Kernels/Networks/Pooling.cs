using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>The sizes of a 2-D pooling: input [Planes, H, W] with Planes = N C, windows of Size x Size, output [Planes, Oh, Ow].</summary>
internal readonly record struct PoolingShape(int Planes, int H, int W, int Size, int Stride, int Pad)
{
    /// <summary>From one pixel of a window to the next; only max pooling has others than 1.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>The pixels from the first of a window to its last, both included.</summary>
    public int Extent => checked(Dilation * (Size - 1) + 1);

    public int Oh => checked(H + 2 * Pad - Extent) / Stride + 1;
    public int Ow => checked(W + 2 * Pad - Extent) / Stride + 1;

    /// <summary>Whether a pixel may lie in several windows.</summary>
    public bool Overlaps => Stride < Extent;

    /// <summary>The first pixel of a window that begins at <paramref name="start"/> and the end, [first, end), along one side.</summary>
    public (int First, int End) Pixels(int start, int length) =>
        (start >= 0 ? start : start + (Dilation - 1 - start) / Dilation * Dilation, (int)Math.Min(length, (long)start + Extent));

    /// <summary>The part of an output pixel's window that lies inside the image.</summary>
    public (int Top, int Bottom, int Left, int Right) Window(int oh, int ow) =>
        (Math.Max(0, oh * Stride - Pad), Math.Min(H, oh * Stride - Pad + Size),
         Math.Max(0, ow * Stride - Pad), Math.Min(W, ow * Stride - Pad + Size));
}

/// <summary>
/// Max and average pooling of one plane: x [Planes, H, W] -> y [Planes, Oh, Ow], and their gradients: to the first maximum, or to all
/// pixels of the window equally.
/// </summary>
internal static class Pooling
{
    private const int MaxColumns = 1024;

    /// <summary>
    /// The maximum of each window and its index in the plane: the first of equals, or the first NaN. Padding counts as -infinity; a window
    /// without a pixel is -infinity and has the index -1.
    /// </summary>
    /// <remarks>
    /// One row of windows at a time: the maxima of columns in lanes, then of windows. With padding or elements that are not finite the
    /// windows of a row are compared cell by cell. Inner loops select by arithmetic: a branch would be mispredicted half the time.
    /// </remarks>
    public static void Max<T>(PoolingShape s, int plane, ReadOnlySpan<T> x, Span<T> y, Span<int> indices) where T : unmanaged, INumber<T>
    {
        var image = x.Slice(plane * s.H * s.W, s.H * s.W);
        var (rows, columns) = (s.Oh, s.Ow);
        var buffer = s.W <= MaxColumns ? MaxPooling<T>.BufferLength(s.W) : 0;
        var pooling = new MaxPooling<T>(stackalloc T[buffer], stackalloc T[buffer]);
        for (var oh = 0; oh < rows; oh++)
        {
            if (s is { Pad: 0, Dilation: 1 } && s.W <= MaxColumns &&
                pooling.TryColumnMaxima(image.Slice(oh * s.Stride * s.W, s.Size * s.W), s.W))
            {
                pooling.WindowMaxima(s, oh, indices.Slice((plane * rows + oh) * columns, columns),
                    y.Slice((plane * rows + oh) * columns, columns));
                continue;
            }
            var best = indices.Slice((plane * rows + oh) * columns, columns);
            var (top, bottom) = s.Pixels(oh * s.Stride - s.Pad, s.H);
            for (var ow = 0; ow < best.Length; ow++)
            {
                var (left, right) = s.Pixels(ow * s.Stride - s.Pad, s.W);
                best[ow] = top < bottom && left < right ? top * s.W + left : -1;
            }
            for (var h = top; h < bottom; h += s.Dilation)
            for (var kw = 0; kw < s.Size; kw++)
            {
                var shift = kw * s.Dilation - s.Pad; // the windows ow with 0 <= ow stride + shift < W have this column inside the image
                var first = shift >= 0 ? 0 : (int)((s.Stride - 1L - shift) / s.Stride);
                var end = (int)Math.Min(columns, (s.Stride - 1L + s.W - shift) / s.Stride);
                UpdateMaxima(image, best, first, end, h * s.W + shift, s.Stride);
            }
            var largest = y.Slice((plane * rows + oh) * columns, columns);
            for (var ow = 0; ow < largest.Length; ow++)
                largest[ow] = best[ow] < 0 ? T.CreateTruncating(double.NegativeInfinity) : image[best[ow]];
        }
    }

    /// <summary>Compares one cell of the windows [first, end) with their maxima so far.</summary>
    [MethodImpl(Compile.Separately)]
    private static void UpdateMaxima<T>(ReadOnlySpan<T> image, Span<int> best, int first, int end, int start, int stride)
        where T : unmanaged, INumber<T>
    {
        for (var ow = first; ow < end; ow++)
        {
            var at = start + ow * stride;
            var value = image[at];
            var current = best[ow];
            var better = Unsafe.BitCast<bool, byte>(value > image[current])
                | (Unsafe.BitCast<bool, byte>(T.IsNaN(value)) & Unsafe.BitCast<bool, byte>(!T.IsNaN(image[current])));
            best[ow] = current + (at - current) * better;
        }
    }

    /// <summary>dx[indices[i]] += dy[i]; a window without a pixel, of index -1, gives nothing.</summary>
    [MethodImpl(Compile.Separately)]
    public static void MaxGradient<T>(PoolingShape s, int plane, ReadOnlySpan<T> dy, ReadOnlySpan<int> indices, Span<T> dx)
        where T : unmanaged, INumber<T>
    {
        var count = s.Oh * s.Ow;
        var image = dx.Slice(plane * s.H * s.W, s.H * s.W);
        if (!s.Overlaps)
        {
            image.Clear();
            for (var from = plane * count; from < (plane + 1) * count; from++)
                if (indices[from] >= 0) image[indices[from]] = dy[from];
            return;
        }
        using var scratch = new Scratch<double>(image.Length); // the terms of a pixel are added in double and rounded once
        var sums = scratch.Span;
        sums.Clear();
        for (var from = plane * count; from < (plane + 1) * count; from++)
            if (indices[from] >= 0) sums[indices[from]] += double.CreateTruncating(dy[from]);
        DoubleGradient.Store(sums, image);
    }

    /// <summary>The sum of each window over Size^2: padding counts as zeros, as with PyTorch's count_include_pad.</summary>
    [MethodImpl(Compile.Separately)]
    public static void Average<T>(PoolingShape s, int plane, ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T>
    {
        var image = x.Slice(plane * s.H * s.W, s.H * s.W);
        var (rows, columns) = (s.Oh, s.Ow);
        var to = plane * rows * columns;
        var divisor = (double)s.Size * s.Size;
        for (var oh = 0; oh < rows; oh++)
        for (var ow = 0; ow < columns; ow++, to++)
        {
            var (top, bottom, left, right) = s.Window(oh, ow);
            var sum = 0.0;
            for (var h = top; h < bottom; h++)
            for (var w = left; w < right; w++)
                sum += double.CreateTruncating(image[h * s.W + w]);
            y[to] = T.CreateTruncating(sum / divisor);
        }
    }

    /// <summary>dx of each pixel: the sum of dy / Size^2 over the windows that hold it.</summary>
    [MethodImpl(Compile.Separately)]
    public static void AverageGradient<T>(PoolingShape s, int plane, ReadOnlySpan<T> dy, Span<T> dx) where T : unmanaged, INumber<T>
    {
        var (rows, columns) = (s.Oh, s.Ow);
        var from = plane * rows * columns;
        var divisor = (double)s.Size * s.Size;
        var image = dx.Slice(plane * s.H * s.W, s.H * s.W);
        using var scratch = s.Overlaps ? new Scratch<double>(image.Length) : default;
        var sums = scratch.Span;
        sums.Clear();
        if (!s.Overlaps) image.Clear();
        for (var oh = 0; oh < rows; oh++)
        for (var ow = 0; ow < columns; ow++, from++)
        {
            var (top, bottom, left, right) = s.Window(oh, ow);
            var share = double.CreateTruncating(dy[from]) / divisor;
            var rounded = T.CreateTruncating(share);
            for (var h = top; h < bottom; h++)
            for (var w = left; w < right; w++)
                if (s.Overlaps) sums[h * s.W + w] += share;
                else image[h * s.W + w] = rounded;
        }
        if (s.Overlaps) DoubleGradient.Store(sums, image);
    }
}
