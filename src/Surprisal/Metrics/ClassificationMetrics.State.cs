using System.Text.Json;

namespace Surprisal.Metrics;

public sealed partial class ClassificationMetrics
{
    /// <summary>
    /// Writes the state, from which <see cref="Read"/> makes metrics that go on and merge: integers above 2^53 and exact sums as strings.
    /// The same rows give the same text, however they were cut.
    /// </summary>
    /// <param name="json">Receives one object.</param>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("surprisal", "classification metrics");
        json.WriteNumber("version", StateJson.Version);
        json.WriteNumber("classes", Options.Classes);
        json.WriteString("scores", Options.Scores.ToString());
        json.WriteNumber("bins", Options.Bins);
        json.WritePropertyName("seed");
        json.WriteInteger(Options.Seed);
        json.WriteString("options", Options.ToString());
        json.WritePropertyName("nextRow");
        json.WriteInteger(NextRow);
        State.Write(json);
        json.WriteEndObject();
    }

    /// <summary>Metrics with the state that <see cref="Write"/> wrote.</summary>
    /// <param name="json">The object that was written.</param>
    /// <param name="options">The options that it was written with.</param>
    /// <exception cref="ArgumentException">Options that do not fit each other, or others than were written.</exception>
    /// <exception cref="FormatException">No state of such metrics, or one of another version.</exception>
    public static ClassificationMetrics Read(JsonElement json, MetricOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        StateJson.CheckHeader(json, "classification metrics", options);
        var metrics = new ClassificationMetrics(options) { NextRow = json.GetProperty("nextRow").ReadInteger() };
        metrics.state.Read(json);
        return metrics;
    }
}
