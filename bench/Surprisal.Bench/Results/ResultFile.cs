using System.Text.Json;
using Surprisal.Cli.Bench;

namespace Surprisal.Bench.Results;

/// <summary>The files of bench/results: JSON, named after the machine.</summary>
internal static class ResultFile
{
    private static readonly JsonSerializerOptions options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        IndentSize = 2,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    };

    /// <summary>One file for a class of machines: the processor, how many cores, and what was different.</summary>
    public static string Path(Machine machine, string difference) =>
        $"bench/results/{string.Join('-', Words(machine.Processor))}-{machine.Cores}-cores{difference}.json";

    public static T Read<T>(string json) =>
        JsonSerializer.Deserialize<T>(json, options) ?? throw new InvalidDataException("the file of results is empty.");

    public static string Format<T>(T results) => JsonSerializer.Serialize(results, options) + "\n";

    /// <summary>Four digits: the machine gives no more.</summary>
    public static double Rounded(double value) => double.Parse(value.ToString("G4"));

    private static string[] Words(string processor) =>
        processor.ToLowerInvariant().Split([' ', '(', ')', '@', '/', ',', '.', '_'], StringSplitOptions.RemoveEmptyEntries);
}
