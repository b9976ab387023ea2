using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>
/// col2im: x[image, c, oh stride + kh dilation - top, ow stride + kw dilation - left] = the sum of columns[(c, kh, kw), (image, oh, ow)].
/// </summary>
/// <remarks>
/// It goes through a padded copy of the images, whose rows are a lane block longer than needed, so that whole blocks are read and written
/// everywhere.
/// </remarks>
internal static unsafe class Col2Im
{
    /// <summary>The elements of the padded copy of one image.</summary>
    public static int PaddedLength<T>(ConvolutionShape s) where T : unmanaged => s.C * ChannelLength<T>(s);

    /// <summary><see cref="PaddedLength"/> where an int may not hold it; with no channels that of one.</summary>
    public static Int128 PaddedElements<T>(ConvolutionShape s) where T : unmanaged =>
        (Int128)Math.Max(1, s.C) * ((long)s.H + s.Top + Math.Max(0, s.Bottom)) *
        ((long)s.W + s.Left + Math.Max(0, s.Right) + Lanes<T>.Count);

    /// <summary>
    /// col2im: columns [C Kh Kw, images Oh Ow] -> images x [images, C, H, W], each pixel the sum of the elements that im2col copies it to.
    /// </summary>
    public static void ColumnsToImages<T>(ConvolutionShape s, int images, T* columns, T* padded, T* x) where T : unmanaged, INumberBase<T>
    {
        var (height, width, pitch, channel, image) = (s.Oh, s.Ow, Pitch<T>(s), ChannelLength<T>(s), PaddedLength<T>(s));
        new Span<T>(padded, images * image).Clear();
        var lastMask = new Lanes<T>(Vector512.LessThan(Vector512<T>.Indices, Vector512.Create(T.CreateTruncating(width % Lanes<T>.Count))));
        for (var c = 0; c < s.C; c++)
        for (var kh = 0; kh < s.Kh; kh++)
        for (var kw = 0; kw < s.Kw; kw++)
        for (var i = 0; i < images; i++)
        {
            var to = padded + (nint)i * image + (nint)c * channel + kh * s.Dilation * pitch + kw * s.Dilation;
            for (var oh = 0; oh < height; oh++, to += (nint)s.Stride * pitch, columns += width)
                if (s.Stride == 1) AddRow(columns, width, lastMask, to);
                else
                    for (var ow = 0; ow < width; ow++) to[ow * s.Stride] += columns[ow];
        }
        var imageRows = images * s.C * s.H;
        for (var row = 0; row < imageRows; row++)
            new ReadOnlySpan<T>(padded + PaddedOffset<T>(s, row), s.W).CopyTo(new Span<T>(x + To(s, row), s.W));
    }

    /// <summary>y[i] += x[i]; adds zeros up to a lane block behind the end.</summary>
    [MethodImpl(Compile.Separately)]
    private static void AddRow<T>(T* x, int count, Lanes<T> lastMask, T* y) where T : unmanaged
    {
        var i = 0;
        for (; i <= count - Lanes<T>.Count; i += Lanes<T>.Count)
            (Lanes<T>.Load(ref *y, i) + Lanes<T>.Load(ref *x, i)).StoreResult(ref *y, i);
        if (i == count) return;
        var rest = Lanes<T>.Select(lastMask, Lanes<T>.Load(ref *x, i), Lanes<T>.Zero);
        (Lanes<T>.Load(ref *y, i) + rest).StoreResult(ref *y, i);
    }

    /// <summary>From one row of a padded image to the next.</summary>
    private static int Pitch<T>(ConvolutionShape s) where T : unmanaged => s.W + s.Left + Math.Max(0, s.Right) + Lanes<T>.Count;

    /// <summary>From one channel of a padded image to the next.</summary>
    private static int ChannelLength<T>(ConvolutionShape s) where T : unmanaged => (s.H + s.Top + Math.Max(0, s.Bottom)) * Pitch<T>(s);

    /// <summary>The offset in the padded copies of a row, counted through all channels of all images.</summary>
    private static nint PaddedOffset<T>(ConvolutionShape s, int row) where T : unmanaged =>
        (nint)(row / s.H) * ChannelLength<T>(s) + (row % s.H + s.Top) * Pitch<T>(s) + s.Left;

    /// <summary>The offset of that row in the images.</summary>
    private static nint To(ConvolutionShape s, int row) => (nint)(row / (s.C * s.H)) * s.InputStride + (nint)(row % (s.C * s.H)) * s.W;
}
