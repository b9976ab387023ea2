using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Surprisal.Metrics;

/// <summary>
/// How many rows fell on each of some places, and with sample weights how much they weigh, exactly: weights are kept in units of 2^-64, of
/// which every float from 2^-40 on is a multiple.
/// </summary>
internal sealed class RowCounts(int length)
{
    private readonly long[] rows = new long[length];
    private Int128[]? weights;

    public int Length => rows.Length;

    public bool IsWeighted => weights is not null;

    /// <summary>A weight in the units of the counts.</summary>
    public static Int128 Units(float weight) => weight == 1 ? Int128.One << 64 : (Int128)(weight * 18446744073709551616.0);

    /// <summary>A weight, from the units of the counts.</summary>
    public static double FromUnits(Int128 units) => (double)units * (1 / 18446744073709551616.0);

    /// <summary>From here on weights are kept too; what was counted before weighs 1 a row.</summary>
    public void UseWeights() => weights ??= Array.ConvertAll(rows, static count => (Int128)count << 64);

    /// <summary>Counts a row of that weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int i, Int128 units)
    {
        rows[i]++;
        if (weights is not null) weights[i] += units;
    }

    /// <summary>Some places without weights, to count rows of weight 1 at.</summary>
    public Span<long> Plain(int first, int count) =>
        weights is null ? rows.AsSpan(first, count) : throw new InvalidOperationException("rows have weights here.");

    /// <summary>The rows at a place, whatever they weigh.</summary>
    public long Rows(int i) => rows[i];

    /// <summary>What the rows at a place weigh together.</summary>
    public double this[int i] => weights is null ? rows[i] : FromUnits(weights[i]);

    /// <summary>The sum of <see cref="this[int]"/> over some places, rounded once.</summary>
    public double Sum(int first, int count)
    {
        var sum = Int128.Zero;
        for (var i = first; i < first + count; i++) sum += weights is null ? rows[i] : weights[i];
        return weights is null ? (double)sum : FromUnits(sum);
    }

    /// <summary>Adds the counts of another.</summary>
    public void Add(RowCounts other)
    {
        if (other.weights is not null) UseWeights();
        for (var i = 0; i < rows.Length; i++)
        {
            if (other.rows[i] == 0) continue;
            if (weights is not null) weights[i] += other.weights?[i] ?? ((Int128)other.rows[i] << 64);
            rows[i] += other.rows[i];
        }
    }

    /// <summary>Writes each place that is not empty as index, rows and, with weights, weight.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i] == 0) continue;
            json.WriteNumberValue(i);
            json.WriteInteger(rows[i]);
            if (weights is not null) json.WriteStringValue(weights[i].ToString());
        }
        json.WriteEndArray();
    }

    /// <summary>Adds what <see cref="Write"/> wrote; <see cref="UseWeights"/> says whether it has weights.</summary>
    public void Read(JsonElement json)
    {
        using var items = json.EnumerateArray().GetEnumerator();
        while (items.MoveNext())
        {
            var i = items.Current.GetInt32();
            items.MoveNext();
            rows[i] += items.Current.ReadInteger();
            if (weights is null) continue;
            items.MoveNext();
            weights[i] += Int128.Parse(items.Current.GetString()!);
        }
    }
}
