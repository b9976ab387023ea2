using Surprisal.Bench.Results;
using Surprisal.Cli.Bench;

namespace Surprisal.Bench;

/// <summary>Compares one work on all sides: first what they compute, then how long it takes them.</summary>
internal sealed class Comparison(IReadOnlyList<Rival> torches, Rival? narrow, int rounds, double secondsPerRound)
{
    /// <summary>
    /// Logits, and operations, up to which one thread may be faster for PyTorch than all: waking a second costs more than a small work.
    /// </summary>
    private const double SmallLogits = 1e6, SmallFlops = 1e8;

    public Figure Run(Target target)
    {
        var work = target.Work;
        var prepared = work.Prepare();
        prepared.Run();
        var answer = prepared.Answer();
        foreach (var torch in torches)
            Check(target, answer, torch.Prepare(target, prepared.Inputs), target.Tolerance, $"PyTorch {torch.Version}");
        if (narrow is not null) Check(target, answer, narrow.Prepare(target, []), 0, "the same with narrower vectors");

        var copy = work.Logits > 0 ? Yardstick.Fastest((float[])prepared.Inputs[0], work) : null;
        var ways = torches.Select(torch => Ways(torch, target)).ToList();
        List<Side> sides = [Side.Here(prepared.Run), .. ways.SelectMany(static way => way)];
        if (copy is not null) sides.Add(Side.Here(copy.Run) with { WarmSeconds = 0.1 });
        if (narrow is not null) sides.Add(narrow.Side(0));
        var times = new Queue<double[]>(new Turns(rounds, secondsPerRound).Run(sides));

        var ours = times.Dequeue();
        var theirs = ways.Select(way => way.Select(_ => times.Dequeue()).ToList().MinBy(Clock.Median)!).ToList();
        var faster = theirs.MinBy(Clock.Median);
        var copied = copy is null ? null : times.Dequeue();
        var copies = copied is null ? null : Ratio(ours, copied);
        var time = Clock.Median(ours);
        return new Figure(
            work.Name, time, theirs.Count > 0 ? Clock.Median(theirs[0]) : null, theirs.Count > 1 ? Clock.Median(theirs[1]) : null,
            faster is null ? null : Ratio(faster, ours), copied is null ? null : Clock.Median(copied), copy?.Threads, copies,
            (double)work.Passes / copy?.Passes / copies, target.Flops > 0 ? target.Flops / time * 1e-6 : null,
            Clock.Allocated(prepared.Run, time < 100 ? 10 : 1), narrow is null ? null : Ratio(ours, times.Dequeue()),
            target.Ratio, target.Copies, target.Reads, Limit: target.Limit);
    }

    private static double? Ratio(double[] over, double[] under) => Clock.Median(over.Zip(under, static (a, b) => a / b));

    /// <summary>PyTorch with all threads, and for a small work with one too; the faster counts.</summary>
    private static Side[] Ways(Rival torch, Target target)
    {
        var all = torch.Side(Environment.ProcessorCount) with { WarmSeconds = 0.1 };
        var isSmall = target.Work.Logits < SmallLogits && target.Flops < SmallFlops;
        return isSmall ? [all, torch.Side(1) with { WarmSeconds = 0.1 }] : [all];
    }

    /// <summary>Refuses answers that are too far from ours.</summary>
    public static void Check(Target target, double[] ours, double[] theirs, double tolerance, string side)
    {
        if (ours.Zip(theirs).Any(pair => !(Math.Abs(pair.First - pair.Second) <= tolerance * Math.Abs(pair.Second))))
            throw new InvalidDataException($"{target.Work.Name}: [{string.Join(", ", ours)}] here, " +
                $"[{string.Join(", ", theirs)}] by {side}; nothing is timed that computes something else.");
    }
}
