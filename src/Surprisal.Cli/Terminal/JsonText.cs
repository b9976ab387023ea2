using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Surprisal.Cli;

/// <summary>JSON as it is written everywhere: letters of all languages as they are, lines that end with LF.</summary>
internal static class JsonText
{
    /// <param name="write">Writes one value.</param>
    /// <param name="indented">Whether it takes several lines.</param>
    public static string Of(Action<Utf8JsonWriter> write, bool indented = false)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory,
            new() { Indented = indented, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            write(json);
        return Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length);
    }

    /// <summary>An object with what is written between its braces.</summary>
    /// <inheritdoc cref="Of"/>
    public static string Object(Action<Utf8JsonWriter> write, bool indented = false) => Of(json =>
    {
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    }, indented);

    /// <summary>A value of a type that is known at compile time.</summary>
    public static string Serialize<T>(T value, JsonTypeInfo<T> type) =>
        Of(json => JsonSerializer.Serialize(json, value, type), type.Options.WriteIndented);
}
