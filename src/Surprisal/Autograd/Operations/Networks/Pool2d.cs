using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>
    /// The largest of each window of size x size: [N, C, H, W] to [N, C, Oh, Ow]. The gradient goes to the first largest.
    /// </summary>
    /// <param name="x">Images [N, C, H, W].</param>
    /// <param name="size">The side of the window.</param>
    /// <param name="stride">The step between windows; 0, the default, means <paramref name="size"/>.</param>
    /// <param name="padding">Rows and columns of -infinity around the image; at most half the size.</param>
    /// <exception cref="ArgumentException">Sizes that do not fit.</exception>
    public static Tensor<T> MaxPool2d<T>(this Tensor<T> x, int size, int stride = 0, int padding = 0)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var s = CheckPooling(x, size, stride, padding);
        var y = Tensor.Uninitialized<T>([x.Shape[0], x.Shape[1], s.Oh, s.Ow]);
        var positions = new int[y.Length];
        ForEachPlane(s, plane => Pooling.Max<T>(s, plane, x.Span, y.Span, positions));
        return y.Record("MaxPool2DWithIndicesBackward0", [], x.MakeEdge(g =>
        {
            var dx = Tensor.Uninitialized<T>(x.Shape);
            ForEachPlane(s, plane => Pooling.MaxGradient<T>(s, plane, g.Span, positions, dx.Span));
            return dx;
        }));
    }

    /// <summary>The average of each window of size x size, padding counted as zeros: [N, C, H, W] to [N, C, Oh, Ow].</summary>
    /// <param name="x">Images [N, C, H, W].</param>
    /// <param name="size">The side of the window.</param>
    /// <param name="stride">The step between windows; 0, the default, means <paramref name="size"/>.</param>
    /// <param name="padding">Rows and columns of zeros around the image; at most half the size.</param>
    /// <exception cref="ArgumentException">Sizes that do not fit.</exception>
    public static Tensor<T> AvgPool2d<T>(this Tensor<T> x, int size, int stride = 0, int padding = 0)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var s = CheckPooling(x, size, stride, padding);
        var y = Tensor.Uninitialized<T>([x.Shape[0], x.Shape[1], s.Oh, s.Ow]);
        ForEachPlane(s, plane => Pooling.Average<T>(s, plane, x.Span, y.Span));
        return y.Record("AvgPool2DBackward0", [], x.MakeEdge(g =>
        {
            var dx = Tensor.Uninitialized<T>(x.Shape);
            ForEachPlane(s, plane => Pooling.AverageGradient<T>(s, plane, g.Span, dx.Span));
            return dx;
        }));
    }

    private static PoolingShape CheckPooling<T>(Tensor<T> x, int size, int stride, int padding) where T : unmanaged, INumber<T>
    {
        typeof(T).CheckNot16Bit();
        if (x.Rank != 4)
            throw new ArgumentException($"the input has shape {Shape.Format(x.Shape)}; pooling needs [N, C, H, W].", nameof(x));
        if (size < 1 || stride < 0)
            throw new ArgumentException(
                $"size is {size} and stride {stride}; size must be at least 1, and stride at least 1 or 0 for the size.", nameof(size));
        if (padding < 0 || padding > size / 2)
            throw new ArgumentException(
                $"pad should be at least 0 and at most half of kernel size, but got pad={padding} and kernel_size={size}", nameof(padding));
        var (height, width) = (x.Shape[2], x.Shape[3]);
        if (height == 0 || width == 0)
            throw new ArgumentException(
                $"the input has shape {Shape.Format(x.Shape)}; pooling needs images of at least one pixel.", nameof(x));
        if (height + 2L * padding < size || width + 2L * padding < size)
            throw new ArgumentException($"the input has shape {Shape.Format(x.Shape)}, " +
                $"which is smaller than one window of {size} x {size}; the output size would be too small.", nameof(x));
        CheckPadding(padding, height, width);
        var s = new PoolingShape(0, height, width, size, stride == 0 ? size : stride, padding);
        Shape.Length([x.Shape[0], x.Shape[1], s.Oh, s.Ow]); // what comes out can be counted, so the planes can
        return s with { Planes = x.Shape[0] * x.Shape[1] };
    }

    private static void ForEachPlane(PoolingShape s, Action<int> plane) =>
        Partition.Ranges(s.Planes, (int)Math.Max(1, 16384 / Math.Max(1, (long)s.H * s.W)), (long)s.H * s.W, (start, end) =>
        {
            for (var i = start; i < end; i++) plane(i);
        });
}
