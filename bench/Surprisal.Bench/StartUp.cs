using System.Diagnostics;
using Surprisal.Bench.Results;
using Surprisal.Cli.Bench;

namespace Surprisal.Bench;

/// <summary>From the start of a process to the first loss that it prints.</summary>
internal static class StartUp
{
    public const string Name = "process start to the first loss", Command = "first-loss";

    private const string Python = "import torch; print('%.4f' % torch.nn.functional.cross_entropy(torch.tensor([[1., 2.], [1., 3.], [1., " +
        "3.]]), torch.tensor([0, 1, 1])))";

    /// <summary>What the measured process does.</summary>
    public static void First() => Console.WriteLine(
        $"{Functional.CrossEntropy(Tensor.Create<float>([[1, 2], [1, 3], [1, 3]]), Tensor.Create<long>([0, 1, 1])).Item():F4}");

    public static Figure Run(bool withPyTorch, int rounds)
    {
        List<double> ours = [], theirs = [];
        for (var round = 0; round < rounds; round++)
        {
            ours.Add(Milliseconds("dotnet", [typeof(StartUp).Assembly.Location, Command]));
            if (withPyTorch) theirs.Add(Milliseconds("/usr/bin/python3", ["-c", Python]));
        }
        double? torch = withPyTorch ? Clock.Median(theirs) : null;
        return new Figure(Name, Clock.Median(ours), torch, Ratio: torch / Clock.Median(ours), TargetMilliseconds: 150,
            Limit: "What remains is the runtime's own start and compiling what the first call needs.");
    }

    private static double Milliseconds(string program, string[] arguments)
    {
        var start = Stopwatch.GetTimestamp();
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var line = process.StandardOutput.ReadLine();
        var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        process.WaitForExit();
        return line == "0.5224"
            ? time
            : throw new InvalidDataException($"{program} printed '{line}' as its first loss; 0.5224 was expected.");
    }
}
