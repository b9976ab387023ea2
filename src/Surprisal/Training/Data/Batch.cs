namespace Surprisal.Training;

/// <summary>Some samples of a dataset: <c>foreach (var (inputs, targets) in loader)</c>.</summary>
public sealed record Batch
{
    /// <summary>[N, ..sample shape].</summary>
    public required Tensor<float> Inputs { get; init; }

    /// <summary>[N]: the class of each sample; [N, H, W] where each pixel has one.</summary>
    public required Tensor<long> Targets { get; init; }

    /// <summary>
    /// [N, C]: what each class, or label, is expected with, where that is more than one class a sample: mixed samples (see
    /// <see cref="Augmentation.Mixup"/>), a teacher's answers, several labels. Default null. Losses are of these then;
    /// <see cref="Targets"/> is what predictions are compared with, of mixed samples the class of the larger share.
    /// </summary>
    public Tensor<float>? Probabilities { get; init; }

    /// <summary>The index of each sample in the dataset; empty where nobody knows it.</summary>
    public IReadOnlyList<int> Samples { get; init; } = [];

    /// <summary>Copies the given samples one after the other: how a loader makes a batch unless it is told another way.</summary>
    /// <param name="dataset">Where the samples come from.</param>
    /// <param name="samples">Their indices, in the order of the rows; one may come several times, and none make a batch of none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The dataset has no such sample.</exception>
    public static Batch Collate(Dataset dataset, IReadOnlyList<int> samples)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(samples);
        var inputs = Tensor.PooledZeros<float>([samples.Count, .. dataset.SampleShape]);
        var targets = Tensor.Uninitialized<long>([samples.Count, .. dataset.TargetShape]);
        var (size, targetSize) = (dataset.SampleShape.ElementCount, dataset.TargetShape.ElementCount);
        if (dataset.IsSlow) SampleReads.All(samples.Count, Read);
        else
            for (var i = 0; i < samples.Count; i++)
                Read(i);
        return new Batch { Inputs = inputs, Targets = targets, Samples = samples };

        void Read(int i)
        {
            dataset.Read(samples[i], inputs.Span.Slice(i * size, size));
            dataset.ReadTarget(samples[i], targets.Span.Slice(i * targetSize, targetSize));
        }
    }

    /// <summary>One line: inputs [32, 1, 8, 8], targets [32].</summary>
    public override string ToString() => $"inputs {Inputs.Shape}, targets {Targets.Shape}";

    /// <summary>Takes a batch apart into what goes into the model and what should come out.</summary>
    /// <param name="inputs">Receives <see cref="Inputs"/>.</param>
    /// <param name="targets">Receives <see cref="Targets"/>.</param>
    public void Deconstruct(out Tensor<float> inputs, out Tensor<long> targets) => (inputs, targets) = (Inputs, Targets);
}
