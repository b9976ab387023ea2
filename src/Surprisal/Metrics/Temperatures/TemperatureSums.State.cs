using System.Text.Json;

namespace Surprisal.Metrics;

public sealed partial class TemperatureSums
{
    /// <summary>Writes the sums, from which <see cref="Read"/> makes such that go on and merge. The same rows give the same text, however
    /// they were cut.</summary>
    /// <param name="json">Receives one object.</param>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("surprisal", Kind);
        json.WriteNumber("version", StateJson.Version);
        json.WriteNumber("classes", classes);
        json.WriteBoolean("isFlat", isFlat);
        json.WriteBoolean("areLargest", areLargest);
        json.WriteBoolean("any", any);
        json.WritePropertyName("sums");
        sums.Write(json);
        json.WriteEndObject();
    }

    /// <summary>Sums that <see cref="Write"/> wrote.</summary>
    /// <param name="json">The object that was written.</param>
    /// <param name="ignoreIndex">The target of rows that are left out, of those that will be added. Default -100.</param>
    /// <exception cref="FormatException">No such sums, or of another version.</exception>
    public static TemperatureSums Read(JsonElement json, long ignoreIndex = -100)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("surprisal", out var found) || found.GetString() != Kind)
            throw new FormatException($"json is no state of {Kind}: surprisal is not \"{Kind}\".");
        if (json.GetProperty("version").GetInt32() is var version && version != StateJson.Version)
            throw new FormatException($"json is of version {version}; this library reads version {StateJson.Version}.");
        var read = new TemperatureSums(json.GetProperty("classes").GetInt32(), ignoreIndex)
        {
            isFlat = json.GetProperty("isFlat").GetBoolean(), areLargest = json.GetProperty("areLargest").GetBoolean(),
            any = json.GetProperty("any").GetBoolean(),
        };
        read.sums.Read(json.GetProperty("sums"));
        return read;
    }
}
