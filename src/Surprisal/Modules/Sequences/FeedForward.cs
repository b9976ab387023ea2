namespace Surprisal.Modules;

/// <summary>Two layers for each position by itself, with four times the width between them: [.., embedDim] to [.., embedDim].</summary>
/// <remarks>GPT-2's: c_fc, the tanh form of <see cref="Gelu"/>, c_proj, dropout.</remarks>
public sealed class FeedForward : Module
{
    private readonly Linear inner, projection;
    private readonly Dropout residual;

    /// <summary>Layers of the given width.</summary>
    /// <param name="embedDim">The width of a position; at least 1.</param>
    /// <param name="seed">Where weights and masks come from: its next numbers.</param>
    /// <param name="dropout">How often an output is dropped in training; from 0 to 1. Default 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">No width, or a probability outside [0, 1].</exception>
    public FeedForward(int embedDim, Seed seed, double dropout = 0)
    {
        if (embedDim is < 1 or > int.MaxValue / 4)
            throw new ArgumentOutOfRangeException(nameof(embedDim),
                $"embedDim is {embedDim}; it is at least 1, and at most {int.MaxValue / 4}.");
        inner = Child("c_fc", new Linear(embedDim, 4 * embedDim, seed));
        projection = Child("c_proj", new Linear(4 * embedDim, embedDim, seed));
        residual = Child("dropout", new Dropout(dropout, seed));
    }

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input) =>
        residual.Forward(projection.Forward(inner.Forward(input).Gelu(GeluApproximation.Tanh)));
}
