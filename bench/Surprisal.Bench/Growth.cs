using System.Numerics.Tensors;
using Surprisal.Bench.Works;
using Surprisal.Cli.Bench;

namespace Surprisal.Bench;

/// <summary>How time grows: a loss with the number of its logits, training with the size of a batch. Both should be lines.</summary>
internal static class Growth
{
    public const string Command = "growth";

    private const int Classes = 1024, Rounds = 9;

    public static int Print()
    {
        Console.WriteLine($"{Machine.Here}; {TimeProvider.System.GetUtcNow():yyyy-MM-dd}, medians of {Rounds} rounds.\n");
        Console.WriteLine($"| logits, {Classes} classes | ns a logit, one thread | all threads |\n|--:|--:|--:|");
        for (var power = 16; power <= 30; power++)
            Console.WriteLine($"| 2^{power} | {CrossEntropy(power, 1):0.000} | {CrossEntropy(power, Environment.ProcessorCount):0.000} |");
        Console.WriteLine("\n| batch of LeNet | microseconds a sample |\n|--:|--:|");
        for (var batch = 1; batch <= 1024; batch *= 2) Console.WriteLine($"| {batch} | {LeNet(batch):0.0} |");
        return 0;
    }

    /// <summary>Value and gradient on spans, in nanoseconds a logit.</summary>
    private static double CrossEntropy(int power, int threads)
    {
        Threads.Count = threads;
        GC.Collect(); // the memory of two sizes at once would be more than many machines have
        var rows = (1 << power) / Classes;
        var work = new CrossEntropyWork("", [rows, Classes]);
        return Median(work.Prepare().Run) * 1e6 / (1 << power);
    }

    /// <summary>A step, in microseconds a sample.</summary>
    private static double LeNet(int batch)
    {
        var work = new LeNetTraining(InSteps: true, batch);
        return Median(work.Prepare().Run) * 1e3 / LeNetTraining.Steps / batch;
    }

    private static double Median(Action run) => Clock.Median(new Turns(Rounds, secondsPerRound: 0.1).Run(Side.Here(run))[0]);
}
