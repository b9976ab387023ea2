namespace Surprisal.Modules;

/// <summary>The average of windows that make an output of one size of any image: [N, C, H, W] to [N, C, height, width].</summary>
/// <example><code>
/// var layer = new AdaptiveAvgPool2d(1);                                              // global average pooling
/// Console.WriteLine(layer.Forward(Tensor.Ones&lt;float>(8, 64, 7, 5)).Shape);        // [8, 64, 1, 1]
/// </code></example>
public sealed class AdaptiveAvgPool2d : Module
{
    private readonly int height, width;

    /// <summary>A layer with a square output; 1 is global average pooling.</summary>
    /// <param name="outputSize">Rows and columns of the output; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative size.</exception>
    public AdaptiveAvgPool2d(int outputSize) : this(outputSize, outputSize) { }

    /// <summary>A layer with an output of any size.</summary>
    /// <param name="height">Rows of the output; 0 or more.</param>
    /// <param name="width">Columns of the output; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative size.</exception>
    public AdaptiveAvgPool2d(int height, int width)
    {
        TensorExtensions.CheckOutputSize(height, width);
        (this.height, this.width) = (height, width);
    }

    /// <inheritdoc/>
    protected override string Details => $"output_size={(height == width ? $"{height}" : $"({height}, {width})")}";

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input) => input.AdaptiveAvgPool2d(height, width);
}
