using System.Text.Json;
using System.Text.Json.Nodes;

namespace Surprisal.Bench.Cuda;

/// <summary>Every step in a process of its own, so that none ends another, and one file with what all of them found.</summary>
internal static class GpuRun
{
    /// <summary>The whole run stays below five minutes: what does not begin before then is left out, and said to be.</summary>
    private const int Seconds = 280;

    /// <summary>How many texts are compiled at once, each with a context of its own.</summary>
    private const int AtOnce = 8;

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
        var all = GpuStep.All.Where(static step => step.Name != GpuStep.Tiny);
        foreach (var batch in all.GroupBy(static step => step.IsShared ? "" : step.Name))
        {
            GpuStep[] steps = [.. batch];
            var found = new JsonObject[steps.Length];
            Parallel.For(0, steps.Length, new() { MaxDegreeOfParallelism = AtOnce },
                i => found[i] = Find(steps[i], Seconds - (int)clock.Elapsed.TotalSeconds));
            for (var i = 0; i < steps.Length; i++)
            {
                if (results.Count == 1 && found[i]["code"] is { } code && (int)code == GpuStep.Skipped)
                {
                    Console.WriteLine($"skipped: {found[i]["said"]}");
                    return GpuStep.Skipped;
                }
                var problem = found[i]["error"] ?? found[i]["failed"];
                failed |= problem is not null;
                results[steps[i].Name] = found[i];
                var summary = found[i]["summary"]?.ToString() ?? found[i]["skipped"]?.ToString() ?? "";
                Console.WriteLine($"{(problem is null ? "ok" : "FAILED"),-6} {steps[i].Name,-30} {summary} {First(problem)}");
            }
            Save(file, results); // after each: the next may be the last
        }
        results["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 1);
        Save(file, results);
        Console.WriteLine($"{(failed ? "FAILED" : "ok")}: {file}");
        return failed ? 1 : 0;
    }

    /// <summary>Runs a step in a process of its own; what it cannot say itself is said for it.</summary>
    private static JsonObject Find(GpuStep step, int left)
    {
        if (left < 5) return new() { ["error"] = "no time was left" };
        var (code, output, said) = ChildProcess.Run(Environment.ProcessPath!, [GpuStep.Command, step.Name], Math.Min(step.Seconds, left));
        var found = Parse(output) ?? [];
        if (code == 0) return found;
        found["code"] = code;
        if (said.Length > 0) found["said"] = said;
        if (found["error"] is null && found["failed"] is null) found["error"] = $"ended with {code}: {said}";
        return found;
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
