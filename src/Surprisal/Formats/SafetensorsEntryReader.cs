using System.Text.Json;

namespace Surprisal;

/// <summary>One tensor's line of a safetensors header, read with suspicion.</summary>
internal static class SafetensorsEntryReader
{
    /// <exception cref="InvalidDataException">The line is not a whole and consistent description of a tensor.</exception>
    public static SafetensorsHeader.Entry Read(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object) throw Wrong(name, "is not described by dtype, shape and data_offsets");
        var (dtype, sizes, offsets) = Fields(name, value);
        var type = Type(name, dtype);
        var shape = Shape(name, sizes);
        var (start, end) = Offsets(name, offsets);
        var bytes = StoredShape.Bytes(shape, type.Bits)
            ?? throw Wrong(name, $"has shape {StoredShape.Format(shape)}, " + (StoredShape.Length(shape) is null || type.Bits % 8 == 0
                ? "more than any file holds" : $"which is no whole number of bytes of {type.Code}"));
        if (end - start != bytes)
            throw Wrong(name, $"has data_offsets [{start}, {end}], {end - start} bytes, " +
                $"but {type.Code} of shape {StoredShape.Format(shape)} takes {bytes}");
        return new SafetensorsHeader.Entry(name, type, shape, start, end);
    }

    private static (JsonElement Dtype, JsonElement Shape, JsonElement Offsets) Fields(string name, JsonElement value)
    {
        JsonElement? dtype = null, shape = null, offsets = null;
        foreach (var property in value.EnumerateObject())
        {
            ref var field = ref dtype;
            if (property.NameEquals("shape"u8)) field = ref shape;
            else if (property.NameEquals("data_offsets"u8)) field = ref offsets;
            else if (!property.NameEquals("dtype"u8)) continue;
            if (field is not null) throw Wrong(name, $"has {property.Name} twice");
            field = property.Value;
        }
        return (dtype ?? throw Wrong(name, "has no dtype"), shape ?? throw Wrong(name, "has no shape"),
            offsets ?? throw Wrong(name, "has no data_offsets"));
    }

    private static StoredType Type(string name, JsonElement dtype) =>
        StoredType.All.FirstOrDefault(type => dtype.ValueKind == JsonValueKind.String && dtype.ValueEquals(type.Code))
        ?? throw Wrong(name,
            $"has dtype {Raw(dtype)}, which is not one of {string.Join(", ", StoredType.All.Select(static type => type.Code))}");

    private static long[] Shape(string name, JsonElement sizes)
    {
        if (sizes.ValueKind != JsonValueKind.Array) throw Wrong(name, $"has shape {Raw(sizes)}, which is not a list of sizes");
        var shape = new long[sizes.GetArrayLength()];
        for (var i = 0; i < shape.Length; i++)
            if (sizes[i].ValueKind != JsonValueKind.Number || !sizes[i].TryGetInt64(out shape[i]) || shape[i] < 0)
                throw Wrong(name, $"has shape {Raw(sizes)}; every size is a whole number from 0 to {long.MaxValue}");
        return shape;
    }

    private static (long Start, long End) Offsets(string name, JsonElement offsets)
    {
        if (offsets.ValueKind == JsonValueKind.Array && offsets.GetArrayLength() == 2
            && offsets[0].ValueKind == JsonValueKind.Number && offsets[0].TryGetInt64(out var start)
            && offsets[1].ValueKind == JsonValueKind.Number && offsets[1].TryGetInt64(out var end)
            && start >= 0 && end >= start)
            return (start, end);
        throw Wrong(name, $"has data_offsets {Raw(offsets)}; they must be [start, end], whole numbers with 0 <= start <= end");
    }

    /// <summary>What stands there, shortened: a damaged file may have megabytes of it.</summary>
    private static string Raw(JsonElement value) => value.GetRawText() is { Length: > 60 } text ? text[..60] + "..." : value.GetRawText();

    private static InvalidDataException Wrong(string name, string reason) => new($"tensor \"{name}\" {reason}.");
}
