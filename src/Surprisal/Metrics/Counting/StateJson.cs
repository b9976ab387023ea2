using System.Globalization;
using System.Text.Json;

namespace Surprisal.Metrics;

/// <summary>
/// Numbers of a state as JSON: integers above 2^53 as text, for readers that know doubles only; what is not finite by name.
/// </summary>
internal static class StateJson
{
    public const int Version = 1;

    private const long Largest = 1L << 53;

    public static void WriteInteger(this Utf8JsonWriter json, long value)
    {
        if (value is >= -Largest and <= Largest) json.WriteNumberValue(value);
        else json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    public static long ReadInteger(this JsonElement json) => json.ValueKind == JsonValueKind.String
        ? long.Parse(json.GetString()!, CultureInfo.InvariantCulture)
        : json.GetInt64();

    public static void WriteDouble(this Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    public static double ReadDouble(this JsonElement json) => json.ValueKind == JsonValueKind.String
        ? double.Parse(json.GetString()!, CultureInfo.InvariantCulture)
        : json.GetDouble();

    /// <summary>Refuses what is no state of that kind and version, or was written with other options.</summary>
    public static void CheckHeader(JsonElement json, string kind, MetricOptions options)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("surprisal", out var found) || found.GetString() != kind)
            throw new FormatException($"json is no state of {kind}: surprisal is not \"{kind}\".");
        if (json.GetProperty("version").GetInt32() is var version && version != Version)
            throw new FormatException($"json is of version {version}; this library reads version {Version}.");
        if (json.GetProperty("options").GetString() is var written && written != options.ToString())
            throw new ArgumentException($"options are {options}, but the state was written with {written}.", nameof(options));
    }
}
