using System.Runtime.InteropServices;

namespace Surprisal.Cli.Tables;

/// <summary>Columns of a table as an array, read in order: rows of text cannot be found by their number.</summary>
/// <typeparam name="T">double or long.</typeparam>
internal sealed class CsvArray<T> : StoredArray
    where T : unmanaged, INumber<T>
{
    private readonly CsvTable table;
    private readonly int[] columns;
    private readonly CsvRows rows;
    private readonly T[] row;
    private long current = -1;
    private Exception? refusal;

    /// <param name="table">The file, closed with the array.</param>
    /// <param name="columns">The columns in the order of the classes.</param>
    /// <param name="name">What was asked for in the file, or null for all there is.</param>
    /// <param name="isVector">Whether the shape is [N], for one column, and not [N, C].</param>
    public CsvArray(CsvTable table, int[] columns, string? name, bool isVector)
        : base(name is null ? table.Path : $"{table.Path}:{name}", StoredType.Of<T>(),
            isVector ? [table.Count] : [table.Count, columns.Length])
    {
        (this.table, this.columns, rows, row) = (table, columns, table.Rows(), new T[columns.Length]);
        if (table.Count == 0) RequireEnd();
    }

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override void Verify()
    {
        while (current < table.Count - 1) ReadRow();
    }

    /// <inheritdoc/>
    protected override void ReadElements(long first, Span<byte> elements)
    {
        for (var numbers = MemoryMarshal.Cast<byte, T>(elements); !numbers.IsEmpty;)
        {
            var (wanted, offset) = Math.DivRem(first, row.Length);
            if (wanted < current)
                throw new InvalidOperationException($"{Name} is read in order, from the first row to the last: " +
                    $"row {wanted} was asked for after row {current}; open it again.");
            while (current < wanted) ReadRow();
            var piece = row.AsSpan((int)offset, Math.Min(row.Length - (int)offset, numbers.Length));
            piece.CopyTo(numbers);
            numbers = numbers[piece.Length..];
            first += piece.Length;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) table.Dispose();
        base.Dispose(disposing);
    }

    private void ReadRow()
    {
        // What follows a row that was refused is not what its number says.
        if (refusal is not null) throw refusal;
        try
        {
            if (!rows.MoveNext()) throw Changed();
            rows.Require(table.Header.Count);
            for (var i = 0; i < columns.Length; i++)
                if (CsvCell.Read(rows.Cell(columns[i]), out row[i]) is { } wrong)
                    throw new InvalidDataException(
                        $"{table.Path}: line {rows.LineOf(columns[i])}, column {table.Header.Describe(columns[i])} {wrong}");
            if (++current == table.Count - 1) RequireEnd();
        }
        catch (Exception error)
        {
            refusal = error;
            throw;
        }
    }

    /// <summary>Only blank lines are behind the last row.</summary>
    private void RequireEnd()
    {
        while (rows.MoveNext())
            if (!rows.IsBlank) throw Changed();
    }

    private InvalidDataException Changed() => new($"{table.Path} has other rows than when it was opened, {table.Count}: it was changed.");
}
