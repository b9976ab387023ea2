using Surprisal.Training;

namespace Surprisal.Cli.Models;

/// <summary>
/// Texts of a table that were in no row to learn from: they are 0 in all inputs of their column, wherever a model meets them, and are told.
/// </summary>
internal static class UnknownTexts
{
    /// <summary>A line for each column that has any.</summary>
    /// <param name="columns">What the columns became.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="inputs">The inputs of a row.</param>
    public static void Tell(IReadOnlyList<TableInput> columns, int rows, Func<int, ReadOnlySpan<float>> inputs)
    {
        var found = new (int Count, int First)[columns.Count];
        for (var row = 0; row < rows; row++)
        {
            var left = inputs(row);
            for (var c = 0; c < columns.Count; c++)
            {
                var size = columns[c].Texts?.Count ?? 1;
                if (columns[c].Texts is not null && !left[..size].ContainsAnyExcept(0f) && found[c].Count++ == 0) found[c].First = row + 1;
                left = left[size..];
            }
        }
        foreach (var (column, (count, first)) in columns.Zip(found))
            if (count > 0)
                TrainDisplay.Notes([$"{column.Name}: " +
                    (count == 1 ? $"row {first} holds a text " : $"{count} rows hold texts, the first is row {first}, ") +
                    "that no row to learn from has; all inputs of the column are 0 there"]);
    }
}
