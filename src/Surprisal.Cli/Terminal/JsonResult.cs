using System.Text.Json;

namespace Surprisal.Cli;

/// <summary>Results in JSON, which has no words for some numbers.</summary>
internal static class JsonResult
{
    /// <summary>A number; null where it is not defined, "Infinity" or "-Infinity" where it is not finite.</summary>
    public static void WriteResult(this Utf8JsonWriter json, string name, double value)
    {
        if (double.IsNaN(value)) json.WriteNull(name);
        else if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteString(name, value > 0 ? "Infinity" : "-Infinity");
    }
}
