using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Surprisal.Bench.Results;

namespace Surprisal.Bench;

/// <summary>
/// Rows of the table, measured in a process with rivals of its own: one row alone, or all of them, one after the other, as in a program
/// that has run for long, where what the rows before left to a collector or to PyTorch's allocator is the next one's.
/// </summary>
internal static class Row
{
    public const string Command = "row";

    /// <summary>The other end of <see cref="Measure"/>: answers with a line a row.</summary>
    public static void Answer(string[] args)
    {
        List<Rival> torches = [];
        Rival? narrow = null;
        try
        {
            if (args[2].Length > 0)
                foreach (var tuned in new[] { false, true }) torches.Add(Rival.PyTorch(args[2], tuned));
            narrow = Rival.Narrow();
            var comparison = new Comparison(
                torches, narrow, int.Parse(args[0], CultureInfo.InvariantCulture), double.Parse(args[1], CultureInfo.InvariantCulture));
            foreach (var name in args[3..])
            {
                var target = Target.Named(name);
                Console.WriteLine(JsonSerializer.Serialize(comparison.Run(Rival.IsWithoutAvx512 ? target.WithoutAvx512 : target)));
            }
        }
        finally
        {
            torches.ForEach(static torch => torch.Dispose());
            narrow?.Dispose();
        }
    }

    /// <summary>The rows in one process, in this order, beside PyTorch where there is one.</summary>
    public static List<Figure> Measure(IReadOnlyList<Target> targets, LibTorchProgram? torch, int rounds, double secondsPerRound)
    {
        var invariant = CultureInfo.InvariantCulture;
        string[] arguments = [typeof(Row).Assembly.Location, Command, rounds.ToString(invariant), secondsPerRound.ToString(invariant),
            torch?.Path ?? "", .. targets.Select(static target => target.Work.Name)];
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        List<Figure> figures = [];
        while (process.StandardOutput.ReadLine() is { } line)
        {
            figures.Add(JsonSerializer.Deserialize<Figure>(line) ?? throw new InvalidDataException($"{line} is no row."));
            Console.Error.WriteLine(figures[^1].Work);
        }
        process.WaitForExit();
        return process.ExitCode == 0
            ? figures
            : throw new InvalidOperationException(
                $"{targets[figures.Count].Work.Name}: the process that measures it ended with {process.ExitCode}; " +
                "its own words are above.");
    }
}
