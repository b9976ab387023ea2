namespace Surprisal;

/// <summary>One array in a file of several, as a list of them shows it.</summary>
public sealed record StoredEntry
{
    /// <summary>Its name in the file.</summary>
    public required string Name { get; init; }

    /// <summary>What its numbers are; null where it cannot be opened.</summary>
    public StoredType? Type { get; init; }

    /// <summary>The sizes of its axes; none for a single number, and where it cannot be opened.</summary>
    public IReadOnlyList<long> Shape { get; init; } = [];

    /// <summary>Why it cannot be opened; null where it can.</summary>
    public string? Refusal { get; init; }

    /// <summary>Whether its numbers can be read.</summary>
    public bool IsReadable => Type is { IsReadable: true };

    /// <summary>One line: logits float32 [1000, 10].</summary>
    public override string ToString() => OneLine.Of(Type is null ? $"{Name} (not read)" : $"{Name} {Type} {StoredShape.Format(Shape)}");

    /// <summary>The one array of a file that can be meant, or a refusal that lists them.</summary>
    internal static StoredEntry Only(string path, IReadOnlyList<StoredEntry> entries)
    {
        var readable = entries.Where(static entry => entry.IsReadable).ToList();
        if (readable.Count == 1) return readable[0];
        if (entries.Count == 0) throw new InvalidDataException($"{path} holds no array.");
        if (readable.Count > 1)
            throw new InvalidDataException(
                $"{path} holds {entries.Count} arrays ({List(entries)}); name one of them, as {path}:{OneLine.Of(readable[0].Name)}.");
        throw new InvalidDataException(entries.Count == 1 && entries[0].Refusal is { } reason
            ? reason
            : $"{path} holds no array that is read: {List(entries)}; float64, float32, float16, bfloat16, integers or bool were expected.");
    }

    /// <summary>Names, types and shapes, as many as a line bears.</summary>
    internal static string List(IReadOnlyCollection<StoredEntry> entries) =>
        string.Join(", ", entries.Take(Shown)) + (entries.Count > Shown ? $" and {entries.Count - Shown} more" : "");

    private const int Shown = 20;
}
