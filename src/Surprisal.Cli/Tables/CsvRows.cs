using nietras.SeparatedValues;

namespace Surprisal.Cli.Tables;

/// <summary>The rows of a table in order, the header first, split into cells; nothing of them is in memory but a block.</summary>
internal sealed class CsvRows : IDisposable
{
    /// <summary>How many characters a row has at most.</summary>
    public const int Longest = 1 << 24;

    private readonly string path;
    private readonly SepReader reader;
    private long next = 1;
    private int counted = 1;

    public CsvRows(string path, TextReader text, char separator)
    {
        this.path = path;
        try
        {
            reader = new Sep(separator).Reader(static options => options with
            {
                HasHeader = false, Unescape = false, DisableColCountCheck = true,
            }).From(text);
        }
        catch (Exception error) when (IsSplitters(error))
        {
            throw InOurWords(error);
        }
    }

    /// <summary>The line of the file where the row begins, from 1; quoted cells may hold ends of lines.</summary>
    public long Line { get; private set; }

    /// <summary>How many cells the row has.</summary>
    public int Count => reader.Current.ColCount;

    /// <summary>Whether nothing stands in its line.</summary>
    public bool IsBlank => Count == 1 && CsvCell.Trim(reader.Current[0].Span).IsEmpty;

    /// <summary>Goes to the next row; false behind the last one.</summary>
    public bool MoveNext()
    {
        try
        {
            if (!reader.MoveNext()) return false;
        }
        catch (Exception error) when (IsSplitters(error))
        {
            throw InOurWords(error);
        }
        // The splitter counts lines in an int, which goes round; and begins the first row at its second line.
        var end = reader.Current.LineNumberToExcl;
        (Line, next, counted) = (next, next + unchecked((uint)(end - counted)), end);
        return true;
    }

    /// <summary>Refuses what is no row of a table with so many columns, in its quotes also where the cell is not used: a stray one
    /// joins rows.</summary>
    public void Require(int columns)
    {
        if (IsBlank) throw new InvalidDataException($"{path}: line {Line} is blank; a row was expected.");
        if (reader.Current.Span.Contains('"')) RequireQuotes();
        if (Count != columns)
            throw new InvalidDataException($"{path}: line {Line} has {Count} cells; {columns} were expected, as many as the header has.");
    }

    /// <summary>The text of a cell without the quotes around it; quotes inside are still doubled.</summary>
    public ReadOnlySpan<char> Cell(int column)
    {
        var cell = reader.Current[column].Span;
        return cell is ['"', .. var inside, '"'] ? inside : cell;
    }

    /// <summary>The line where a cell begins, behind those of the cells before it.</summary>
    public long LineOf(int column)
    {
        var line = Line;
        for (var before = 0; before < column; before++)
        {
            var cell = reader.Current[before].Span;
            line += cell.Count('\n') + cell.Count('\r') - cell.Count("\r\n");
        }
        return line;
    }

    /// <summary>What is said of a row that has no end.</summary>
    public static InvalidDataException TooLong(string path, long line) =>
        new($"{path}: the row at line {line} goes on for more than {Longest} characters; a quote that is never closed makes such rows.");

    public void Dispose() => reader.Dispose();

    /// <summary>RFC 4180: quotes are around the whole cell, and doubled inside.</summary>
    private void RequireQuotes()
    {
        for (var column = 0; column < Count; column++)
        {
            var cell = reader.Current[column].Span;
            if (!cell.Contains('"') || (cell is ['"', .. var inside, '"'] && IsDoubled(inside))) continue;
            throw new InvalidDataException($"{path}: line {LineOf(column)}, column {column + 1} holds a quote that does not fit: " +
                $"{Quoted.Of(cell)}; quotes were expected around the whole cell, and doubled inside.");
        }
    }

    private static bool IsDoubled(ReadOnlySpan<char> inside)
    {
        for (int at; (at = inside.IndexOf('"')) >= 0; inside = inside[(at + 2)..])
            if (at + 1 == inside.Length || inside[at + 1] != '"') return false;
        return true;
    }

    /// <summary>Whether the splitter made it, and not the file.</summary>
    private static bool IsSplitters(Exception error) => error is not (IOException or InvalidDataException or OutOfMemoryException);

    private InvalidDataException InOurWords(Exception error) => error is NotSupportedException
        ? TooLong(path, next)
        : new InvalidDataException($"{path}: what begins at line {next} cannot be split into cells.", error);
}
