using System.Text.Json;

namespace Surprisal.Metrics;

/// <summary>
/// Sums of numbers from 0 up that are probabilities or about as large, each term rounded to a multiple of 2^-62 and then added exactly, so
/// that no order and no cut changes a bit. A quarter of the work of <see cref="ExactSums"/>, and 16 bytes a sum.
/// </summary>
internal sealed class FixedSums(int length)
{
    private const double Units = 4611686018427387904.0; // 2^62

    private readonly Int128[] sums = new Int128[length];

    /// <summary>Adds a term to sum <paramref name="i"/>.</summary>
    public void Add(int i, double term)
    {
        var units = Math.Round(term * Units);
        sums[i] += term < 1.5 ? (long)units : (Int128)units;
    }

    public double this[int i] => (double)sums[i] * (1 / Units);

    /// <summary>The sum of some sums, rounded once.</summary>
    public double Sum(int first, int count)
    {
        var total = Int128.Zero;
        foreach (var sum in sums.AsSpan(first, count)) total += sum;
        return (double)total * (1 / Units);
    }

    /// <summary>Adds the sums of another.</summary>
    public void Add(FixedSums other)
    {
        for (var i = 0; i < sums.Length; i++) sums[i] += other.sums[i];
    }

    /// <summary>Writes each sum that is not 0 as index and units.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        for (var i = 0; i < sums.Length; i++)
        {
            if (sums[i] == 0) continue;
            json.WriteNumberValue(i);
            json.WriteStringValue(sums[i].ToString());
        }
        json.WriteEndArray();
    }

    /// <summary>Adds what <see cref="Write"/> wrote.</summary>
    public void Read(JsonElement json)
    {
        using var items = json.EnumerateArray().GetEnumerator();
        while (items.MoveNext())
        {
            var i = items.Current.GetInt32();
            items.MoveNext();
            sums[i] += Int128.Parse(items.Current.GetString()!);
        }
    }
}
