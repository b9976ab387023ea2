using System.Text.Json;
using System.Text.Json.Nodes;

namespace Surprisal.Bench.Cuda;

/// <summary>Every step in a process of its own, so that none ends another, and one file with what all of them found.</summary>
internal static class GpuRun
{
    /// <summary>The whole run stays below five minutes: what does not begin before then is left out, and said to be.</summary>
    private const int Seconds = 280;

    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true };

    public static int Usage()
    {
        Console.Error.WriteLine("usage: Surprisal.Bench.Cuda [FILE.json]");
        return 2;
    }

    /// <returns>0; 1 where a step failed; 77 where there is no driver.</returns>
    public static int Run(string file)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var results = new JsonObject { ["date"] = DateTime.UtcNow.ToString("u") };
        var failed = false;
        foreach (var step in GpuStep.All.Where(static step => step.Name != GpuStep.Tiny))
        {
            var left = Seconds - (int)clock.Elapsed.TotalSeconds;
            var (code, output, said) = left < 5
                ? (1, "", "no time was left")
                : ChildProcess.Run(Environment.ProcessPath!, [GpuStep.Command, step.Name], Math.Min(step.Seconds, left));
            if (code == GpuStep.Skipped)
            {
                Console.WriteLine($"skipped: {said}");
                return GpuStep.Skipped;
            }
            var found = Parse(output) ?? new JsonObject { ["error"] = $"ended with {code}: {said}" };
            if (said.Length > 0) found["said"] = said;
            var problem = found["error"] ?? found["failed"];
            failed |= problem is not null;
            results[step.Name] = found;
            Save(file, results); // after each: the next may be the last
            var summary = found["summary"]?.ToString() ?? found["skipped"]?.ToString() ?? "";
            Console.WriteLine($"{(problem is null ? "ok" : "FAILED"),-6} {step.Name,-40} {summary}{First(problem)}");
        }
        results["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 1);
        Save(file, results);
        Console.WriteLine($"{(failed ? "FAILED" : "ok")}: {file}");
        return failed ? 1 : 0;
    }

    private static JsonObject? Parse(string output)
    {
        try
        {
            return JsonNode.Parse(output.TrimEnd().Split('\n')[^1]) as JsonObject;
        }
        catch (JsonException)
        {
            return null; // it ended before it could say anything
        }
    }

    private static string First(JsonNode? problem) => problem?.ToString().Split('\n')[0] ?? "";

    private static void Save(string file, JsonObject results)
    {
        File.WriteAllText(file + ".part", results.ToJsonString(indented) + "\n");
        File.Move(file + ".part", file, overwrite: true);
    }
}
