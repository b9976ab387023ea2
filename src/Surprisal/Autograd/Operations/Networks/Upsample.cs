using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>Images of another size: [N, C, H, W] to [N, C, height, width].</summary>
    /// <param name="x">Images [N, C, H, W] of at least one pixel, float or double.</param>
    /// <param name="height">Rows of the output; at least 1. Fewer than H leave rows out: nothing is averaged.</param>
    /// <param name="width">Columns of the output; at least 1.</param>
    /// <param name="mode">Whether pixels are repeated or blended. Default <see cref="UpsampleMode.Nearest"/>.</param>
    /// <param name="alignCorners">Whether the corner pixels stay at the corners: output i lies at i (H - 1) / (height - 1). Default false;
    /// for <see cref="UpsampleMode.Bilinear"/> only.</param>
    /// <remarks>PyTorch's <c>interpolate</c> with a size. Positions and sums are in double, nearest ones exact fractions.</remarks>
    /// <exception cref="ArgumentException">Not [N, C, H, W], no pixels, or corners to align of repeated pixels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No rows or columns, or no such mode.</exception>
    /// <exception cref="NotSupportedException">Half or BFloat16.</exception>
    /// <example><code>
    /// var x = Tensor.Create&lt;float>([1, 2], [1, 1, 1, 2]);
    /// Console.WriteLine(x.Upsample(1, 4));                                // tensor([[[[1., 1., 2., 2.]]]])
    /// Console.WriteLine(x.Upsample(1, 4, UpsampleMode.Bilinear));         // tensor([[[[1.0000, 1.2500, 1.7500, 2.0000]]]])
    /// </code></example>
    public static Tensor<T> Upsample<T>(
        this Tensor<T> x, int height, int width, UpsampleMode mode = UpsampleMode.Nearest, bool alignCorners = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CheckUpsampling(height, width, mode, alignCorners);
        return Upsample(x, height, width, double.NaN, mode, alignCorners);
    }

    /// <summary>Images enlarged by a factor: [N, C, H, W] to [N, C, floor(H scaleFactor), floor(W scaleFactor)].</summary>
    /// <param name="x">Images [N, C, H, W] of at least one pixel, float or double.</param>
    /// <param name="scaleFactor">Positive and finite. Outputs are 1 / scaleFactor pixels apart, also where the size is rounded
    /// down.</param>
    /// <param name="mode">Whether pixels are repeated or blended. Default <see cref="UpsampleMode.Nearest"/>.</param>
    /// <param name="alignCorners">Whether the corner pixels stay at the corners, whatever the factor. Default false; for
    /// <see cref="UpsampleMode.Bilinear"/> only.</param>
    /// <exception cref="ArgumentException">Not [N, C, H, W], no pixels, an output without pixels or with more than can be counted, or
    /// corners to align of repeated pixels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A factor that is not positive and finite, or no such mode.</exception>
    /// <exception cref="NotSupportedException">Half or BFloat16.</exception>
    public static Tensor<T> Upsample<T>(
        this Tensor<T> x, double scaleFactor, UpsampleMode mode = UpsampleMode.Nearest, bool alignCorners = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CheckScale(scaleFactor, mode, alignCorners);
        CheckPixels(x, "upsampling");
        var (height, width) = (Math.Floor(x.Shape[2] * scaleFactor), Math.Floor(x.Shape[3] * scaleFactor));
        if (Math.Min(height, width) < 1 || Math.Max(height, width) > Array.MaxLength)
            throw new ArgumentException($"the input has shape {x.Shape}, of which a scaleFactor of {NumberFormat.Short(scaleFactor)} " +
                $"makes {NumberFormat.Short(height)} x {NumberFormat.Short(width)} pixels; an output has at least 1 x 1, and what a " +
                "tensor holds.",
                nameof(scaleFactor));
        return Upsample(x, (int)height, (int)width, 1 / scaleFactor, mode, alignCorners);
    }

    private static Tensor<T> Upsample<T>(Tensor<T> x, int height, int width, double step, UpsampleMode mode, bool alignCorners)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        typeof(T).CheckNot16Bit();
        CheckPixels(x, "upsampling");
        var rows = new Upsampling(x.Shape[2], height, step, alignCorners);
        var columns = new Upsampling(x.Shape[3], width, step, alignCorners);
        var (pixels, outputs) = (x.Shape[2] * x.Shape[3], Shape.Length([height, width]));
        var y = Tensor.Uninitialized<T>([x.Shape[0], x.Shape[1], height, width]);
        var planes = pixels == 0 ? 0 : x.Length / pixels;
        int[] nearest = mode == UpsampleMode.Nearest ? [.. Enumerable.Range(0, width).Select(columns.Nearest)] : [];
        (int, int, double)[] between = mode == UpsampleMode.Nearest ? [] : [.. Enumerable.Range(0, width).Select(columns.Between)];
        ForEachPlane(planes, outputs, plane =>
        {
            var (from, to) = (plane * pixels, plane * outputs);
            if (mode == UpsampleMode.Nearest)
                Upsampling.Repeat<T>(rows, nearest, x.Span.Slice(from, pixels), y.Span.Slice(to, outputs));
            else Upsampling.Blend<T>(rows, between, x.Span.Slice(from, pixels), y.Span.Slice(to, outputs));
        });
        var name = mode == UpsampleMode.Nearest ? "UpsampleNearest2DBackward0" : "UpsampleBilinear2DBackward0";
        return y.Record(name, [], x.MakeEdge(g =>
        {
            var dx = Tensor.Uninitialized<T>(x.Shape);
            ForEachPlane(planes, outputs, plane =>
            {
                using var scratch = new Scratch<double>(pixels);
                scratch.Span.Clear();
                var from = g.Span.Slice(plane * outputs, outputs);
                if (mode == UpsampleMode.Nearest) Upsampling.AddRepeated<T>(rows, nearest, from, scratch.Span);
                else Upsampling.AddBlended<T>(rows, between, from, scratch.Span);
                DoubleGradient.Store(scratch.Span, dx.Span.Slice(plane * pixels, pixels));
            });
            return dx;
        })).Traced("Resize", (Rows: rows, Columns: columns, Mode: mode), x);
    }

    /// <summary>Refuses an output without pixels, and corners to align of pixels that are repeated.</summary>
    internal static void CheckUpsampling(int height, int width, UpsampleMode mode, bool alignCorners)
    {
        if (height < 1) throw new ArgumentOutOfRangeException(nameof(height), $"height is {height}; an output has at least 1 row.");
        if (width < 1) throw new ArgumentOutOfRangeException(nameof(width), $"width is {width}; an output has at least 1 column.");
        CheckMode(mode, alignCorners);
    }

    /// <summary>Refuses a factor that makes no size, and corners to align of pixels that are repeated.</summary>
    internal static void CheckScale(double scaleFactor, UpsampleMode mode, bool alignCorners)
    {
        if (!(scaleFactor > 0 && double.IsFinite(scaleFactor)))
            throw new ArgumentOutOfRangeException(nameof(scaleFactor), $"scaleFactor is {scaleFactor}; it is positive and finite.");
        CheckMode(mode, alignCorners);
    }

    private static void CheckMode(UpsampleMode mode, bool alignCorners)
    {
        if (!Enum.IsDefined(mode))
            throw new ArgumentOutOfRangeException(nameof(mode), $"mode is {mode}; it is Nearest or Bilinear.");
        if (alignCorners && mode == UpsampleMode.Nearest)
            throw new ArgumentException("align_corners option can only be set with the interpolating modes: Bilinear.",
                nameof(alignCorners));
    }
}
