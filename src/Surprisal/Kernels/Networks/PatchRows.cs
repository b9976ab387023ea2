using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// The matrix of patches [C Kh Kw, output pixels] of a few output rows of an image, without being written down: each of its rows is a
/// stretch of the image, or of a copy with zeros around it.
/// </summary>
/// <remarks>
/// Row (c, kh, kw) begins at <see cref="Offsets"/>. Between the ends of output rows lie columns that belong to no output, (extent of the
/// kernel - 1) / stride of them. With a stride the copy has the pixels of each row and column modulo the stride together, so that
/// neighbours in the output are neighbours there.
/// </remarks>
internal readonly unsafe struct PatchRows(ConvolutionShape s, int rows)
{
    private readonly int phasesY = Math.Min(s.Stride, s.ExtentY), phasesX = Math.Min(s.Stride, s.ExtentX);
    private readonly int height = rows + (s.ExtentY - 1) / s.Stride; // of a phase of the copy

    /// <summary>Whether the image itself will do.</summary>
    public bool IsInPlace => s is { Stride: 1, Top: 0, Left: 0, Bottom: 0, Right: 0 };

    /// <summary>From one output row to the next.</summary>
    public int Pitch { get; } = s.Ow + (s.ExtentX - 1) / s.Stride;

    /// <summary>The columns of so many output rows.</summary>
    public int Columns(int outputRows) => (outputRows - 1) * Pitch + s.Ow;

    /// <summary>The elements of a copy.</summary>
    public int Length => s.C * ChannelLength;

    /// <summary>Those of an image, and of a copy for all rows, where an int may not hold them.</summary>
    public static Int128 Elements(ConvolutionShape s) => (Int128)Math.Max(1, s.C) * Int128.Max((Int128)s.H * s.W,
        (Int128)Math.Min(s.Stride, s.ExtentY) * Math.Min(s.Stride, s.ExtentX) * (s.Oh + (s.ExtentY - 1L) / s.Stride) *
        (s.Ow + (s.ExtentX - 1L) / s.Stride));

    /// <summary>From one channel to the next.</summary>
    public int ChannelLength => IsInPlace ? s.H * s.W : phasesY * phasesX * height * Pitch;

    /// <summary>Where row (c, kh, kw) of the matrix begins.</summary>
    public nint Offset(int c, int kh, int kw)
    {
        var (y, x) = (kh * s.Dilation, kw * s.Dilation);
        return (nint)c * ChannelLength + (nint)(y % s.Stride * phasesX + x % s.Stride) * (height * Pitch) + y / s.Stride * Pitch +
            x / s.Stride;
    }

    /// <summary>Where each row of the matrix begins, [C Kh Kw].</summary>
    public void Offsets(Span<nint> offsets)
    {
        for (var i = 0; i < offsets.Length; i++) offsets[i] = Offset(i / (s.Kh * s.Kw), i / s.Kw % s.Kh, i % s.Kw);
    }

    /// <summary>
    /// Copies what the output rows from <paramref name="first"/> on need of an image into the middle of zeros, which are there already.
    /// </summary>
    public void CopyInside<T>(T* image, int first, T* copy) where T : unmanaged
    {
        if (IsInPlace) new ReadOnlySpan<T>(image, s.InputLength).Slice(first * s.W).CopyTo(new Span<T>(copy, s.InputLength));
        else
            for (var c = 0; c < s.C; c++, image += s.H * s.W)
            for (var y = 0; y < phasesY; y++)
            for (var x = 0; x < phasesX; x++, copy += height * Pitch)
            {
                var top = (long)first * s.Stride + y - s.Top; // of the image, above row 0 of the copy
                var begin = top >= 0 ? 0 : (int)Math.Min(height, (s.Stride - 1L - top) / s.Stride);
                var end = (int)Math.Min(height, (s.Stride - 1L + s.H - top) / s.Stride);
                for (var i = begin; i < end; i++) CopyRow(image + (top + (long)i * s.Stride) * s.W, x - s.Left, copy + (nint)i * Pitch);
            }
    }

    /// <summary>copy[j] = row[j stride + shift] where that is inside.</summary>
    private void CopyRow<T>(T* row, int shift, T* copy) where T : unmanaged
    {
        var begin = shift >= 0 ? 0 : (int)Math.Min(Pitch, (s.Stride - 1L - shift) / s.Stride);
        var end = (int)Math.Min(Pitch, (s.Stride - 1L + s.W - shift) / s.Stride);
        if (end <= begin) return;
        if (s.Stride == 1) Unsafe.CopyBlockUnaligned(copy + begin, row + begin + shift, (uint)(end - begin) * (uint)sizeof(T));
        else
            for (var j = begin; j < end; j++) copy[j] = row[(nint)j * s.Stride + shift];
    }
}
