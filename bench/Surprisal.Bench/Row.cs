using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Surprisal.Bench.Results;

namespace Surprisal.Bench;

/// <summary>
/// A row of the table, measured in a process of its own with rivals of its own: what the rows before it left to a collector or to PyTorch's
/// allocator is not this one's.
/// </summary>
/// <param name="Figure">The row.</param>
/// <param name="PyTorch">PyTorch's version; null where there is none.</param>
internal sealed record Row(Figure Figure, string? PyTorch)
{
    public const string Command = "row";

    /// <summary>The other end of <see cref="Measure"/>: answers with a line.</summary>
    public static void Answer(string[] args)
    {
        var target = Target.All.Single(target => target.Work.Name == args[0]);
        using var installed = Rival.PyTorch(tuned: false);
        using var tuned = installed is null ? null : Rival.PyTorch(tuned: true);
        using var narrow = Rival.Narrow();
        var comparison = new Comparison(installed is not null && tuned is not null ? [installed, tuned] : [], narrow,
            int.Parse(args[1], CultureInfo.InvariantCulture), double.Parse(args[2], CultureInfo.InvariantCulture));
        Console.WriteLine(JsonSerializer.Serialize(new Row(comparison.Run(target), installed?.Version)));
    }

    public static Row Measure(Target target, int rounds, double secondsPerRound)
    {
        string[] arguments = [typeof(Row).Assembly.Location, Command, target.Work.Name, rounds.ToString(CultureInfo.InvariantCulture),
            secondsPerRound.ToString(CultureInfo.InvariantCulture)];
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException(
                $"{target.Work.Name}: the process that measures it ended with {process.ExitCode}; its own words are above.");
        return JsonSerializer.Deserialize<Row>(answer) ?? throw new InvalidDataException($"{target.Work.Name}: no answer.");
    }
}
