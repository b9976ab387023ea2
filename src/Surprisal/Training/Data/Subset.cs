using System.Runtime.InteropServices;

namespace Surprisal.Training;

/// <summary>Some samples of another dataset, in an order of their own.</summary>
internal sealed class Subset(Dataset whole, int[] indices) : Dataset
{
    public override int Count => indices.Length;

    public override ReadOnlySpan<int> SampleShape => whole.SampleShape;

    public override IReadOnlyList<string> ClassNames => whole.ClassNames;

    public override string Preparation => whole.Preparation;

    /// <summary>The whole's, and which of its samples these are.</summary>
    public override IReadOnlyList<DataSource> Sources() => [.. whole.Sources(), DataSource.Of("indices", MemoryMarshal.AsBytes(indices.AsSpan()))];

    public override long Target(int index) => whole.Target(indices[Checked(index)]);

    public override void Read(int index, Span<float> sample) => whole.Read(indices[Checked(index)], sample);
}
