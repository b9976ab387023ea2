namespace Surprisal;

/// <summary>
/// The gradient that a loss computed in the forward pass, for Backward: the first one takes it as its own, a later one, over a
/// retained graph, recomputes it.
/// </summary>
/// <remarks>So a training step writes the gradient once and copies it nowhere.</remarks>
internal sealed class SavedGradient<T>(Tensor<T>? saved, Func<Tensor<T>> recompute, params Tensor<T>[] inputs)
    where T : unmanaged, INumber<T>
{
    private readonly int[] versions = Array.ConvertAll(inputs, static input => input.Storage.Version);
    private Tensor<T>? saved = saved;

    /// <summary>A gradient that nobody else holds.</summary>
    /// <exception cref="InvalidOperationException">It has to be recomputed, but an input was overwritten.</exception>
    public Tensor<T> TakeOrRecompute()
    {
        if (saved is { } first)
        {
            saved = null;
            return first;
        }
        foreach (var (input, version) in inputs.Zip(versions))
            if (input.Storage.Version != version)
                throw Overwritten(input, version);
        return recompute();
    }

    private static InvalidOperationException Overwritten(Tensor<T> input, int version) => new(
        "one of the variables needed for gradient computation has been modified by an inplace operation: " +
        "a second Backward computes the loss's gradient again, " +
        $"but its input of shape {input.Shape} was at version {version} then, and is at version {input.Storage.Version} now; " +
        "write to it after the last Backward, or to a Clone of it.");
}
