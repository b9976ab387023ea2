namespace Surprisal;

/// <summary>What a safetensors file holds; <c>var (tensors, metadata) = Safetensors.Read(path);</c> takes it apart.</summary>
public sealed record SafetensorsContents
{
    /// <summary>The tensors by their names.</summary>
    public required IReadOnlyDictionary<string, Tensor> Tensors { get; init; }

    /// <summary>The words kept with them; empty where there are none.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Takes both.</summary>
    public void Deconstruct(out IReadOnlyDictionary<string, Tensor> tensors, out IReadOnlyDictionary<string, string> metadata) =>
        (tensors, metadata) = (Tensors, Metadata);
}
