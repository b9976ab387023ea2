using Surprisal.Kernels;

namespace Surprisal.Modules;

/// <summary>
/// In training, zeroes each element with a probability and divides the others by what is left; in evaluation, passes everything.
/// </summary>
/// <remarks>
/// Srivastava et al. 2014, in the inverted form. The masks follow from the seed and the number of calls so far, which checkpoints keep, and
/// from the row: several batches of one step draw what one batch of all their rows would.
/// </remarks>
public sealed class Dropout : Module
{
    private readonly double probability;
    private readonly Tensor<long> seed, calls;

    /// <summary>A layer that drops with the given probability.</summary>
    /// <param name="probability">From 0 to 1. PyTorch's default is 0.5.</param>
    /// <param name="seed">Where the masks come from: its next numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">Outside [0, 1].</exception>
    public Dropout(double probability, Seed seed)
    {
        if (!(probability is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(probability),
                $"dropout probability has to be between 0 and 1, but got {probability}");
        this.probability = probability;
        this.seed = Buffer("seed", Tensor.Scalar(Seed.Draw(seed)), persistent: false);
        calls = Buffer("calls", Tensor.Scalar(0L), persistent: false);
    }

    /// <inheritdoc/>
    protected override string Details => $"p={NumberFormat.Short(probability)}";

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input)
    {
        if (!IsTraining || probability == 0) return input;
        var random = new RandomStream(seed.Span[0], stream: calls.Span[0]++);
        random.Skip(StepRows.Before(input.Length));
        var scale = probability == 1 ? 0 : (float)(1 / (1 - probability));
        var mask = Tensor.Zeros<float>(input.Shape);
        foreach (ref var value in mask.Span) value = random.Uniform() < probability ? 0 : scale;
        return input * mask;
    }
}
