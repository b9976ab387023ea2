using System.Text.Json;

namespace Surprisal.Cli.Compare;

/// <summary>A comparison for machines. What is not defined is null; what is not finite is "Infinity" or "-Infinity".</summary>
internal static class CompareJson
{
    public static string Format(Comparison comparison) => JsonText.Object(json =>
    {
        json.WriteString("surprisal", "comparison");
        json.WriteNumber("version", 1);
        json.WriteString("a", comparison.A.Path);
        json.WriteString("b", comparison.B.Path);
        json.WriteNumber("counted", comparison.A.Report.Counted);
        json.WriteStartObject("metrics");
        foreach (var (number, name) in comparison.Numbers.Zip(["logLoss", "accuracy", "brier", "ece"]))
        {
            json.WriteStartObject(name);
            json.WriteResult("a", number.First);
            json.WriteResult("b", number.Second);
            json.WriteResult("difference", number.Difference);
            json.WriteResult("lower", number.Interval.Lower);
            json.WriteResult("upper", number.Interval.Upper);
            json.WriteNumber("undefinedReplicates", number.Interval.Undefined);
            Letter(json, "better", number.Better);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        if (comparison.Rows is { } rows) Write(json, rows);
        else json.WriteNull("mcNemar");
        Letter(json, "betterCalibrated", comparison.Ece.Better);
        json.WriteString("conclusion", comparison.Conclusion);
    }, indented: true);

    private static void Write(Utf8JsonWriter json, RowComparison rows)
    {
        json.WriteStartObject("mcNemar");
        json.WriteNumber("bothRight", rows.BothRight);
        json.WriteNumber("onlyA", rows.OnlyFirst);
        json.WriteNumber("onlyB", rows.OnlySecond);
        json.WriteNumber("neither", rows.Neither);
        json.WriteNumber("p", rows.Test.PValue);
        json.WriteNumber("chiSquared", rows.Test.ChiSquared);
        json.WriteNumber("correctedChiSquared", rows.Test.CorrectedChiSquared);
        json.WriteEndObject();
        json.WriteStartObject("lowerLoss");
        json.WriteNumber("a", rows.LowerLoss.First);
        json.WriteNumber("b", rows.LowerLoss.Second);
        json.WriteEndObject();
        foreach (var (name, largest) in new[] { ("mostForA", rows.Largest.First), ("mostForB", rows.Largest.Second) })
        {
            json.WriteStartArray(name);
            foreach (var row in largest)
            {
                json.WriteStartObject();
                json.WriteNumber("row", row.Row);
                json.WriteResult("a", row.First);
                json.WriteResult("b", row.Second);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
    }

    private static void Letter(Utf8JsonWriter json, string name, int? model)
    {
        if (model is { } which) json.WriteString(name, which == 0 ? "a" : "b");
        else json.WriteNull(name);
    }
}
