namespace Surprisal.Modules;

/// <summary>Enlarges images by a factor or to a size: [N, C, H, W] to [N, C, Oh, Ow].</summary>
/// <example><code>
/// var layer = new Upsample(2, UpsampleMode.Bilinear);
/// Console.WriteLine(layer.Forward(Tensor.Ones&lt;float>(4, 16, 7, 7)).Shape);      // [4, 16, 14, 14]
/// </code></example>
public sealed class Upsample : Module
{
    private readonly int height, width;
    private readonly double scaleFactor;
    private readonly UpsampleMode mode;
    private readonly bool alignCorners;

    /// <summary>A layer that makes floor(H scaleFactor) rows of H, and columns likewise.</summary>
    /// <param name="scaleFactor">Positive and finite.</param>
    /// <param name="mode">Whether pixels are repeated or blended. Default <see cref="UpsampleMode.Nearest"/>.</param>
    /// <param name="alignCorners">Whether the corner pixels stay at the corners. Default false; for <see cref="UpsampleMode.Bilinear"/>
    /// only.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another factor, or no such mode.</exception>
    /// <exception cref="ArgumentException">Corners to align of repeated pixels.</exception>
    public Upsample(double scaleFactor, UpsampleMode mode = UpsampleMode.Nearest, bool alignCorners = false)
    {
        TensorExtensions.CheckScale(scaleFactor, mode, alignCorners);
        (this.scaleFactor, this.mode, this.alignCorners) = (scaleFactor, mode, alignCorners);
    }

    /// <summary>A layer whose outputs have a size.</summary>
    /// <param name="height">Rows of the output; at least 1.</param>
    /// <param name="width">Columns of the output; at least 1.</param>
    /// <param name="mode">Whether pixels are repeated or blended. Default <see cref="UpsampleMode.Nearest"/>.</param>
    /// <param name="alignCorners">Whether the corner pixels stay at the corners. Default false; for <see cref="UpsampleMode.Bilinear"/>
    /// only.</param>
    /// <exception cref="ArgumentOutOfRangeException">No rows or columns, or no such mode.</exception>
    /// <exception cref="ArgumentException">Corners to align of repeated pixels.</exception>
    public Upsample(int height, int width, UpsampleMode mode = UpsampleMode.Nearest, bool alignCorners = false)
    {
        TensorExtensions.CheckUpsampling(height, width, mode, alignCorners);
        (this.height, this.width, this.mode, this.alignCorners) = (height, width, mode, alignCorners);
    }

    /// <inheritdoc/>
    protected override string Details => (height > 0 ? $"size=({height}, {width})" : $"scale_factor={NumberFormat.Short(scaleFactor)}") +
        $", mode='{(mode == UpsampleMode.Nearest ? "nearest" : "bilinear")}'{(alignCorners ? ", align_corners=True" : "")}";

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input) => height > 0
        ? input.Upsample(height, width, mode, alignCorners)
        : input.Upsample(scaleFactor, mode, alignCorners);
}
