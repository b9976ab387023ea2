namespace Surprisal.Columnar;

/// <summary>
/// From Parquet's levels to rows. The definition level of a value that is there is the highest one; one below is a null in a list, one
/// below that an empty list, and a list that is null below all. The repetition level is 0 where a row begins.
/// </summary>
/// <param name="definition">A level a value; empty where nothing can be null.</param>
/// <param name="repetition">A level a value; empty where each row has one.</param>
/// <param name="highest">The definition level of what is there.</param>
/// <param name="hasNullItems">Whether items of lists can be null.</param>
/// <param name="name">The column, as messages name it, with its file.</param>
/// <param name="firstRow">The row of the first value.</param>
internal sealed class ParquetLevels(
    ArraySegment<int> definition, ArraySegment<int> repetition, int highest, bool hasNullItems, string name, long firstRow)
{
    /// <summary>Refuses rows that are null.</summary>
    public void RequireValues()
    {
        var at = definition.AsSpan().IndexOfAnyExcept(highest);
        if (at >= 0) throw definition[at] == 0 ? Wrong(at, "is null; a value was expected") : Damaged(at);
    }

    /// <summary>Refuses lists that are null, hold null, or are not of one length: the given one, or that of the first row for
    /// -1.</summary>
    public void RequireEven(long rows, long width)
    {
        var (row, length) = (-1L, 0L);
        for (var i = 0; i <= repetition.Count; i++)
        {
            if (i == repetition.Count || repetition[i] == 0)
            {
                if (row == 0 && width < 0) width = length;
                if (row >= 0 && length != width)
                    throw Wrong(row, $"has {length} numbers; {width} were expected, as rows before it have, or most");
                (row, length) = (row + 1, 0);
                if (i == repetition.Count) break;
            }
            else if (repetition[i] != 1 || row < 0) throw Damaged(i);
            RequireItem(i, row, length);
            length++;
        }
        if (row != rows) throw new InvalidDataException($"{name}: {row} rows were found from row {firstRow} on, but {rows} by the footer.");
    }

    private void RequireItem(int at, long row, long place)
    {
        if (definition.Count == 0 || definition[at] == highest) return;
        var below = highest - definition[at] - (hasNullItems ? 1 : 0);
        throw definition[at] < 0 || definition[at] > highest ? Damaged(at)
            : below == 0 && hasNullItems ? Wrong(row, $"has a null at place {place} of its list; a number was expected")
            : below == 1 || (below == 0 && !hasNullItems) ? Wrong(row, "has 0 numbers; a list of them was expected")
            : Wrong(row, "is null; a list was expected");
    }

    private InvalidDataException Wrong(long row, string what) => new($"{name}: row {firstRow + row} {what}.");

    private InvalidDataException Damaged(long at) =>
        new($"{name}: value {at} from row {firstRow} on has levels that do not exist: it is damaged.");
}
