namespace Surprisal.Training;

/// <summary>Samples that are the rows of a tensor, with a class each.</summary>
public sealed class TensorDataset : Dataset
{
    private readonly Tensor<float> inputs;
    private readonly Tensor<long> targets;

    /// <summary>A dataset over the given tensors, not copied.</summary>
    /// <param name="inputs">[N, ..sample shape].</param>
    /// <param name="targets">[N], each the index of a class name.</param>
    /// <param name="classNames">One name a class.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, or a target without a name.</exception>
    public TensorDataset(Tensor<float> inputs, Tensor<long> targets, IReadOnlyList<string> classNames)
    {
        if (inputs.Rank == 0 || targets.Rank != 1 || inputs.Shape[0] != targets.Shape[0])
            throw new ArgumentException($"inputs have shape {Shape.Text(inputs.Shape)} and targets {Shape.Text(targets.Shape)}; [N, ..] and [N] are needed.", nameof(inputs));
        for (var i = 0; i < targets.Length; i++)
            if (targets.Span[i] < 0 || targets.Span[i] >= classNames.Count)
                throw new ArgumentException($"targets[{i}] = {targets.Span[i]} is out of bounds: there are {classNames.Count} class names.", nameof(targets));
        (this.inputs, this.targets, ClassNames) = (inputs, targets, classNames);
    }

    /// <inheritdoc/>
    public override int Count => targets.Length;

    /// <inheritdoc/>
    public override ReadOnlySpan<int> SampleShape => inputs.Shape[1..];

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public override long Target(int index) => targets.Span[index];

    /// <inheritdoc/>
    public override void Read(int index, Span<float> sample) => inputs.Span.Slice(index * sample.Length, sample.Length).CopyTo(sample);
}
