namespace Surprisal.Bench.Works;

/// <summary>A <see cref="CrossEntropyOf{T}"/> of any element type.</summary>
internal interface ITypedCrossEntropy
{
    /// <summary>The element type in PyTorch's words.</summary>
    string Type { get; }

    int Rows { get; }

    int Classes { get; }
}
