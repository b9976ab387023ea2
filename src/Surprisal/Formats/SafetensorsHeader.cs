using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Surprisal;

/// <summary>The JSON at the front of a safetensors file: what lies where, and nothing that lies anywhere else.</summary>
internal static class SafetensorsHeader
{
    /// <summary>The longest header that the reference implementation accepts.</summary>
    public const int MaxBytes = 100_000_000;

    public const string MetadataName = "__metadata__";
    private const int Alignment = 8;

    /// <summary>One tensor: the bytes [Start, End) after the header.</summary>
    public sealed record Entry(string Name, StoredType Type, long[] Shape, long Start, long End)
    {
        /// <summary>The shape of a tensor.</summary>
        /// <exception cref="InvalidDataException">It is more than a tensor holds.</exception>
        public int[] TensorShape() => StoredShape.Length(Shape) <= Array.MaxLength && Shape.All(static size => size <= int.MaxValue)
            ? [.. Shape.Select(static size => (int)size)]
            : throw new InvalidDataException(
                $"tensor \"{Name}\" has shape {StoredShape.Format(Shape)}, more than the {Array.MaxLength} elements that a tensor holds.");
    }

    /// <summary>Where each tensor goes: without holes, larger elements first so that each is aligned, then by the name's bytes.</summary>
    public static List<Entry> Layout(IReadOnlyDictionary<string, Tensor> tensors)
    {
        var sorted = tensors.Select(pair =>
            (pair.Key, pair.Value, Index: ElementIndex(pair.Key, pair.Value), Name: Encoding.UTF8.GetBytes(pair.Key))).ToList();
        sorted.Sort(static (a, b) => a.Index != b.Index ? a.Index.CompareTo(b.Index) : a.Name.AsSpan().SequenceCompareTo(b.Name));
        var entries = new List<Entry>();
        var start = 0L;
        foreach (var (name, tensor, index, _) in sorted)
        {
            var element = SafetensorsElement.All[index];
            entries.Add(new Entry(name, element.Type, [.. tensor.Shape.Sizes], start, start += (long)tensor.Length * element.Type.Bytes));
        }
        return entries;
    }

    /// <summary>The header's bytes, filled with blanks so that the numbers after it are aligned.</summary>
    public static byte[] Format(IReadOnlyList<Entry> entries, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 }) WriteMetadata(json, metadata);
            foreach (var entry in entries) WriteEntry(json, entry);
            json.WriteEndObject();
        }
        while (buffer.WrittenCount % Alignment != 0) buffer.Write(" "u8);
        if (buffer.WrittenCount > MaxBytes)
            throw new ArgumentException(
                $"the names and the metadata take {buffer.WrittenCount} bytes; a safetensors file holds at most {MaxBytes} of them.");
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The tensors in the order of their bytes, and the metadata; the stream is then at the first of those bytes.</summary>
    /// <param name="stream">At the beginning of the file.</param>
    /// <param name="available">How many bytes are there from there on.</param>
    /// <exception cref="InvalidDataException">Anything is not as it must be; the message is the reason alone.</exception>
    public static (List<Entry> Entries, Dictionary<string, string> Metadata) Parse(Stream stream, long available)
    {
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        if (available < prefix.Length)
            throw new InvalidDataException($"it has {available} bytes, but the length of the header alone takes {prefix.Length}.");
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxBytes) throw new InvalidDataException($"its header claims {length} bytes; at most {MaxBytes} are allowed.");
        available -= prefix.Length;
        if (length > (ulong)available)
            throw new InvalidDataException($"its header claims {length} bytes, but only {available} follow; the file is truncated.");
        try
        {
            var (entries, metadata) = new SafetensorsHeaderReader(stream, (int)length).Read();
            entries.Sort(static (a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : a.End.CompareTo(b.End));
            CheckCover(entries, available - (long)length);
            return (entries, metadata);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name or a string that is not valid UTF-8 or UTF-16.
            throw new InvalidDataException($"its header is not valid JSON: {error.Message}", error);
        }
    }

    /// <summary>Every byte after the header must belong to exactly one tensor.</summary>
    private static void CheckCover(List<Entry> entries, long dataBytes)
    {
        var end = 0L;
        foreach (var entry in entries)
        {
            if (entry.Start != end)
                throw new InvalidDataException(
                    $"tensor \"{entry.Name}\" begins at byte {entry.Start}, but the tensor before it ends at {end}: " +
                    (entry.Start < end ? "they overlap." : "there is a hole."));
            end = entry.End;
        }
        if (end > dataBytes)
            throw new InvalidDataException($"its tensors take {end} bytes, but only {dataBytes} follow the header; the file is truncated.");
        if (end < dataBytes)
            throw new InvalidDataException($"its tensors take {end} bytes, but {dataBytes} follow the header; the rest belongs to none.");
    }

    /// <summary>The place of the tensor's element type in <see cref="SafetensorsElement.All"/>, and so of its bytes in the file.</summary>
    private static int ElementIndex(string name, Tensor tensor)
    {
        if (name == MetadataName)
            throw new ArgumentException($"a tensor cannot be named {MetadataName}: the format keeps that name for the metadata.",
                nameof(name));
        for (var index = 0; index < SafetensorsElement.All.Count; index++)
            if (SafetensorsElement.All[index].Holds(tensor))
                return index;
        throw new ArgumentException($"tensor \"{name}\" holds {tensor.ElementName}, which a safetensors file here cannot.", nameof(tensor));
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(MetadataName);
        foreach (var (key, value) in metadata.OrderBy(static pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, Entry entry)
    {
        json.WriteStartObject(entry.Name);
        json.WriteString("dtype", entry.Type.Code);
        json.WriteStartArray("shape");
        foreach (var size in entry.Shape) json.WriteNumberValue(size);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(entry.Start);
        json.WriteNumberValue(entry.End);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
