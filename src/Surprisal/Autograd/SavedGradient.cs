namespace Surprisal;

/// <summary>The gradient that a loss computed in the forward pass: the first Backward takes it as its own, a later one has it computed again.</summary>
/// <remarks>So a training step writes the gradient once and copies it nowhere.</remarks>
internal sealed class LossGradient<T>(Tensor<T>? ready, Func<Tensor<T>> again, params Tensor<T>[] inputs) where T : unmanaged, INumber<T>
{
    private readonly int[] versions = Array.ConvertAll(inputs, static input => input.Version.Value);
    private Tensor<T>? ready = ready;

    /// <summary>A gradient that nobody else holds.</summary>
    /// <exception cref="InvalidOperationException">It has to be computed again, but the input was overwritten.</exception>
    public Tensor<T> Take()
    {
        if (ready is { } first)
        {
            ready = null;
            return first;
        }
        foreach (var (input, version) in inputs.Zip(versions))
            if (input.Version.Value != version)
                throw new InvalidOperationException(
                    $"one of the variables needed for gradient computation has been modified by an inplace operation: a second Backward computes the loss's gradient again, but its input of shape " +
                    $"{Shape.Text(input.Shape)} was at version {version} then, and is at version {input.Version.Value} now; write to it after the last Backward, or to a Clone of it.");
        return again();
    }
}
