namespace Surprisal;

/// <summary>The type of an array as NumPy describes it: a byte order, a letter, and a size in bytes, as &lt;f4.</summary>
internal static class NpyDescription
{
    private static readonly (string Code, StoredType Type)[] types =
    [
        ("f2", StoredType.Float16), ("f4", StoredType.Float32), ("f8", StoredType.Float64),
        ("i1", StoredType.Int8), ("i2", StoredType.Int16), ("i4", StoredType.Int32), ("i8", StoredType.Int64),
        ("u1", StoredType.UInt8), ("u2", StoredType.UInt16), ("u4", StoredType.UInt32), ("u8", StoredType.UInt64),
        ("b1", StoredType.Boolean),
    ];

    /// <summary>The description that a writer gives; null for types that the format lacks.</summary>
    public static string? Format(StoredType type) =>
        types.FirstOrDefault(pair => pair.Type == type) is { Code: { } code } ? (type.Bytes == 1 ? "|" : "<") + code : null;

    /// <summary>The type, and whether its numbers are big-endian. Without a mark, or as the writer's own order, they are
    /// little-endian.</summary>
    /// <exception cref="InvalidDataException">It is none of those that are read; the message says what it is.</exception>
    public static (StoredType Type, bool IsSwapped) Parse(string description, string name)
    {
        var code = description is ['<' or '>' or '=' or '|', ..] ? description[1..] : description;
        foreach (var (known, type) in types)
            if (code == known) return (type, description[0] == '>' && type.Bytes > 1);
        throw new InvalidDataException(
            $"{name} holds {Kind(code)}, descr '{Shortened(description)}'; float16, float32, float64, integers or bool " +
            $"were expected.{Advice(code)}");
    }

    private static string Kind(string code) => code switch
    {
        "V2" or "V1" or "f1" => "what may be bfloat16 or numbers of 8 bits, which the format cannot name",
        "f12" or "f16" => "long doubles",
        ['O', ..] => "objects of Python (a pickle)",
        ['S' or 'a', ..] => "byte strings",
        ['U', ..] => "text",
        ['V', ..] => "raw bytes (void)",
        ['M', ..] => "dates",
        ['m', ..] => "lengths of time",
        ['c', ..] => "complex numbers",
        _ => "an unknown type",
    };

    private static string Advice(string code) => code is "V2" or "V1" or "f1" ? " Save it as float32, or in a safetensors file." : "";

    private static string Shortened(string text) => text.Length > 20 ? text[..20] + "..." : text;
}
