using System.Text.Json;

namespace Surprisal.Metrics;

/// <summary>
/// The rows of the largest losses: by loss downward, of equal ones the lower row first, so the same for any cut of the data.
/// </summary>
internal sealed class HardestRows(int capacity)
{
    private readonly HardRow[] rows = new HardRow[capacity];
    private int count;

    public IReadOnlyList<HardRow> Rows => rows[..count];

    /// <summary>Whether a row of that loss may be among them.</summary>
    public bool MayHold(double loss) => capacity > 0 && (count < capacity || loss >= rows[count - 1].Loss);

    public void Add(HardRow row)
    {
        if (!MayHold(row.Loss) || (count == capacity && !IsBefore(row, rows[count - 1]))) return;
        if (count < capacity) count++;
        var at = count - 1;
        for (; at > 0 && IsBefore(row, rows[at - 1]); at--) rows[at] = rows[at - 1];
        rows[at] = row;
    }

    public void Add(HardestRows other)
    {
        foreach (var row in other.Rows) Add(row);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var row in Rows)
        {
            json.WriteStartArray();
            json.WriteInteger(row.Row);
            json.WriteDouble(row.Loss);
            json.WriteNumberValue(row.Target);
            json.WriteNumberValue(row.Predicted);
            json.WriteDouble(row.Confidence);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    public void Read(JsonElement json)
    {
        foreach (var row in json.EnumerateArray())
            Add(new HardRow(row[0].ReadInteger(), row[1].ReadDouble(), row[2].GetInt32(), row[3].GetInt32(), row[4].ReadDouble()));
    }

    private static bool IsBefore(HardRow row, HardRow other) => row.Loss > other.Loss || (row.Loss == other.Loss && row.Row < other.Row);
}
