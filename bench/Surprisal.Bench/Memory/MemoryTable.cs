using Surprisal.Bench.Works;
using Surprisal.Cli.Bench;

namespace Surprisal.Bench.Memory;

/// <summary>What training steps need in memory, beside PyTorch as installed and with memory that stays in the process.</summary>
internal static class MemoryTable
{
    public const string Command = "memory";

    /// <summary>The works, how many steps a call of each takes, and how many calls come to rest.</summary>
    public static IReadOnlyList<(Target Target, int Steps, int Calls)> Rows { get; } =
    [
        (new(new CrossEntropyGradient(2048, 32_000)), 1, 10),
        (new(new LogSoftmaxWork("log_softmax 16,384 x 1024", 16_384, 1024)), 1, 20),
        (new(new LogSoftmaxWork("log_softmax 16,384 x 1024, in Tensor.Step", 16_384, 1024, InSteps: true)), 1, 20),
        (new(new OutputLayer(2048, 768, 32_000)), 1, 3),
        (new(new LeNetTraining()), LeNetTraining.Steps, 4),
        (new(new LeNetTraining(InSteps: true)), LeNetTraining.Steps, 4),
    ];

    public static int Print(string[] parts)
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.Error.WriteLine("memory: pages and peaks are read from /proc, which only Linux has.");
            return 1;
        }
        var torch = LibTorchProgram.Build();
        Console.WriteLine($"{Machine.Here}; {torch?.Version}; {TimeProvider.System.GetUtcNow():yyyy-MM-dd}.\n");
        Console.WriteLine("| step | peak | fresh pages | PyTorch's peak | its pages | keeping memory | its pages |\n" +
            "|---|--:|--:|--:|--:|--:|--:|");
        foreach (var (target, steps, calls) in Rows.Where(row => parts.Length == 0 || parts.Any(row.Target.Work.IsNamed)))
        {
            var inputs = target.Work.Prepare().Inputs;
            List<string> cells = [Cells(Rival.Here(), target, steps, calls, inputs)];
            if (torch is not null)
                foreach (var tuned in new[] { false, true })
                    cells.Add(Cells(Rival.PyTorch(torch.Path, tuned), target, steps, calls, inputs));
            Console.WriteLine($"| {target.Work.Name} | {string.Join(" | ", cells)} |");
        }
        return 0;
    }

    private static string Cells(Rival side, Target target, int steps, int calls, Array[] inputs)
    {
        using (side)
        {
            var memory = side.Memory(target, inputs, calls);
            return $"{memory.Peak / (1 << 20):N0} MB | {memory.Pages / steps:N0}";
        }
    }
}
