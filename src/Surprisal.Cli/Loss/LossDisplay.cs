using System.Globalization;
using System.Text.Json;

namespace Surprisal.Cli.Loss;

/// <summary>What the command says of a result.</summary>
internal static class LossDisplay
{
    private const string OverNothing = "the mean is over nothing: there is no sample, every one is ignored, or every weight is 0";
    private const string NotReduced = "the losses are not reduced; --out writes them";

    /// <summary>loss 1.8338123456789012 nats, divisor 3; with 17 digits, which give back the very number.</summary>
    public static string Line(LossTask task, LossResult result) => string.Create(CultureInfo.InvariantCulture,
        $"{(IsReduced(task) ? "loss" : "sum")} {result.Value:G17}{(task.Entry.Unit is { } unit ? " " + unit : "")}, " +
        $"divisor {result.Divisor:G17}");

    /// <summary>
    /// One object in one line. What is undefined is null with the reason beside; numbers that are not finite, which JSON lacks, are the
    /// words NaN, Infinity and -Infinity.
    /// </summary>
    public static string Json(LossTask task, StoredArray logits, LossResult result) => JsonText.Object(json =>
    {
        json.WriteString("name", task.Entry.Name);
        json.WriteString("options", task.Loss.ToString());
        var reason = !IsReduced(task) ? NotReduced : IsUndefined(task.Loss, result) ? OverNothing : null;
        if (reason is null) Write(json, "loss", result.Value);
        else
        {
            json.WriteNull("loss");
            json.WriteString("reason", reason);
        }
        json.WriteString("unit", task.Entry.Unit);
        Write(json, "sum", result.Sum);
        Write(json, "divisor", result.Divisor);
        json.WriteString("type", logits.Type.Name);
        json.WriteStartArray("shape");
        foreach (var size in logits.Shape) json.WriteNumberValue(size);
        json.WriteEndArray();
    });

    private static bool IsReduced(LossTask task) => task.Loss.Reduction != Reduction.None;

    private static bool IsUndefined(Surprisal.Loss loss, LossResult result) =>
        loss.Reduction is Reduction.Mean or Reduction.BatchMean && loss.Normalizer is null
        && result.Divisor == 0 && double.IsNaN(result.Value);

    private static void Write(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
    }
}
