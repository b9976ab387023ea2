namespace Surprisal.Cli.Bench;

/// <summary>What one work took here, beside the copy of its logits.</summary>
/// <param name="Work">What was timed.</param>
/// <param name="Milliseconds">The median over the rounds, for one call.</param>
/// <param name="Copy">The same of the copy.</param>
/// <param name="CopyThreads">With how many threads the copy was fastest.</param>
/// <param name="Copies">The median over the rounds of the time in units of the copy's.</param>
/// <param name="Allocated">Bytes allocated by a call, on all threads.</param>
internal sealed record Measurement(Work Work, double Milliseconds, double Copy, int CopyThreads, double Copies, double Allocated)
{
    /// <summary>Bytes that must be moved, a second, in billions.</summary>
    public double Gigabytes => Work.Passes * Work.Logits * sizeof(float) / Milliseconds * 1e-6;

    /// <summary>Bytes moved per second as a share of the copy's, which crosses the memory twice.</summary>
    public double Share => Work.Passes / 2.0 / Copies;

    public static Measurement Take(Work work, int rounds, double secondsPerRound)
    {
        var prepared = work.Prepare();
        var copy = Yardstick.Fastest((float[])prepared.Inputs[0], work);
        var times = new Turns(rounds, secondsPerRound).Run(Side.Here(prepared.Run), Side.Here(copy.Run) with { WarmSeconds = 0.1 });
        var copies = Clock.Median(times[0].Zip(times[1], static (ours, copied) => ours / copied));
        return new Measurement(work, Clock.Median(times[0]), Clock.Median(times[1]), copy.Threads, copies,
            Clock.Allocated(prepared.Run, 10));
    }
}
