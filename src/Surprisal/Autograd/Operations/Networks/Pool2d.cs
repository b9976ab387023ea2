using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>
    /// The largest of each window of kernelSize x kernelSize: [N, C, H, W] to [N, C, Oh, Ow]. The gradient goes to the first largest.
    /// </summary>
    /// <param name="x">Images [N, C, H, W].</param>
    /// <param name="kernelSize">The side of the window; at least 1.</param>
    /// <param name="stride">The step between windows; at least 1. Default null: <paramref name="kernelSize"/>.</param>
    /// <param name="padding">Rows and columns of -infinity around the image; at most half of <paramref name="kernelSize"/>. Default
    /// 0.</param>
    /// <param name="dilation">From one pixel of a window to the next; at least 1. A window whose pixels all lie in the padding gives
    /// -infinity, and has no gradient. Default 1.</param>
    /// <exception cref="ArgumentException">Images that do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No window, no step, or a padding that does not fit the window.</exception>
    /// <exception cref="NotSupportedException">Half or BFloat16.</exception>
    public static Tensor<T> MaxPool2d<T>(this Tensor<T> x, int kernelSize, int? stride = null, int padding = 0, int dilation = 1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var s = CheckPooling(x, kernelSize, stride, padding, dilation);
        var y = Tensor.Uninitialized<T>([x.Shape[0], x.Shape[1], s.Oh, s.Ow]);
        var positions = Tensor.Uninitialized<int>(y.Shape);
        ForEachPlane(s, plane => Pooling.Max<T>(s, plane, x.Span, y.Span, positions.Span));
        return y.Record("MaxPool2DWithIndicesBackward0", [], x.MakeEdge(g =>
        {
            var dx = Tensor.Uninitialized<T>(x.Shape);
            ForEachPlane(s, plane => Pooling.MaxGradient<T>(s, plane, g.Span, positions.Span, dx.Span));
            return dx;
        })).Traced("MaxPool", s, x);
    }

    /// <summary>The average of each window of kernelSize x kernelSize, padding counted as zeros: [N, C, H, W] to [N, C, Oh, Ow].</summary>
    /// <param name="x">Images [N, C, H, W].</param>
    /// <param name="kernelSize">The side of the window; at least 1.</param>
    /// <param name="stride">The step between windows; at least 1. Default null: <paramref name="kernelSize"/>.</param>
    /// <param name="padding">Rows and columns of zeros around the image; at most half the window. Default 0.</param>
    /// <exception cref="ArgumentException">Images that do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No window, no step, or a padding that does not fit the window.</exception>
    /// <exception cref="NotSupportedException">Half or BFloat16.</exception>
    public static Tensor<T> AvgPool2d<T>(this Tensor<T> x, int kernelSize, int? stride = null, int padding = 0)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var s = CheckPooling(x, kernelSize, stride, padding);
        var y = Tensor.Uninitialized<T>([x.Shape[0], x.Shape[1], s.Oh, s.Ow]);
        ForEachPlane(s, plane => Pooling.Average<T>(s, plane, x.Span, y.Span));
        return y.Record("AvgPool2DBackward0", [], x.MakeEdge(g =>
        {
            var dx = Tensor.Uninitialized<T>(x.Shape);
            ForEachPlane(s, plane => Pooling.AverageGradient<T>(s, plane, g.Span, dx.Span));
            return dx;
        })).Traced("AveragePool", s, x);
    }

    /// <summary>Refuses a window, its step and its padding that fit no image.</summary>
    internal static void CheckWindow(int kernelSize, int? stride, int padding, int dilation = 1)
    {
        if (kernelSize < 1)
            throw new ArgumentOutOfRangeException(nameof(kernelSize), $"kernelSize is {kernelSize}; the side of a window is at least 1.");
        if (stride < 1)
            throw new ArgumentOutOfRangeException(nameof(stride),
                $"stride is {stride}; the step between windows is at least 1, and null is the window's side.");
        if (dilation < 1)
            throw new ArgumentOutOfRangeException(nameof(dilation),
                $"dilation is {dilation}; from one pixel of a window to the next it is at least 1.");
        if (padding < 0 || padding > kernelSize / 2)
            throw new ArgumentOutOfRangeException(nameof(padding),
                $"pad should be at least 0 and at most half of kernel size, but got pad={padding} and kernel_size={kernelSize}");
    }

    private static PoolingShape CheckPooling<T>(Tensor<T> x, int kernelSize, int? stride, int padding, int dilation = 1)
        where T : unmanaged, INumber<T>
    {
        typeof(T).CheckNot16Bit();
        CheckWindow(kernelSize, stride, padding, dilation);
        CheckPixels(x, "pooling");
        var (n, c, height, width) = x.Shape;
        var extent = (long)dilation * (kernelSize - 1) + 1;
        if (height + 2L * padding < extent || width + 2L * padding < extent)
            throw new ArgumentException($"the input has shape {x.Shape}, " +
                $"which is smaller than one window of {extent} x {extent}; the output size would be too small.", nameof(x));
        CheckPadding(padding, height, width, height + 2L * padding, width + 2L * padding);
        var s = new PoolingShape(0, height, width, kernelSize, stride ?? kernelSize, padding) { Dilation = dilation };
        Shape.Length([n, c, s.Oh, s.Ow]); // what comes out can be counted, so the planes can
        return s with { Planes = n * c };
    }

    private static void ForEachPlane(PoolingShape s, Action<int> plane) => ForEachPlane(s.Planes, (long)s.H * s.W, plane);
}
