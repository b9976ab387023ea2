namespace Surprisal.Training;

/// <summary>Samples that are the rows of a tensor, with a class each.</summary>
/// <example><code>
/// var inputs = Tensor.Create&lt;float>([[0, 0], [0, 1], [1, 0], [1, 1]]);
/// var data = new TensorDataset(inputs, Tensor.Create&lt;long>([0, 0, 1, 1]), ["left", "right"]);
/// Console.WriteLine($"{data.Count} samples of shape {data.SampleShape}");     // 4 samples of shape [2]
/// Console.WriteLine(data.ClassNames[(int)data.Target(3)]);                    // right
/// </code></example>
public sealed class TensorDataset : Dataset
{
    private readonly Tensor<float> inputs;
    private readonly Tensor<long> targets;

    /// <summary>A dataset over the given tensors, not copied.</summary>
    /// <param name="inputs">[N, ..sample shape].</param>
    /// <param name="targets">[N], each the index of a class name, or <paramref name="ignoreIndex"/>.</param>
    /// <param name="classNames">One name a class.</param>
    /// <param name="ignoreIndex">The target of samples that the loss ignores, as <see cref="ClassIndexLoss.IgnoreIndex"/> has it. Default
    /// -100.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, or a target without a name.</exception>
    public TensorDataset(Tensor<float> inputs, Tensor<long> targets, IReadOnlyList<string> classNames, long ignoreIndex = -100)
    {
        if (inputs.Rank == 0 || targets.Rank != 1 || inputs.Shape[0] != targets.Shape[0])
            throw new ArgumentException(
                $"inputs have shape {inputs.Shape} and targets {targets.Shape}; [N, ..] and [N] are needed.",
                nameof(inputs));
        for (var i = 0; i < targets.Length; i++)
            if ((targets.Span[i] < 0 || targets.Span[i] >= classNames.Count) && targets.Span[i] != ignoreIndex)
                throw new ArgumentException($"targets[{i}] = {targets.Span[i]} is out of bounds: there are {classNames.Count} class names.",
                    nameof(targets));
        (this.inputs, this.targets, ClassNames) = (inputs, targets, classNames);
    }

    /// <inheritdoc/>
    public override int Count => targets.Length;

    /// <inheritdoc/>
    public override TensorShape SampleShape => inputs.Shape[1..];

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in 0 .. Count - 1.</exception>
    public override long Target(int index) => targets.Span[Checked(index)];

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in 0 .. Count - 1.</exception>
    /// <exception cref="ArgumentException">The sample has not as many elements as a row.</exception>
    public override void Read(int index, Span<float> sample)
    {
        var size = inputs.Length / Math.Max(1, Count);
        if (sample.Length != size)
            throw new ArgumentException($"sample holds {sample.Length} numbers, but a row of shape {SampleShape} has {size}.",
                nameof(sample));
        inputs.Span.Slice(Checked(index) * size, size).CopyTo(sample);
    }
}
