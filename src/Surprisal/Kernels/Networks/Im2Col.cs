using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>im2col and its transpose: columns[(c, kh, kw), (image, oh, ow)] = x[image, c, oh stride + kh - padding, ow stride + kw - padding].</summary>
/// <remarks>
/// Both go by way of a copy of the images with their padding, whose rows have a lane block to spare: whole blocks are then
/// read and written without asking where a row ends.
/// </remarks>
internal static unsafe class Im2Col
{
    /// <summary>Elements of the padded copy of one image.</summary>
    public static int PaddedImage<T>(ConvolutionShape s) where T : unmanaged => checked(s.C * Plane<T>(s));

    /// <summary>The same where an int may not hold it; of no channels, that of one.</summary>
    public static Int128 Elements<T>(ConvolutionShape s) where T : unmanaged =>
        (Int128)Math.Max(1, s.C) * (s.H + 2L * s.Padding) * (s.W + 2L * s.Padding + Lanes<T>.Count);

    /// <summary>Writes the columns, and up to a lane block behind them.</summary>
    [MethodImpl(Compile.Separately)]
    public static void Unfold<T>(ConvolutionShape s, int images, T* x, T* padded, T* columns) where T : unmanaged
    {
        Pad(s, images, x, padded);
        var (height, width, pitch, plane, image) = (s.Oh, s.Ow, Pitch<T>(s), Plane<T>(s), PaddedImage<T>(s));
        for (var c = 0; c < s.C; c++)
        for (var kh = 0; kh < s.Kh; kh++)
        for (var kw = 0; kw < s.Kw; kw++)
        for (var i = 0; i < images; i++)
        {
            var from = padded + (nint)i * image + (nint)c * plane + kh * pitch + kw;
            for (var oh = 0; oh < height; oh++, from += (nint)s.Stride * pitch, columns += width)
                if (s.Stride == 1)
                    for (var ow = 0; ow < width; ow += Lanes<T>.Count) Lanes<T>.Load(ref *from, ow).Store(ref *columns, ow);
                else
                    for (var ow = 0; ow < width; ow++) columns[ow] = from[ow * s.Stride];
        }
    }

    /// <summary>The same matrix transposed: rows[(image, oh, ow), (c, kh, kw)], and up to a lane block behind it.</summary>
    [MethodImpl(Compile.Separately)]
    public static void UnfoldRows<T>(ConvolutionShape s, int images, T* x, T* padded, T* rows) where T : unmanaged
    {
        Pad(s, images, x, padded);
        var (height, width, pitch, plane, image) = (s.Oh, s.Ow, Pitch<T>(s), Plane<T>(s), PaddedImage<T>(s));
        for (var i = 0; i < images; i++)
        for (var oh = 0; oh < height; oh++)
        for (var ow = 0; ow < width; ow++)
        for (var c = 0; c < s.C; c++)
        {
            var from = padded + (nint)i * image + (nint)c * plane + oh * s.Stride * pitch + ow * s.Stride;
            for (var kh = 0; kh < s.Kh; kh++, from += pitch, rows += s.Kw)
            for (var kw = 0; kw < s.Kw; kw += Lanes<T>.Count) Lanes<T>.Load(ref *from, kw).Store(ref *rows, kw);
        }
    }

    /// <summary>Adds every entry of the columns back to the pixel that it came from.</summary>
    public static void Fold<T>(ConvolutionShape s, int images, T* columns, T* padded, T* x) where T : unmanaged, INumberBase<T>
    {
        var (height, width, pitch, plane, image) = (s.Oh, s.Ow, Pitch<T>(s), Plane<T>(s), PaddedImage<T>(s));
        new Span<T>(padded, checked(images * image)).Clear();
        var last = new Lanes<T>(Vector512.LessThan(Vector512<T>.Indices, Vector512.Create(T.CreateTruncating(width % Lanes<T>.Count))));
        for (var c = 0; c < s.C; c++)
        for (var kh = 0; kh < s.Kh; kh++)
        for (var kw = 0; kw < s.Kw; kw++)
        for (var i = 0; i < images; i++)
        {
            var to = padded + (nint)i * image + (nint)c * plane + kh * pitch + kw;
            for (var oh = 0; oh < height; oh++, to += (nint)s.Stride * pitch, columns += width)
                if (s.Stride == 1) AddRow(columns, width, last, to);
                else
                    for (var ow = 0; ow < width; ow++) to[ow * s.Stride] += columns[ow];
        }
        var lines = checked(images * s.C * s.H);
        for (var line = 0; line < lines; line++)
            new ReadOnlySpan<T>(padded + Offset<T>(s, line), s.W).CopyTo(new Span<T>(x + (nint)line * s.W, s.W));
    }

    /// <summary>y += x; whole blocks, with zeros added behind the end.</summary>
    [MethodImpl(Compile.Separately)]
    private static void AddRow<T>(T* x, int count, Lanes<T> last, T* y) where T : unmanaged
    {
        var i = 0;
        for (; i <= count - Lanes<T>.Count; i += Lanes<T>.Count) (Lanes<T>.Load(ref *y, i) + Lanes<T>.Load(ref *x, i)).StoreResult(ref *y, i);
        if (i == count) return;
        var rest = Lanes<T>.Select(last, Lanes<T>.Load(ref *x, i), Lanes<T>.Zero);
        (Lanes<T>.Load(ref *y, i) + rest).StoreResult(ref *y, i);
    }

    private static void Pad<T>(ConvolutionShape s, int images, T* x, T* padded) where T : unmanaged
    {
        new Span<T>(padded, checked(images * PaddedImage<T>(s))).Clear();
        var lines = checked(images * s.C * s.H);
        for (var line = 0; line < lines; line++)
            new ReadOnlySpan<T>(x + (nint)line * s.W, s.W).CopyTo(new Span<T>(padded + Offset<T>(s, line), s.W));
    }

    private static int Pitch<T>(ConvolutionShape s) where T : unmanaged => checked(s.W + 2 * s.Padding + Lanes<T>.Count);

    private static int Plane<T>(ConvolutionShape s) where T : unmanaged => checked((s.H + 2 * s.Padding) * Pitch<T>(s));

    /// <summary>Where line h of channel c of an image, counted through, begins in the padded copy.</summary>
    private static nint Offset<T>(ConvolutionShape s, int line) where T : unmanaged =>
        (nint)(line / s.H) * Plane<T>(s) + (line % s.H + s.Padding) * Pitch<T>(s) + s.Padding;
}
