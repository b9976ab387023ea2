using System.Text.Json;

namespace Surprisal.Metrics;

/// <summary>
/// Calibration in bins of equal mass: rows are counted in cells of the confidence's odds, and whole cells are dealt to bins, so that equal
/// confidences share a bin. With b rows below a cell of n, of N in all, its bin is min(M - 1, floor(M (2 b + n) / (2 N))).
/// </summary>
internal sealed class EqualMass
{
    private const int Bits = 16;

    private readonly RowCounts rows = new(1 << Bits), hits = new(1 << Bits);
    private readonly FixedSums confidences = new(1 << Bits);

    public void UseWeights()
    {
        rows.UseWeights();
        hits.UseWeights();
    }

    public void Add(double odds, double confidence, bool isHit, float weight, Int128 units)
    {
        var cell = OddsCells.Find(odds, Bits);
        rows.Add(cell, units);
        if (isHit) hits.Add(cell, units);
        confidences.Add(cell, weight * confidence);
    }

    public void Add(EqualMass other)
    {
        rows.Add(other.rows);
        hits.Add(other.hits);
        confidences.Add(other.confidences);
    }

    /// <summary>The expected calibration error over so many bins; NaN without rows.</summary>
    public double Error(int bins)
    {
        var all = 0L;
        for (var cell = 0; cell < rows.Length; cell++) all += rows.Rows(cell);
        if (all == 0) return double.NaN;
        var gaps = new double[bins];
        var (below, weight) = (0L, 0.0);
        for (var cell = 0; cell < rows.Length; cell++)
        {
            var n = rows.Rows(cell);
            if (n == 0) continue;
            var bin = Math.Min(bins - 1, (int)((Int128)bins * (2 * (Int128)below + n) / (2 * (Int128)all)));
            gaps[bin] += hits[cell] - confidences[cell];
            weight += rows[cell];
            below += n;
        }
        return gaps.Sum(Math.Abs) / weight;
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        rows.Write(json);
        hits.Write(json);
        confidences.Write(json);
        json.WriteEndArray();
    }

    public void Read(JsonElement json)
    {
        rows.Read(json[0]);
        hits.Read(json[1]);
        confidences.Read(json[2]);
    }
}
