using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// The matrix of patches [C Kh Kw, output pixels] of a few output rows of an image, without being written down: each of its rows is a
/// stretch of the image, or of a copy with zeros around it.
/// </summary>
/// <remarks>
/// Row (c, kh, kw) begins at <see cref="Offsets"/>. Between the ends of output rows lie columns that belong to no output, (kernel - 1) /
/// stride of them. With a stride the copy has the pixels of each row and column modulo the stride together, so that neighbours in the
/// output are neighbours there.
/// </remarks>
internal readonly unsafe struct PatchRows(ConvolutionShape s, int rows)
{
    private readonly int phasesY = Math.Min(s.Stride, s.Kh), phasesX = Math.Min(s.Stride, s.Kw);
    private readonly int height = rows + (s.Kh - 1) / s.Stride; // of a phase of the copy

    /// <summary>Whether the image itself will do.</summary>
    public bool IsInPlace => s is { Stride: 1, Padding: 0 };

    /// <summary>From one output row to the next.</summary>
    public int Pitch { get; } = s.Ow + (s.Kw - 1) / s.Stride;

    /// <summary>The columns of so many output rows.</summary>
    public int Columns(int outputRows) => (outputRows - 1) * Pitch + s.Ow;

    /// <summary>The elements of a copy.</summary>
    public int Length => s.C * ChannelLength;

    /// <summary>Those of an image, and of a copy for all rows, where an int may not hold them.</summary>
    public static Int128 Elements(ConvolutionShape s) => (Int128)Math.Max(1, s.C) * Int128.Max((Int128)s.H * s.W,
        (Int128)Math.Min(s.Stride, s.Kh) * Math.Min(s.Stride, s.Kw) * (s.Oh + (s.Kh - 1L) / s.Stride) * (s.Ow + (s.Kw - 1L) / s.Stride));

    /// <summary>From one channel to the next.</summary>
    public int ChannelLength => IsInPlace ? s.H * s.W : phasesY * phasesX * height * Pitch;

    /// <summary>Where row (c, kh, kw) of the matrix begins.</summary>
    public nint Offset(int c, int kh, int kw) => (nint)c * ChannelLength +
        (nint)(kh % s.Stride * phasesX + kw % s.Stride) * (height * Pitch) + kh / s.Stride * Pitch + kw / s.Stride;

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
                var top = (long)first * s.Stride + y - s.Padding; // of the image, above row 0 of the copy
                var begin = top >= 0 ? 0 : (int)Math.Min(height, (s.Stride - 1L - top) / s.Stride);
                var end = (int)Math.Min(height, (s.Stride - 1L + s.H - top) / s.Stride);
                for (var i = begin; i < end; i++) CopyRow(image + (top + (long)i * s.Stride) * s.W, x - s.Padding, copy + (nint)i * Pitch);
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
