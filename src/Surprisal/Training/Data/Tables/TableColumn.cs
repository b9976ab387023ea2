using System.Globalization;

namespace Surprisal.Training;

/// <summary>The cells of one input: numbers, or texts by their place in the order of their first rows.</summary>
/// <param name="name">What the header calls it.</param>
/// <param name="isCategory">Whether its cells are texts.</param>
/// <param name="place">Which column it is, from 1 on, where the header calls several so; else null.</param>
internal sealed class TableColumn(string name, bool isCategory, int? place = null)
{
    private readonly List<double> cells = [];
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly List<string> texts = [];

    public string Name => name;

    public bool IsCategory => isCategory;

    public int? Place => place;

    /// <summary>The texts that occur.</summary>
    public IReadOnlyList<string> Texts => texts;

    /// <summary>Adds the cell of the next row; returns null, or how a complaint goes on that has named the file, the line and the
    /// column.</summary>
    public string? Add(ReadOnlySpan<char> cell, int maxCategories)
    {
        if (!isCategory)
        {
            if (CsvCell.Read<double>(cell, out var number) is { } wrong) return wrong;
            cells.Add(number);
            return double.IsFinite(number) ? null : $"holds {Quoted.Of(CsvCell.Trim(cell))}; a finite number was expected.";
        }
        var text = TableColumns.Text(cell);
        if (CsvCell.IsMissing(text)) return $"holds {Quoted.Of(text)}, a missing value; a text was expected.";
        if (!places.TryGetValue(text, out var index))
        {
            if (texts.Count == maxCategories)
                return $"holds {Quoted.Of(text)}, one more different text than the {maxCategories} that become inputs; " +
                    "a name of each row is no input: ignore the column, or allow more.";
            places.Add(text, index = texts.Count);
            texts.Add(text);
        }
        cells.Add(index);
        return null;
    }

    /// <summary>The number of a row, or the place of its text.</summary>
    public double this[int row] => cells[row];

    /// <summary>Whether a first cell makes a column one of texts: it is no number, nor one with a comma.</summary>
    public static bool IsText(ReadOnlySpan<char> cell)
    {
        var text = CsvCell.Trim(cell);
        return !CsvCell.IsMissing(text) && !CsvNumber.TryRead(text, out _) && !CsvCell.HasCommas(text);
    }

    /// <summary>What a checkpoint compares of a number.</summary>
    public static string Written(double number) => number.ToString(CultureInfo.InvariantCulture);
}
