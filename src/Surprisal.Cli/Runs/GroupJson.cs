using System.Text;
using System.Text.Json;

namespace Surprisal.Cli.Runs;

/// <summary>The results of a group as one line of JSON.</summary>
internal static class GroupJson
{
    public static string Format(RunSummary group)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteString("event", "group");
            json.WriteString("kind", group.Options.GroupKind());
            json.WriteStartArray("runs");
            foreach (var run in group.Runs)
            {
                json.WriteStartObject();
                json.WriteString("run", run.Name);
                json.WriteResult("accuracy", run.Tested?.Accuracy ?? double.NaN);
                json.WriteResult("loss", run.Tested?.Loss ?? double.NaN);
                json.WriteResult("macro_f1", run.Tested?.MacroF1 ?? double.NaN);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            foreach (var (name, values) in GroupTable.Figures(group))
            {
                var spread = Spread.Of([.. values]);
                json.WriteStartObject(name.Replace(' ', '_').ToLowerInvariant());
                json.WriteResult("mean", spread.Mean);
                json.WriteResult("deviation", spread.Deviation);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(memory.ToArray());
    }
}
