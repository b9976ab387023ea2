namespace Surprisal.Kernels;

/// <summary>Rows and columns of zeros around an image.</summary>
internal readonly record struct Margins(int Top, int Left, int Bottom, int Right);

/// <summary>
/// The sizes of a 2-D convolution: input [N, C, H, W], weight [O, C, Kh, Kw], output [N, O, Oh, Ow]. One group of several is a convolution
/// whose images have those of the others between them.
/// </summary>
internal readonly record struct ConvolutionShape(int N, int C, int H, int W, int O, int Kh, int Kw, int Stride, int Pad)
{
    /// <summary>From one element of the kernel to the next, in pixels.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Zeros around the image where they are not <see cref="Pad"/> on each side; fewer than none at the bottom and right are
    /// pixels that no kernel reaches.</summary>
    public Margins? Edges { get; init; }

    /// <summary>How often the channels C and O are there, one group behind the other.</summary>
    public int Groups { get; init; } = 1;

    public int Top => Edges?.Top ?? Pad;

    public int Left => Edges?.Left ?? Pad;

    public int Bottom => Edges?.Bottom ?? Pad;

    public int Right => Edges?.Right ?? Pad;

    /// <summary>The rows of the image that a kernel spans.</summary>
    public int ExtentY => checked(Dilation * (Kh - 1) + 1);

    /// <summary>The columns of the image that a kernel spans.</summary>
    public int ExtentX => checked(Dilation * (Kw - 1) + 1);

    /// <summary>The height of an output.</summary>
    public int Oh => checked(H + Top + Bottom - ExtentY) / Stride + 1;

    /// <summary>The width of an output.</summary>
    public int Ow => checked(W + Left + Right - ExtentX) / Stride + 1;

    /// <summary>The elements of a patch, the input of one output element.</summary>
    public int PatchLength => checked(C * Kh * Kw);

    /// <summary>The elements of one channel of an output.</summary>
    public int OutputPixels => checked(Oh * Ow);

    /// <summary>The elements of one input image.</summary>
    public int InputLength => checked(C * H * W);

    /// <summary>The elements of one output image.</summary>
    public int OutputLength => checked(O * OutputPixels);

    /// <summary>From one input image to the next.</summary>
    public int InputStride => checked(Groups * InputLength);

    /// <summary>From one output image to the next.</summary>
    public int OutputStride => checked(Groups * OutputLength);

    /// <summary>Whether the input's gradient is a convolution too, of the output's gradient with <see cref="Turned"/> kernels.</summary>
    public bool IsTurned =>
        Stride == 1 && Kh == Kw && Top < ExtentY && Left < ExtentX && Bottom < ExtentY && Right < ExtentX;

    /// <summary>That convolution's sizes.</summary>
    public ConvolutionShape Turned => new(N, O, Oh, Ow, C, Kh, Kw, 1, 0)
    {
        Dilation = Dilation, Groups = Groups,
        Edges = new(ExtentY - 1 - Top, ExtentX - 1 - Left, ExtentY - 1 - Bottom, ExtentX - 1 - Right),
    };
}
