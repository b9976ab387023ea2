namespace Surprisal.Kernels;

/// <summary>The sizes of a 2-D convolution: input [N, C, H, W], weight [O, C, Kh, Kw], output [N, O, Oh, Ow].</summary>
internal readonly record struct ConvolutionShape(int N, int C, int H, int W, int O, int Kh, int Kw, int Stride, int Padding)
{
    /// <summary>The height of an output.</summary>
    public int Oh => checked(H + 2 * Padding - Kh) / Stride + 1;

    /// <summary>The width of an output.</summary>
    public int Ow => checked(W + 2 * Padding - Kw) / Stride + 1;

    /// <summary>The elements of a patch, the input of one output element.</summary>
    public int PatchLength => checked(C * Kh * Kw);

    /// <summary>The elements of one channel of an output.</summary>
    public int OutputPixels => checked(Oh * Ow);

    /// <summary>The elements of one input image.</summary>
    public int InputLength => checked(C * H * W);

    /// <summary>The elements of one output image.</summary>
    public int OutputLength => checked(O * OutputPixels);

    /// <summary>Whether the input's gradient is a convolution too, of the output's gradient with <see cref="Turned"/> kernels.</summary>
    public bool IsTurned => Stride == 1 && Kh == Kw && Padding < Kh;

    /// <summary>That convolution's sizes.</summary>
    public ConvolutionShape Turned => new(N, O, Oh, Ow, C, Kh, Kw, 1, Kh - 1 - Padding);
}
