using System.Text.Json;

namespace Surprisal.Metrics;

/// <summary>Calibration of each class: the probability of class c against whether the target is c, in bins of equal width.</summary>
internal sealed class ClassCalibration(int classes, CalibrationEdges edges)
{
    private readonly RowCounts rows = new(classes * edges.Count), hits = new(classes * edges.Count);
    private readonly FixedSums probabilities = new(classes * edges.Count);

    public void UseWeights()
    {
        rows.UseWeights();
        hits.UseWeights();
    }

    public void Add(int c, double p, bool isTarget, float weight, Int128 units)
    {
        var place = c * edges.Count + edges.Find(p);
        rows.Add(place, units);
        if (isTarget) hits.Add(place, units);
        probabilities.Add(place, weight * p);
    }

    /// <summary>Counts rows that all count, of weight 1.</summary>
    public void Add(int c, ReadOnlySpan<double> p, ReadOnlySpan<int> targets)
    {
        var first = c * edges.Count;
        var all = rows.Plain(first, edges.Count);
        var ofClass = hits.Plain(first, edges.Count);
        for (var i = 0; i < p.Length; i++)
        {
            var bin = edges.Find(p[i]);
            all[bin]++;
            if (targets[i] == c) ofClass[bin]++;
            probabilities.Add(first + bin, p[i]);
        }
    }

    public void Add(ClassCalibration other)
    {
        rows.Add(other.rows);
        hits.Add(other.hits);
        probabilities.Add(other.probabilities);
    }

    /// <summary>The expected calibration error of a class; NaN without rows.</summary>
    public double Error(int c)
    {
        var (gap, first) = (0.0, c * edges.Count);
        for (var m = first; m < first + edges.Count; m++) gap += Math.Abs(hits[m] - probabilities[m]);
        return gap / rows.Sum(first, edges.Count);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        rows.Write(json);
        hits.Write(json);
        probabilities.Write(json);
        json.WriteEndArray();
    }

    public void Read(JsonElement json)
    {
        rows.Read(json[0]);
        hits.Read(json[1]);
        probabilities.Read(json[2]);
    }
}
