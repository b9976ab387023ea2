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
    public int Length => s.C * phasesY * phasesX * height * Pitch;

    /// <summary>Those of a copy for all rows, where an int may not hold them.</summary>
    public static Int128 Elements(ConvolutionShape s) => (Int128)Math.Max(1, s.C) * Math.Min(s.Stride, s.Kh) * Math.Min(s.Stride, s.Kw) *
        (s.Oh + (s.Kh - 1L) / s.Stride) * (s.Ow + (s.Kw - 1L) / s.Stride);

    /// <summary>Where each row of the matrix begins, [C Kh Kw].</summary>
    public void Offsets(Span<nint> offsets)
    {
        var plane = IsInPlace ? s.H * s.W : height * Pitch;
        var i = 0;
        for (var c = 0; c < s.C; c++)
        for (var kh = 0; kh < s.Kh; kh++)
        for (var kw = 0; kw < s.Kw; kw++)
            offsets[i++] = ((nint)(c * phasesY + kh % s.Stride) * phasesX + kw % s.Stride) * plane + kh / s.Stride * Pitch + kw / s.Stride;
    }

    /// <summary>Copies what the output rows from <paramref name="first"/> on need of an image.</summary>
    public void Copy<T>(T* image, int first, T* copy) where T : unmanaged
    {
        for (var c = 0; c < s.C; c++, image += s.H * s.W)
        for (var y = 0; y < phasesY; y++)
        for (var x = 0; x < phasesX; x++)
        for (var i = 0; i < height; i++, copy += Pitch)
        {
            var h = (first + i) * (long)s.Stride + y - s.Padding;
            if (h < 0 || h >= s.H) new Span<T>(copy, Pitch).Clear();
            else CopyRow(image + h * s.W, x - s.Padding, copy);
        }
    }

    /// <summary>copy[j] = row[j stride + shift], or 0 outside.</summary>
    private void CopyRow<T>(T* row, int shift, T* copy) where T : unmanaged
    {
        var begin = shift >= 0 ? 0 : (int)Math.Min(Pitch, (s.Stride - 1L - shift) / s.Stride);
        var end = Math.Max(begin, (int)Math.Min(Pitch, (s.Stride - 1L + s.W - shift) / s.Stride));
        new Span<T>(copy, begin).Clear();
        if (s.Stride == 1) new ReadOnlySpan<T>(row + begin + shift, end - begin).CopyTo(new Span<T>(copy + begin, end - begin));
        else
            for (var j = begin; j < end; j++) copy[j] = row[(nint)j * s.Stride + shift];
        new Span<T>(copy + end, Pitch - end).Clear();
    }
}
