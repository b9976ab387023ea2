namespace Surprisal.Modules;

/// <summary>x Phi(x) with the normal distribution function Phi, element by element.</summary>
public sealed class Gelu : Module
{
    private readonly GeluApproximation approximate;

    /// <summary>A layer that is exact, or PyTorch's approximation.</summary>
    /// <param name="approximate">Whether Phi is exact or approximated by tanh. Default <see cref="GeluApproximation.None"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such approximation.</exception>
    public Gelu(GeluApproximation approximate = GeluApproximation.None)
    {
        TensorExtensions.CheckApproximation(approximate);
        this.approximate = approximate;
    }

    /// <inheritdoc/>
    protected override string Details => $"approximate='{(approximate == GeluApproximation.None ? "none" : "tanh")}'";

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input) => input.Gelu(approximate);
}
