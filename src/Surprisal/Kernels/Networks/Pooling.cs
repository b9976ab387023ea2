using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>The sizes of a 2-D pooling: Planes = N C images of [H, W], windows of Size x Size, output [Oh, Ow].</summary>
internal readonly record struct PoolingShape(int Planes, int H, int W, int Size, int Stride, int Padding)
{
    public int Oh => checked(H + 2 * Padding - Size) / Stride + 1;
    public int Ow => checked(W + 2 * Padding - Size) / Stride + 1;

    /// <summary>Whether a pixel may lie in several windows.</summary>
    public bool Overlaps => Stride < Size;

    /// <summary>The window of an output pixel, cut to the image.</summary>
    public (int Top, int Bottom, int Left, int Right) Window(int oh, int ow) =>
        (Math.Max(0, oh * Stride - Padding), Math.Min(H, oh * Stride - Padding + Size),
         Math.Max(0, ow * Stride - Padding), Math.Min(W, ow * Stride - Padding + Size));
}

/// <summary>The largest or the average of each window; the gradient goes to the first largest, or to all in equal parts.</summary>
internal static class Pooling
{
    private const int MostColumns = 1024;

    /// <summary>Largest of each window, and where in its plane it lies: the first of equals. The first NaN wins. Padding counts as -infinity.</summary>
    /// <remarks>
    /// A row of windows at a time: the largest of each column in lanes, then of each window. With padding or NaN one cell of the windows after the other.
    /// Inner loops choose by arithmetic, as a branch would guess wrong half the time.
    /// </remarks>
    public static void Max<T>(PoolingShape s, int plane, ReadOnlySpan<T> x, Span<T> y, Span<int> positions) where T : unmanaged, INumber<T>
    {
        var image = x.Slice(plane * s.H * s.W, s.H * s.W);
        var (rows, columns) = (s.Oh, s.Ow);
        var columnMaxima = new MaxPooling<T>(s.W <= MostColumns ? stackalloc T[s.W] : default, s.W <= MostColumns ? stackalloc T[s.W] : default);
        for (var oh = 0; oh < rows; oh++)
        {
            if (s.Padding == 0 && s.W <= MostColumns && columnMaxima.TryFind(image.Slice(oh * s.Stride * s.W, s.Size * s.W), s.W))
            {
                columnMaxima.Choose(s, oh, positions.Slice((plane * rows + oh) * columns, columns), y.Slice((plane * rows + oh) * columns, columns));
                continue;
            }
            var best = positions.Slice((plane * rows + oh) * columns, columns);
            var top = oh * s.Stride - s.Padding;
            var bottom = Math.Min(s.H, top + s.Size);
            top = Math.Max(0, top);
            for (var ow = 0; ow < best.Length; ow++) best[ow] = top * s.W + Math.Max(0, ow * s.Stride - s.Padding);
            for (var h = top; h < bottom; h++)
            for (var kw = 0; kw < s.Size; kw++)
            {
                var shift = kw - s.Padding; // the windows ow with 0 <= ow stride + shift < W have this column inside the image
                var first = shift >= 0 ? 0 : (int)((s.Stride - 1L - shift) / s.Stride);
                var end = (int)Math.Min(columns, (s.Stride - 1L + s.W - shift) / s.Stride);
                Better(image, best, first, end, h * s.W + shift, s.Stride);
            }
            var largest = y.Slice((plane * rows + oh) * columns, columns);
            for (var ow = 0; ow < largest.Length; ow++) largest[ow] = image[best[ow]];
        }
    }

    [MethodImpl(Compile.Separately)]
    private static void Better<T>(ReadOnlySpan<T> image, Span<int> best, int first, int end, int start, int stride) where T : unmanaged, INumber<T>
    {
        for (var ow = first; ow < end; ow++)
        {
            var at = start + ow * stride;
            var value = image[at];
            var current = best[ow];
            var better = Unsafe.BitCast<bool, byte>(value > image[current]) | (Unsafe.BitCast<bool, byte>(T.IsNaN(value)) & Unsafe.BitCast<bool, byte>(!T.IsNaN(image[current])));
            best[ow] = current + (at - current) * better;
        }
    }

    [MethodImpl(Compile.Separately)]
    public static void MaxGradient<T>(PoolingShape s, int plane, ReadOnlySpan<T> dy, ReadOnlySpan<int> positions, Span<T> dx) where T : unmanaged, INumber<T>
    {
        var count = s.Oh * s.Ow;
        var image = dx.Slice(plane * s.H * s.W, s.H * s.W);
        if (!s.Overlaps)
        {
            image.Clear();
            for (var from = plane * count; from < (plane + 1) * count; from++) image[positions[from]] = dy[from];
            return;
        }
        using var scratch = new Scratch<double>(image.Length); // what a pixel receives is added in double and rounded once
        var sums = scratch.Span;
        sums.Clear();
        for (var from = plane * count; from < (plane + 1) * count; from++) sums[positions[from]] += double.CreateTruncating(dy[from]);
        WideGradient.Store(sums, image);
    }

    /// <summary>Sum of each window over Size^2: padding counts as zeros, as PyTorch's count_include_pad does.</summary>
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
        if (s.Overlaps) WideGradient.Store(sums, image);
    }
}
