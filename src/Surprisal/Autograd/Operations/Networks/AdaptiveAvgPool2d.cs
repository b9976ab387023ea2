using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The average of windows that make an output of the given size of any image: [N, C, H, W] to [N, C, height, width].</summary>
    /// <param name="x">Images [N, C, H, W] of at least one pixel, float or double.</param>
    /// <param name="height">Rows of the output; 1 with a <paramref name="width"/> of 1 is the mean of each channel. 0 or more.</param>
    /// <param name="width">Columns of the output; 0 or more.</param>
    /// <remarks>
    /// Row i averages the rows from floor(i H / height) to ceil((i + 1) H / height), in double; so they overlap, or repeat, where height
    /// does not divide H. PyTorch's <c>adaptive_avg_pool2d</c>.
    /// </remarks>
    /// <exception cref="ArgumentException">Not [N, C, H, W], or no pixels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A negative size.</exception>
    /// <exception cref="NotSupportedException">Half or BFloat16.</exception>
    /// <example><code>
    /// var x = Tensor.Create&lt;float>([1, 2, 3, 6], [1, 1, 2, 2]);
    /// Console.WriteLine(x.AdaptiveAvgPool2d(1, 1));        // tensor([[[[3.]]]])
    /// </code></example>
    public static Tensor<T> AdaptiveAvgPool2d<T>(this Tensor<T> x, int height, int width) where T : unmanaged, IFloatingPointIeee754<T>
    {
        typeof(T).CheckNot16Bit();
        CheckOutputSize(height, width);
        CheckPixels(x, "pooling");
        var s = new AdaptivePooling(Shape.Length([x.Shape[0], x.Shape[1]]), x.Shape[2], x.Shape[3], height, width);
        var y = Tensor.Uninitialized<T>([x.Shape[0], x.Shape[1], height, width]);
        ForEachPlane(s.Planes, (long)s.H * s.W, plane => s.Average<T>(plane, x.Span, y.Span));
        return y.Record("AdaptiveAvgPool2DBackward0", [], x.MakeEdge(g =>
        {
            var dx = Tensor.Uninitialized<T>(x.Shape);
            ForEachPlane(s.Planes, (long)s.H * s.W, plane => s.Gradient<T>(plane, g.Span, dx.Span));
            return dx;
        })).Traced((height, width) == (1, 1) ? "GlobalAveragePool" : "AdaptiveAveragePool", x);
    }

    /// <summary>Refuses an output of fewer than no rows or columns.</summary>
    internal static void CheckOutputSize(int height, int width)
    {
        if (height < 0)
            throw new ArgumentOutOfRangeException(nameof(height), $"height is {height}; an output has 0 rows or more.");
        if (width < 0)
            throw new ArgumentOutOfRangeException(nameof(width), $"width is {width}; an output has 0 columns or more.");
    }

    /// <summary>Refuses what is not [N, C, H, W] or has no pixel.</summary>
    private static void CheckPixels<T>(Tensor<T> x, string what) where T : unmanaged, INumber<T>
    {
        if (x.Rank != 4) throw new ArgumentException($"the input has shape {x.Shape}; {what} needs [N, C, H, W].", nameof(x));
        if (x.Shape[2] == 0 || x.Shape[3] == 0)
            throw new ArgumentException($"the input has shape {x.Shape}; {what} needs images of at least one pixel.", nameof(x));
    }

    /// <summary>Runs a function for each plane, several small ones together; <paramref name="pixels"/> is the work of one.</summary>
    private static void ForEachPlane(int planes, long pixels, Action<int> plane) =>
        Partition.Ranges(planes, (int)Math.Max(1, 16384 / Math.Max(1, pixels)), pixels, (start, end) =>
        {
            for (var i = start; i < end; i++) plane(i);
        });
}
