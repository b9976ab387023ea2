using System.Numerics;
using Surprisal.Metrics;

namespace Surprisal.Cli.Exact;

/// <summary>
/// ROC-AUC and average precision of each class against all others, exactly, of rows of any number in constant memory: chunks of rows are
/// sorted class by class and put into a temporary file, and each class's chunks are merged at the end.
/// </summary>
/// <remarks>
/// A row is a number of 35 bits for each class: its odds in 24 bits and an exponent, turned round so that the highest come first, and
/// below them whether the row is of the class.
/// </remarks>
internal sealed class ExactRanking : IDisposable
{
    public const long DefaultMemory = 32 << 20;

    private const long Infinite = 0x7FFL << 23;

    private readonly MetricOptions options;
    private readonly SortedRuns file;
    private readonly ulong[][] keys;
    private readonly float[][]? weights;
    private readonly long memory;
    private double[] odds = [];
    private int[] kept = [];
    private int count;

    /// <param name="options">What the scores are.</param>
    /// <param name="classes">How many classes: 2 for one column.</param>
    /// <param name="rows">How many rows there are at most.</param>
    /// <param name="isWeighted">Whether rows have weights.</param>
    /// <param name="folder">Where the temporary file may be.</param>
    /// <param name="memory">Bytes that rows may take.</param>
    /// <exception cref="IOException">The rows do not fit the memory, and the disk has no space for them.</exception>
    public ExactRanking(MetricOptions options, int classes, long rows, bool isWeighted, string folder, long memory = DefaultMemory)
    {
        (this.options, this.memory) = (options, memory);
        var bytes = isWeighted ? 12L : 8;
        var atOnce = (int)Math.Clamp(memory / (classes * bytes), 1, Math.Min(Math.Max(rows, 1), 1 << 28));
        keys = new ulong[classes][];
        for (var c = 0; c < classes; c++) keys[c] = new ulong[atOnce];
        if (isWeighted) weights = Array.ConvertAll(keys, static of => new float[of.Length]);
        file = new(folder, classes, isWeighted, rows > atOnce ? rows * classes * bytes : 0);
    }

    /// <summary>How many bytes the temporary file takes; 0 where there is none.</summary>
    public long Bytes => file.Bytes;

    /// <summary>Takes rows: those that are ignored, of weight 0 or invalid are left out.</summary>
    public void Add<T>(ReadOnlySpan<T> scores, ReadOnlySpan<long> targets, ReadOnlySpan<float> sampleWeights, int positions)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (rows, classes) = (targets.Length, keys.Length);
        if (kept.Length < rows) (odds, kept) = (new double[rows * classes], new int[rows]);
        Ranking.Odds(scores, options, odds.AsSpan(0, rows * classes), positions);
        var n = 0;
        for (var i = 0; i < rows; i++)
            if (targets[i] != options.IgnoreIndex && (sampleWeights.IsEmpty || sampleWeights[i] != 0) && !double.IsNaN(odds[i]))
                kept[n++] = i;
        for (int at = 0, taken; at < n; at += taken)
        {
            taken = Math.Min(n - at, keys[0].Length - count);
            for (var c = 0; c < classes; c++)
                for (var k = 0; k < taken; k++)
                {
                    var i = kept[at + k];
                    keys[c][count + k] = Key(odds[c * rows + i], targets[i] == c);
                    if (weights is not null) weights[c][count + k] = sampleWeights.IsEmpty ? 1 : sampleWeights[i];
                }
            count += taken;
            if (count == keys[0].Length && file.Bytes > 0) Spill();
        }
    }

    /// <summary>The area and the average precision of each class; NaN where they are not defined.</summary>
    public IReadOnlyList<(double Auc, double AveragePrecision)> Finish()
    {
        var results = new (double, double)[keys.Length];
        if (file.Bytes == 0)
        {
            Each(c =>
            {
                Sort(c);
                var sweep = new RankingSweep();
                for (var i = 0; i < count; i++) sweep.Add(keys[c][i], weights is null ? 1 : weights[c][i]);
                results[c] = sweep.Finish();
            });
            return results;
        }
        Spill();
        Array.Clear(keys); // the merge takes as much
        Each(c => results[c] = new RunMerge(file, c, memory / Threads.Count).Sweep());
        return results;
    }

    public void Dispose() => file.Dispose();

    private static ulong Key(double odds, bool isPositive) =>
        (ulong)(Infinite - (BitConverter.DoubleToInt64Bits(odds + 0.0) >> 29)) << 1 | (isPositive ? 1u : 0);

    private void Spill()
    {
        if (count == 0) return;
        Each(Sort);
        file.Write(keys, weights, count);
        count = 0;
    }

    private void Sort(int c)
    {
        if (weights is null) keys[c].AsSpan(0, count).Sort();
        else keys[c].AsSpan(0, count).Sort(weights[c].AsSpan(0, count));
    }

    private void Each(Action<int> work) =>
        Parallel.For(0, keys.Length, new ParallelOptions { MaxDegreeOfParallelism = Threads.Count }, work);
}
