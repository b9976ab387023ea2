using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Surprisal.Bench.Results;

namespace Surprisal.Bench;

/// <summary>
/// A row of the table, measured in a process of its own with rivals of its own: what the rows before it left to a collector or to PyTorch's
/// allocator is not this one's.
/// </summary>
internal static class Row
{
    public const string Command = "row";

    /// <summary>The other end of <see cref="Measure"/>: answers with a line.</summary>
    public static void Answer(string[] args)
    {
        var target = Target.All.Single(target => target.Work.Name == args[0]);
        List<Rival> torches = [];
        Rival? narrow = null;
        try
        {
            if (args is [_, _, _, var path])
                foreach (var tuned in new[] { false, true }) torches.Add(Rival.PyTorch(path, tuned));
            narrow = Rival.Narrow();
            var comparison = new Comparison(
                torches, narrow, int.Parse(args[1], CultureInfo.InvariantCulture), double.Parse(args[2], CultureInfo.InvariantCulture));
            Console.WriteLine(JsonSerializer.Serialize(comparison.Run(target)));
        }
        finally
        {
            torches.ForEach(static torch => torch.Dispose());
            narrow?.Dispose();
        }
    }

    /// <summary>The row, beside PyTorch where there is one.</summary>
    public static Figure Measure(Target target, LibTorchProgram? torch, int rounds, double secondsPerRound)
    {
        string[] arguments = [typeof(Row).Assembly.Location, Command, target.Work.Name, rounds.ToString(CultureInfo.InvariantCulture),
            secondsPerRound.ToString(CultureInfo.InvariantCulture), .. torch is null ? Array.Empty<string>() : [torch.Path]];
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException(
                $"{target.Work.Name}: the process that measures it ended with {process.ExitCode}; its own words are above.");
        return JsonSerializer.Deserialize<Figure>(answer) ?? throw new InvalidDataException($"{target.Work.Name}: no answer.");
    }
}
