using System.Text.Json;

namespace Surprisal.Cli.Runs;

/// <summary>The results of a group as one line of JSON.</summary>
internal static class GroupJson
{
    public static string Format(RunSummary group) => JsonText.Object(json =>
    {
        json.WriteString("event", "group");
        json.WriteString("kind", group.Options.GroupKind());
        json.WriteStartArray("runs");
        foreach (var run in group.Runs)
        {
            json.WriteStartObject();
            json.WriteString("run", run.Name);
            foreach (var figure in GroupTable.Figures(group))
                json.WriteResult(figure.Key, run.Tested is { } tested ? figure.Of(tested) : double.NaN);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        foreach (var figure in GroupTable.Figures(group))
        {
            var spread = figure.Over(group);
            json.WriteStartObject(figure.Key);
            json.WriteResult("mean", spread.Mean);
            json.WriteResult("deviation", spread.Deviation);
            json.WriteEndObject();
        }
    });
}
