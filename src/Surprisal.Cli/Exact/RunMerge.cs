namespace Surprisal.Cli.Exact;

/// <summary>Merges the sorted runs of a class: a heap of the first key of each, and a buffer of each.</summary>
internal sealed class RunMerge
{
    private const int LeastBuffer = 512, MostBuffer = 1 << 16;

    private readonly SortedRuns file;
    private readonly int c, buffer;
    private readonly ulong[] keys;
    private readonly float[] weights;
    private readonly int[] at, end, read, heap;
    private int size;

    /// <param name="file">The runs.</param>
    /// <param name="c">Of which class.</param>
    /// <param name="memory">About so many bytes may be taken.</param>
    public RunMerge(SortedRuns file, int c, long memory)
    {
        (this.file, this.c) = (file, c);
        var runs = file.Runs.Count;
        buffer = (int)Math.Clamp(memory / Math.Max(runs, 1) / 12, LeastBuffer, MostBuffer);
        (keys, weights) = (new ulong[runs * buffer], file.IsWeighted ? new float[runs * buffer] : []);
        (at, end, read, heap) = (new int[runs], new int[runs], new int[runs], new int[runs]);
        for (var run = 0; run < runs; run++)
            if (Refill(run)) heap[size++] = run;
        for (var i = size / 2 - 1; i >= 0; i--) Sink(i);
    }

    /// <summary>The area and the average precision of all keys in their order.</summary>
    public (double Auc, double AveragePrecision) Sweep()
    {
        var sweep = new RankingSweep();
        while (size > 0)
        {
            var run = heap[0];
            sweep.Add(keys[at[run]], file.IsWeighted ? weights[at[run]] : 1);
            if (++at[run] == end[run] && !Refill(run)) heap[0] = heap[--size];
            if (size > 1) Sink(0);
        }
        return sweep.Finish();
    }

    /// <summary>Reads the next keys of a run; false where there are none.</summary>
    private bool Refill(int run)
    {
        var count = Math.Min(buffer, file.Runs[run].Count - read[run]);
        (at[run], end[run]) = (run * buffer, run * buffer + count);
        if (count == 0) return false;
        file.Read(run, c, read[run], keys.AsSpan(run * buffer, count), file.IsWeighted ? weights.AsSpan(run * buffer, count) : []);
        read[run] += count;
        return true;
    }

    private void Sink(int i)
    {
        var moving = heap[i];
        var key = keys[at[moving]];
        for (int child; (child = 2 * i + 1) < size; i = child)
        {
            if (child + 1 < size && keys[at[heap[child + 1]]] < keys[at[heap[child]]]) child++;
            if (keys[at[heap[child]]] >= key) break;
            heap[i] = heap[child];
        }
        heap[i] = moving;
    }
}
