using System.Collections.Concurrent;
using System.Diagnostics;
using Surprisal.Tests.Architecture;

namespace Surprisal.Tests.Samples;

/// <summary>Every sample, run once as its readers run it: <c>dotnet run samples/NAME.cs</c> in the checkout, two at once.</summary>
public sealed class SampleRuns : IAsyncLifetime
{
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, (int Exit, string Output, string Errors)> runs = new(StringComparer.Ordinal);

    public static IReadOnlyList<string> Names { get; } = [.. Repository.Files("samples", ".cs").Select(static path => path["samples/".Length..^".cs".Length])];

    public (int Exit, string Output, string Errors) this[string name] => runs[name];

    public async ValueTask InitializeAsync()
    {
        // The first one alone: it builds the library where that build is old or missing, and two would write the same files.
        await Keep(Names[0]);
        await Parallel.ForEachAsync(Names.Skip(1), new ParallelOptions { MaxDegreeOfParallelism = 2 }, (name, _) => Keep(name));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask Keep(string name) => runs[name] = await Run(name);

    private static async Task<(int Exit, string Output, string Errors)> Run(string name)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false
        };
        start.ArgumentList.Add("run");
        start.ArgumentList.Add($"samples/{name}.cs");
        start.Environment["DOTNET_NOLOGO"] = "1";
        // A server that the build leaves behind would hold the streams open long after the sample has ended.
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await Task.WhenAll(output, errors, process.WaitForExitAsync()).WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            return (-1, "", $"samples/{name}.cs has not ended after {patience}.");
        }
        return (process.ExitCode, (await output).ReplaceLineEndings("\n"), await errors);
    }
}
