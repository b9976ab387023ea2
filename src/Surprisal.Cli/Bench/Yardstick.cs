using System.Numerics;
using System.Runtime.InteropServices;

namespace Surprisal.Cli.Bench;

/// <summary>
/// What a work is measured by: copying its logits to another place, for a loss with its gradient reads and writes as much; or adding them
/// up, where they are only read.
/// </summary>
internal sealed class Yardstick
{
    private readonly float[] from, to;
    private readonly float[] sums;
    private readonly int part;

    private Yardstick(float[] from, float[] to, int threads)
    {
        (this.from, this.to, Threads, sums) = (from, to, threads, new float[threads]);
        part = (from.Length + threads - 1) / threads;
    }

    /// <summary>With how many threads: what is fastest for this size.</summary>
    public int Threads { get; }

    /// <summary>How often it crosses the memory.</summary>
    public int Passes => to.Length > 0 ? 2 : 1;

    /// <summary>Tries one thread and all, and keeps the faster way.</summary>
    /// <param name="logits">The work's, as floats.</param>
    /// <param name="work">What will be measured.</param>
    public static Yardstick Fastest(float[] logits, Work work)
    {
        if (work.ElementSize != sizeof(float))
        {
            logits = new float[work.Logits * work.ElementSize / sizeof(float)];
            Array.Fill(logits, 1); // zeros would be one page of memory
        }
        var to = work.IsValueAlone ? [] : new float[logits.Length];
        Yardstick[] ways = [new(logits, to, 1), new(logits, to, Surprisal.Threads.Count)];
        var calls = Math.Clamp((1 << 20) / logits.Length, 1, 1000);
        return ways.MinBy(way => Clock.Median(Clock.Milliseconds(way.Run, 9, calls)))!;
    }

    public void Run()
    {
        if (Threads == 1) Run(0);
        else Parallel.For(0, Threads, Run);
    }

    private void Run(int index)
    {
        var start = Math.Min(from.Length, index * part);
        var numbers = from.AsSpan(start, Math.Min(part, from.Length - start));
        if (to.Length > 0) numbers.CopyTo(to.AsSpan(start));
        else sums[index] = Sum(MemoryMarshal.Cast<float, Vector<float>>(numbers));
    }

    /// <summary>Several sums side by side: reading is to wait for memory, not for additions. What is left over is not read.</summary>
    private static float Sum(ReadOnlySpan<Vector<float>> numbers)
    {
        Vector<float> s = default, t = default, u = default, v = default;
        for (; numbers.Length >= 4; numbers = numbers[4..])
        {
            s += numbers[0];
            t += numbers[1];
            u += numbers[2];
            v += numbers[3];
        }
        return Vector.Sum(s + t + (u + v));
    }
}
