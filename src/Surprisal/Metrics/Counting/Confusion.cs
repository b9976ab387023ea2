using System.Runtime.InteropServices;
using System.Text.Json;

namespace Surprisal.Metrics;

/// <summary>
/// Which classes were predicted for which: hits, predictions and targets of each class, and every pair up to 2,048 classes. Above, pairs
/// off the diagonal are kept as they occur, up to 2^22 different ones, and then no longer.
/// </summary>
internal sealed class Confusion(int classes)
{
    private const int FullMatrix = 2048, MostPairs = 1 << 22;

    private readonly RowCounts hits = new(classes), predicted = new(classes), targets = new(classes);
    private readonly RowCounts? matrix = classes <= FullMatrix ? new(classes * classes) : null;
    private Dictionary<long, (long Rows, Int128 Weight)>? pairs = classes > FullMatrix ? [] : null;

    public int Classes => classes;

    public RowCounts Hits => hits;

    public RowCounts Predicted => predicted;

    public RowCounts Targets => targets;

    /// <summary>Whether the single pairs are known.</summary>
    public bool HasPairs => matrix is not null || pairs is not null;

    public void UseWeights()
    {
        foreach (var counts in new[] { hits, predicted, targets, matrix }) counts?.UseWeights();
    }

    public void Add(int target, int prediction, Int128 units)
    {
        targets.Add(target, units);
        predicted.Add(prediction, units);
        if (target == prediction) hits.Add(target, units);
        if (matrix is not null) matrix.Add(target * classes + prediction, units);
        else if (target != prediction) AddPair((long)target * classes + prediction, 1, units);
    }

    public void Add(Confusion other)
    {
        hits.Add(other.hits);
        predicted.Add(other.predicted);
        targets.Add(other.targets);
        matrix?.Add(other.matrix!);
        if (matrix is not null) return;
        if (other.pairs is null) pairs = null;
        else
            foreach (var (key, (rows, weight)) in other.pairs) AddPair(key, rows, weight);
    }

    /// <summary>How often a class was taken for another, in rows or their weights; 0 where pairs are not known.</summary>
    public double Pair(int target, int prediction) => matrix is not null ? matrix[target * classes + prediction]
        : target == prediction ? hits[target]
        : pairs is not null && pairs.TryGetValue((long)target * classes + prediction, out var pair) ? Weigh(pair) : 0;

    /// <summary>All pairs of different classes that occur.</summary>
    public IEnumerable<ConfusedPair> Mistakes()
    {
        if (matrix is null)
        {
            foreach (var (key, pair) in pairs ?? [])
                yield return new((int)(key / classes), (int)(key % classes), Weigh(pair));
            yield break;
        }
        for (var t = 0; t < classes; t++)
            for (var p = 0; p < classes; p++)
                if (t != p && matrix.Rows(t * classes + p) > 0)
                    yield return new(t, p, matrix[t * classes + p]);
    }

    /// <summary>All cells that are not empty: their rows, and what those weigh. In one order, however they were counted.</summary>
    public IEnumerable<(int Target, int Predicted, long Rows, double Weight)> Cells()
    {
        for (var t = 0; t < classes; t++)
            if (hits.Rows(t) > 0) yield return (t, t, hits.Rows(t), hits[t]);
        if (matrix is null)
        {
            foreach (var (key, pair) in (pairs ?? []).OrderBy(static pair => pair.Key))
                yield return ((int)(key / classes), (int)(key % classes), pair.Rows, Weigh(pair));
            yield break;
        }
        for (var t = 0; t < classes; t++)
            for (var p = 0; p < classes; p++)
                if (t != p && matrix.Rows(t * classes + p) is > 0 and var rows) yield return (t, p, rows, matrix[t * classes + p]);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var counts in new[] { hits, predicted, targets }) counts.Write(json);
        if (matrix is not null) matrix.Write(json);
        else if (pairs is null) json.WriteNullValue();
        else
        {
            json.WriteStartArray();
            foreach (var (key, (rows, weight)) in pairs.OrderBy(static pair => pair.Key))
            {
                json.WriteInteger(key);
                json.WriteInteger(rows);
                json.WriteStringValue(weight.ToString());
            }
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    public void Read(JsonElement json)
    {
        hits.Read(json[0]);
        predicted.Read(json[1]);
        targets.Read(json[2]);
        if (matrix is not null) matrix.Read(json[3]);
        else if (json[3].ValueKind == JsonValueKind.Null) pairs = null;
        else
        {
            var items = json[3].EnumerateArray().ToArray();
            for (var i = 0; i < items.Length; i += 3)
                AddPair(items[i].ReadInteger(), items[i + 1].ReadInteger(), Int128.Parse(items[i + 2].GetString()!));
        }
    }

    private double Weigh((long Rows, Int128 Weight) pair) => hits.IsWeighted ? RowCounts.FromUnits(pair.Weight) : pair.Rows;

    private void AddPair(long key, long rows, Int128 weight)
    {
        if (pairs is null) return;
        ref var pair = ref CollectionsMarshal.GetValueRefOrAddDefault(pairs, key, out _);
        pair = (pair.Rows + rows, pair.Weight + weight);
        if (pairs.Count > MostPairs) pairs = null;
    }
}
