using System.Diagnostics;
using Surprisal.Bench.Results;
using Surprisal.Cli.Bench;

namespace Surprisal.Bench;

/// <summary>From the start of a process to the first loss that it prints.</summary>
internal static class StartUp
{
    public const string Name = "process start to the first loss", Command = "first-loss";

    /// <summary>What the measured process does.</summary>
    public static void First() => Console.WriteLine(
        $"{Functional.CrossEntropy(Tensor.Create<float>([[1, 2], [1, 3], [1, 3]]), Tensor.Create<long>([0, 1, 1])).Item():F4}");

    /// <summary>Both sides are programs of .NET, and PyTorch's answers to the same command.</summary>
    public static Figure Run(LibTorchProgram? torch, int rounds)
    {
        List<double> ours = [], theirs = [];
        for (var round = 0; round < rounds; round++)
        {
            ours.Add(Milliseconds(typeof(StartUp).Assembly.Location));
            if (torch is not null) theirs.Add(Milliseconds(torch.Path));
        }
        double? time = torch is null ? null : Clock.Median(theirs);
        return new Figure(Name, Clock.Median(ours), time, Ratio: time / Clock.Median(ours), TargetMilliseconds: 100,
            Limit: "What remains is the runtime's own start and compiling what the first call needs.");
    }

    private static double Milliseconds(string program)
    {
        var start = Stopwatch.GetTimestamp();
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [program, Command]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var line = process.StandardOutput.ReadLine();
        var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        process.WaitForExit();
        return line == "0.5224"
            ? time
            : throw new InvalidDataException($"{program} printed '{line}' as its first loss; 0.5224 was expected.");
    }
}
