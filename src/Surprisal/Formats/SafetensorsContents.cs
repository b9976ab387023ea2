namespace Surprisal;

/// <summary>What a safetensors file holds; <c>var (tensors, metadata) = Safetensors.Read(path);</c> takes it apart.</summary>
public sealed record SafetensorsContents
{
    /// <summary>The tensors by their names.</summary>
    public required IReadOnlyDictionary<string, Tensor> Tensors { get; init; }

    /// <summary>The words kept with them; empty where there are none.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>One line: 2 tensors: weight [3, 2], bias [3]; metadata: format.</summary>
    public override string ToString() =>
        $"{Tensors.Count} tensors{List(Tensors.Select(static one => $"{one.Key} {one.Value.Shape}"))}; metadata{List(Metadata.Keys)}";

    private static string List(IEnumerable<string> names) => names.Any() ? $": {string.Join(", ", names)}" : " none";

    /// <summary>Takes both.</summary>
    /// <param name="tensors">Receives <see cref="Tensors"/>.</param>
    /// <param name="metadata">Receives <see cref="Metadata"/>.</param>
    public void Deconstruct(out IReadOnlyDictionary<string, Tensor> tensors, out IReadOnlyDictionary<string, string> metadata) =>
        (tensors, metadata) = (Tensors, Metadata);
}
