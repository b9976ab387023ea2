using System.Text.Json;

namespace Surprisal.Metrics;

/// <summary>Which global rows have been seen: ranges in ascending order that neither overlap nor touch.</summary>
internal sealed class RowRanges
{
    private readonly List<(long First, long End)> ranges = [];

    public bool IsEmpty => ranges.Count == 0;

    public long Count
    {
        get
        {
            var sum = 0L;
            foreach (var (first, end) in ranges) sum += end - first;
            return sum;
        }
    }

    /// <summary>Extends the range that ends where the new one begins, or makes one; returns false where rows are there already.</summary>
    public bool TryAdd(long first, long count)
    {
        if (count == 0) return true;
        if (Overlaps(first, first + count)) return false;
        var at = 0;
        while (at < ranges.Count && ranges[at].First < first) at++;
        ranges.Insert(at, (first, first + count));
        if (at + 1 < ranges.Count && ranges[at + 1].First == first + count) Join(at);
        if (at > 0 && ranges[at - 1].End == first) Join(at - 1);
        return true;
    }

    /// <summary>Why the other's rows cannot join these; null where they can.</summary>
    public string? Conflict(RowRanges other, bool allowGap)
    {
        if (IsEmpty || other.IsEmpty) return null;
        foreach (var (first, end) in other.ranges)
            if (Overlaps(first, end)) return $"rows {first}..{end - 1} are in both or overlap ({this} and {other}); each row counts once.";
        if (allowGap) return null;
        var together = new RowRanges();
        foreach (var (first, end) in ranges.Concat(other.ranges)) together.TryAdd(first, end - first);
        return together.ranges.Count <= Math.Max(ranges.Count, other.ranges.Count) ? null
            : $"between {this} and {other} rows are missing; allowGap takes them all the same.";
    }

    /// <summary>Takes the rows of another, which <see cref="Conflict"/> has seen.</summary>
    public void Add(RowRanges other)
    {
        foreach (var (first, end) in other.ranges) TryAdd(first, end - first);
    }

    public override string ToString() =>
        IsEmpty ? "no rows" : "rows " + string.Join(", ", ranges.Select(static range => $"{range.First}..{range.End - 1}"));

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var (first, end) in ranges)
        {
            json.WriteInteger(first);
            json.WriteInteger(end - first);
        }
        json.WriteEndArray();
    }

    public void Read(JsonElement json)
    {
        var items = json.EnumerateArray().Select(StateJson.ReadInteger).ToArray();
        for (var i = 0; i < items.Length; i += 2) TryAdd(items[i], items[i + 1]);
    }

    private void Join(int at)
    {
        ranges[at] = (ranges[at].First, ranges[at + 1].End);
        ranges.RemoveAt(at + 1);
    }

    private bool Overlaps(long first, long end)
    {
        foreach (var range in ranges)
            if (first < range.End && range.First < end) return true;
        return false;
    }
}
