namespace Surprisal.Modules;

/// <summary>y = x weight^T + bias: [.., inFeatures] to [.., outFeatures].</summary>
/// <example><code>
/// var layer = new Linear(64, 10, new Seed(0));
/// Console.WriteLine(layer);                                           // Linear(in_features=64, out_features=10, bias=True)
/// Console.WriteLine(layer.Forward(Tensor.Ones&lt;float>(32, 64)).Shape); // [32, 10]
/// </code></example>
public sealed class Linear : Module
{
    /// <summary>A layer with PyTorch's default initialisation: uniform in +-1/sqrt(inFeatures).</summary>
    /// <param name="inFeatures">The size of the last dimension of the input; 0 gives the bias alone.</param>
    /// <param name="outFeatures">The size of the last dimension of the output; at least 1.</param>
    /// <param name="seed">Where the weights come from: its next numbers.</param>
    /// <param name="bias">Whether to add a bias. Default true.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative inFeatures, or no outFeatures.</exception>
    public Linear(int inFeatures, int outFeatures, Seed seed, bool bias = true)
    {
        if (inFeatures < 0)
            throw new ArgumentOutOfRangeException(nameof(inFeatures), $"inFeatures is {inFeatures}; a layer has 0 inputs or more.");
        if (outFeatures < 1)
            throw new ArgumentOutOfRangeException(nameof(outFeatures), $"outFeatures is {outFeatures}; a layer has at least 1 output.");
        var (weight, initial) = Initialization.Uniform([outFeatures, inFeatures], inFeatures, Seed.Draw(seed));
        Weight = Parameter("weight", weight);
        if (bias) Bias = Parameter("bias", initial);
    }

    /// <summary>[outFeatures, inFeatures].</summary>
    public Tensor<float> Weight { get; }

    /// <summary>[outFeatures]; null without bias.</summary>
    public Tensor<float>? Bias { get; }

    /// <inheritdoc/>
    protected override string Details => $"in_features={Weight.Shape[1]}, out_features={Weight.Shape[0]}, bias={Bias is not null}";

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input) => input.Linear(Weight, Bias);
}
