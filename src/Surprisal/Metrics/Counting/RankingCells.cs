using System.Runtime.CompilerServices;
using System.Text.Json;
using Surprisal.Kernels;

namespace Surprisal.Metrics;

/// <summary>
/// One class against all others, for every class: rows counted by the odds of the class in cells that keep their order, all and those of
/// the
/// class. What happens within a cell is not known, so each number comes with a bound.
/// </summary>
internal sealed class RankingCells
{
    private const double PointsApart = 1.0 / 256;

    private readonly int bits;
    private readonly RowCounts rows, positives;

    public RankingCells(int classes)
    {
        bits = OddsCells.Bits(classes);
        (rows, positives) = (new(classes << bits), new(classes << bits));
    }

    public void UseWeights()
    {
        rows.UseWeights();
        positives.UseWeights();
    }

    public void Add(int c, double odds, bool isTarget, Int128 units)
    {
        var cell = (c << bits) + OddsCells.Find(odds, bits);
        rows.Add(cell, units);
        if (isTarget) positives.Add(cell, units);
    }

    /// <summary>Counts rows that all count, of weight 1, but for whether they are of the class: <see cref="AddTargets"/>.</summary>
    [MethodImpl(Compile.Separately)]
    public void Add(int c, ReadOnlySpan<double> odds)
    {
        var all = rows.Plain(c << bits, 1 << bits);
        foreach (var each in odds) all[OddsCells.Find(each, bits)]++;
    }

    /// <summary>Counts rows that all count, of weight 1, as positives of their own class; class c has its odds at c * pitch.</summary>
    [MethodImpl(Compile.Separately)]
    public void AddTargets(ReadOnlySpan<double> odds, int pitch, ReadOnlySpan<int> targets)
    {
        var ofClass = positives.Plain(0, positives.Length);
        for (var i = 0; i < targets.Length; i++)
            ofClass[(targets[i] << bits) + OddsCells.Find(odds[targets[i] * pitch + i], bits)]++;
    }

    public void Add(RankingCells other)
    {
        rows.Add(other.rows);
        positives.Add(other.positives);
    }

    /// <summary>
    /// The area under the ROC curve with what shares a cell taken as tied, and how far the true one is away at most; NaN where one side is
    /// absent.
    /// </summary>
    public (double Value, double Error) Auc(int c)
    {
        double below = 0, pairs = 0, tied = 0, p = 0;
        for (var cell = c << bits; cell < (c + 1) << bits; cell++)
        {
            if (rows.Rows(cell) == 0) continue;
            var positive = positives[cell];
            var negative = rows[cell] - positive;
            pairs += positive * below;
            tied += positive * negative;
            below += negative;
            p += positive;
        }
        return p > 0 && below > 0 ? ((pairs + tied / 2) / (p * below), tied / (2 * p * below)) : (double.NaN, double.NaN);
    }

    /// <summary>
    /// Hits and misses above each threshold, from the highest on, as shares of all hits and misses; points nearer than 1 / 256 to the one
    /// before are left out. Empty where there are no rows.
    /// </summary>
    public IReadOnlyList<(double Hits, double Misses, double Precision)> Curve(int c)
    {
        double positives = 0, negatives = 0;
        for (var cell = c << bits; cell < (c + 1) << bits; cell++)
        {
            positives += this.positives[cell];
            negatives += rows[cell] - this.positives[cell];
        }
        var curve = new List<(double, double, double)>();
        var (hits, misses, lastHits, lastMisses) = (0.0, 0.0, -1.0, -1.0);
        for (var cell = ((c + 1) << bits) - 1; cell >= c << bits; cell--)
        {
            if (rows.Rows(cell) == 0) continue;
            hits += this.positives[cell];
            misses += rows[cell] - this.positives[cell];
            var isLast = hits + misses == positives + negatives;
            var (x, y) = (negatives > 0 ? misses / negatives : 0, positives > 0 ? hits / positives : 0);
            if (!isLast && Math.Abs(x - lastMisses) < PointsApart && Math.Abs(y - lastHits) < PointsApart) continue;
            (lastHits, lastMisses) = (y, x);
            curve.Add((y, x, hits / (hits + misses)));
        }
        return curve;
    }

    /// <summary>
    /// Bounds of average precision: within a cell all negatives before the positives, or all positives first; NaN without positives.
    /// </summary>
    public (double Lower, double Upper) AveragePrecision(int c)
    {
        double hits = 0, misses = 0, lower = 0, upper = 0;
        for (var cell = ((c + 1) << bits) - 1; cell >= c << bits; cell--)
        {
            if (rows.Rows(cell) == 0) continue;
            var positive = positives[cell];
            var negative = rows[cell] - positive;
            if (positive > 0)
            {
                lower += NegativesFirst(hits, misses + negative, positive, positives.Rows(cell));
                upper += positive * (hits + positive) / (hits + misses + positive);
            }
            (hits, misses) = (hits + positive, misses + negative);
        }
        return hits > 0 ? (lower / hits, upper / hits) : (double.NaN, double.NaN);
    }

    /// <summary>
    /// The sum of the precisions at the positives of a cell, which follow its negatives: one by one, or where they are many or have weights
    /// the integral, which is less than any sum.
    /// </summary>
    private double NegativesFirst(double hits, double misses, double positive, long count)
    {
        if (misses == 0) return positive; // of precision 1 each, where the integral would be 0 times infinity
        if (rows.IsWeighted || count > 64) return positive - misses * Scalar.Log1p(positive / (hits + misses));
        var sum = 0.0;
        for (var k = 1; k <= count; k++) sum += (hits + k) / (hits + k + misses);
        return sum;
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        rows.Write(json);
        positives.Write(json);
        json.WriteEndArray();
    }

    public void Read(JsonElement json)
    {
        rows.Read(json[0]);
        positives.Read(json[1]);
    }
}
