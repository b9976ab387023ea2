using System.Text.Json;

namespace Surprisal;

/// <summary>
/// Reads the header in pieces, one entry at a time, so that 100 MB of it are never a document in memory. What grows with them is what they
/// say: names, shapes and offsets.
/// </summary>
internal sealed class SafetensorsHeaderReader(Stream stream, int length)
{
    // A tensor's entry has about a hundred bytes; what is longer than this is none, and only the metadata may have long strings.
    private const int Piece = 1 << 16, LongestEntry = 1 << 20;

    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly List<SafetensorsHeader.Entry> entries = [];
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);
    private byte[] buffer = new byte[Math.Min(length, Piece)];
    private int filled, left = length;
    private JsonReaderState state;

    /// <exception cref="InvalidDataException">An entry is not as it must be.</exception>
    /// <exception cref="JsonException">The bytes are no JSON.</exception>
    public (List<SafetensorsHeader.Entry> Entries, Dictionary<string, string> Metadata) Read()
    {
        filled = Math.Min(1, left);
        stream.ReadExactly(buffer, 0, filled);
        left -= filled;
        if (filled == 0 || buffer[0] != '{') throw new InvalidDataException("its header does not begin with '{'.");
        Next();
        while (Next() is { Type: JsonTokenType.PropertyName } property)
        {
            var name = property.Text!;
            if (!names.Add(name)) throw new InvalidDataException($"its header has two entries \"{name}\".");
            if (name == SafetensorsHeader.MetadataName) ReadMetadata();
            else entries.Add(ReadEntry(name));
        }
        // Whatever but blanks follows the object is an error of the reader.
        while (left > 0 || filled > 0) SkipBlanks();
        return (entries, metadata);
    }

    private void ReadMetadata()
    {
        var value = Next();
        if (value.Type == JsonTokenType.Null) return;
        if (value.Type != JsonTokenType.StartObject)
            throw new InvalidDataException(
                $"{SafetensorsHeader.MetadataName} is not a map of strings.");
        while (Next() is { Type: JsonTokenType.PropertyName } property)
        {
            if (Next() is not { Type: JsonTokenType.String } text)
                throw new InvalidDataException($"{SafetensorsHeader.MetadataName} has \"{property.Text}\", which is not a string.");
            if (!metadata.TryAdd(property.Text!, text.Text!))
                throw new InvalidDataException($"{SafetensorsHeader.MetadataName} has two entries \"{property.Text}\".");
        }
    }

    private SafetensorsHeader.Entry ReadEntry(string name)
    {
        while (true)
        {
            var reader = Reader();
            if (JsonDocument.TryParseValue(ref reader, out var value))
                using (value)
                {
                    Take(reader);
                    return SafetensorsEntryReader.Read(name, value.RootElement);
                }
            if (filled > LongestEntry)
                throw new InvalidDataException(
                    $"the entry of tensor \"{name}\" takes more than {LongestEntry} bytes.");
            Fill();
        }
    }

    /// <summary>The next token; of a name or a string also its text.</summary>
    private (JsonTokenType Type, string? Text) Next()
    {
        while (true)
        {
            var reader = Reader();
            if (reader.Read())
            {
                var text = reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String ? reader.GetString() : null;
                var type = reader.TokenType;
                Take(reader);
                return (type, text);
            }
            Fill();
        }
    }

    private void SkipBlanks()
    {
        var reader = Reader();
        reader.Read();
        Take(reader);
        Fill();
    }

    private Utf8JsonReader Reader() => new(buffer.AsSpan(0, filled), isFinalBlock: left == 0, state);

    /// <summary>Drops the blanks at a place between tokens, of which a header may have any number.</summary>
    private void DropBlanks(int at)
    {
        var rest = buffer.AsSpan(at, filled - at);
        var kept = rest.TrimStart(" \t\r\n"u8);
        kept.CopyTo(rest);
        filled = at + kept.Length;
    }

    /// <summary>Keeps what the reader has not consumed.</summary>
    private void Take(in Utf8JsonReader reader)
    {
        state = reader.CurrentState;
        var consumed = (int)reader.BytesConsumed;
        buffer.AsSpan(consumed, filled - consumed).CopyTo(buffer);
        filled -= consumed;
    }

    /// <summary>Adds bytes of the header to those that are left, in a larger buffer if they fill this one.</summary>
    private void Fill()
    {
        DropBlanks(0);
        // The reader takes a comma together with what follows it.
        if (filled > 0 && buffer[0] == ',') DropBlanks(1);
        if (filled == buffer.Length && left > 0) Array.Resize(ref buffer, (int)Math.Min(2L * buffer.Length, (long)filled + left));
        var count = Math.Min(buffer.Length - filled, left);
        stream.ReadExactly(buffer, filled, count);
        filled += count;
        left -= count;
    }
}
