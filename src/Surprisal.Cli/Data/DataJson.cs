using System.Text.Json;
using Surprisal.Cli.Models;
using Surprisal.Training;

namespace Surprisal.Cli.Data;

/// <summary>A description as JSON.</summary>
internal static class DataJson
{
    public static string Format(DataDescription data) => JsonText.Object(json =>
    {
        json.WriteString("source", data.Source);
        json.WriteString("counted", data.Task == ModelTask.Pixels ? "pixels" : "samples");
        json.WriteStartArray("sampleShape");
        foreach (var size in data.Parts[0].SampleShape) json.WriteNumberValue(size);
        json.WriteEndArray();
        json.WriteStartArray("classes");
        foreach (var (index, name) in data.Classes.Index())
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            foreach (var (part, counts) in DataDescription.PartNames.Zip(data.Counts)) json.WriteNumber(part, counts[index]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("samples");
        foreach (var (part, samples) in DataDescription.PartNames.Zip(data.Parts)) json.WriteNumber(part, samples.Count);
        json.WriteEndObject();
        if (data.Columns is { } columns) Write(json, columns);
        if (data.Sizes is var (smallest, largest))
        {
            Write(json, "smallest", smallest);
            Write(json, "largest", largest);
        }
        json.WriteNumber("copies", data.Copies.Count);
        Write(json, "copiesAcrossParts", data, data.Copies.Across);
        Write(json, "copiesOfSeveralLabels", data, data.Copies.Groups.Where(data.IsContradiction));
        json.WriteStartArray("unreadable");
        foreach (var file in data.Unreadable)
        {
            json.WriteStartObject();
            json.WriteString("path", file.Path);
            json.WriteString("reason", file.Reason);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("notes");
        foreach (var note in data.Notes) json.WriteStringValue(note);
        json.WriteEndArray();
    }, indented: true);

    private static void Write(Utf8JsonWriter json, IReadOnlyList<TableInput> columns)
    {
        json.WriteStartArray("columns");
        foreach (var column in columns)
        {
            json.WriteStartObject();
            json.WriteString("name", column.Name);
            if (column.Texts is null)
            {
                json.WriteNumber("mean", column.Mean);
                json.WriteNumber("deviation", column.Deviation);
            }
            else
            {
                json.WriteStartArray("texts");
                foreach (var text in column.Texts) json.WriteStringValue(text);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, LoadedImage image)
    {
        json.WriteStartObject(name);
        json.WriteString("path", image.Path);
        json.WriteNumber("width", image.Width);
        json.WriteNumber("height", image.Height);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, DataDescription data, IEnumerable<IReadOnlyList<SamplePlace>> groups)
    {
        json.WriteStartArray(name);
        foreach (var group in groups)
        {
            json.WriteStartArray();
            foreach (var place in group)
            {
                json.WriteStartObject();
                json.WriteString("part", DataDescription.PartNames[place.Part]);
                json.WriteNumber("index", place.Index);
                if (data.Parts[place.Part].Source(place.Index) is { } source) json.WriteString("file", source.Name);
                json.WriteString("class", data.ClassOf(place));
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }
}
