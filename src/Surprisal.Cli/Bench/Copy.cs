namespace Surprisal.Cli.Bench;

/// <summary>The yardstick: copying the logits to another place. A loss with its gradient reads and writes as much.</summary>
internal sealed class Copy
{
    private readonly float[] from, to;
    private readonly int part;

    private Copy(float[] from, float[] to, int threads)
    {
        (this.from, this.to, Threads) = (from, to, threads);
        part = (from.Length + threads - 1) / threads;
    }

    /// <summary>How many threads it copies with: what is fastest for this size.</summary>
    public int Threads { get; }

    /// <summary>Tries one thread and all, and keeps the faster way.</summary>
    public static Copy Fastest(float[] logits)
    {
        var to = new float[logits.Length];
        Copy[] ways = [new(logits, to, 1), new(logits, to, Surprisal.Threads.Count)];
        var calls = Math.Clamp((1 << 20) / logits.Length, 1, 1000);
        return ways.MinBy(way => Clock.Median(Clock.Milliseconds(way.Run, 9, calls)))!;
    }

    public void Run()
    {
        if (Threads == 1) from.CopyTo(to, 0);
        else Parallel.For(0, Threads, CopyPart);
    }

    private void CopyPart(int index)
    {
        var start = Math.Min(from.Length, index * part);
        var length = Math.Min(part, from.Length - start);
        from.AsSpan(start, length).CopyTo(to.AsSpan(start, length));
    }
}
