namespace Surprisal.Modules;

/// <summary>y = x weight^T + bias: [.., inputs] to [.., outputs].</summary>
public sealed class Linear : Module
{
    /// <summary>A layer with PyTorch's default initialisation: uniform in +-1/sqrt(inputs).</summary>
    /// <param name="inputs">The size of the last dimension of the input.</param>
    /// <param name="outputs">The size of the last dimension of the output.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="bias">Whether to add a bias. Default true.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative inputs, or no outputs.</exception>
    public Linear(int inputs, int outputs, long seed, bool bias = true)
    {
        if (inputs < 0) throw new ArgumentOutOfRangeException(nameof(inputs), $"inputs is {inputs}; a layer has 0 inputs or more.");
        if (outputs < 1) throw new ArgumentOutOfRangeException(nameof(outputs), $"outputs is {outputs}; a layer has at least 1 output.");
        var (weight, initial) = Initialization.Uniform([outputs, inputs], inputs, seed);
        Weight = Parameter("weight", weight);
        if (bias) Bias = Parameter("bias", initial);
    }

    /// <summary>[outputs, inputs].</summary>
    public Tensor<float> Weight { get; }

    /// <summary>[outputs]; null without bias.</summary>
    public Tensor<float>? Bias { get; }

    /// <inheritdoc/>
    protected override string Details => $"in_features={Weight.Shape[1]}, out_features={Weight.Shape[0]}, bias={Bias is not null}";

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input) => input.Linear(Weight, Bias);
}
