using System.Runtime.CompilerServices;
using System.Text.Json;
using Surprisal.Kernels;

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

    /// <summary>Counts rows that all count, of weight 1, but for whether they are of the class: <see cref="AddTargets"/>.</summary>
    public void Add(int c, ReadOnlySpan<double> p)
    {
        var (bins, first) = (edges.Count, c * edges.Count);
        var all = rows.Plain(first, bins);
        using var memory = new Scratch<long>(CalibrationBins.Length(bins));
        memory.Span.Clear();
        CalibrationBins.Add(p, bins, memory.Span);
        for (var m = 0; m < bins; m++)
        {
            var (count, units) = CalibrationBins.Of(memory.Span, m);
            all[m] += count;
            probabilities.AddUnits(first + m, units);
        }
    }

    /// <summary>Counts rows that all count, of weight 1, as hits of their own class; class c has its probabilities at c * pitch.</summary>
    [MethodImpl(Compile.Separately)]
    public void AddTargets(ReadOnlySpan<double> p, int pitch, ReadOnlySpan<int> targets)
    {
        var ofClass = hits.Plain(0, hits.Length);
        for (var i = 0; i < targets.Length; i++) ofClass[targets[i] * edges.Count + edges.Find(p[targets[i] * pitch + i])]++;
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
