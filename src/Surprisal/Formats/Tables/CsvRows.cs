using System.Buffers;

#if COMMAND // which has a copy of its own, for the library does not offer it
namespace Surprisal.Cli.Tables;
#else
namespace Surprisal;
#endif

/// <summary>The rows of a table in order, the header first, split into cells; nothing of them is in memory but a block.</summary>
internal sealed class CsvRows : IDisposable
{
    /// <summary>How many characters a row has at most.</summary>
    public const int Longest = 1 << 24;

    private const int Block = 1 << 15;

    private static readonly SearchValues<char> quotedMarks = SearchValues.Create("\"\r\n");

    private readonly string path;
    private readonly TextReader text;
    private readonly char separator;
    private readonly SearchValues<char> marks;
    private readonly List<int> ends = [];

    // The row lies from start on, what follows it from next on, and end is behind all that was read.
    private char[] buffer = new char[Block];
    private int start, next, end;
    private long nextLine = 1;

    public CsvRows(string path, TextReader text, char separator)
    {
        (this.path, this.text, this.separator) = (path, text, separator);
        marks = SearchValues.Create([separator, '"', '\r', '\n']);
    }

    /// <summary>The line of the file where the row begins, from 1; quoted cells may hold ends of lines.</summary>
    public long Line { get; private set; }

    /// <summary>How many cells the row has.</summary>
    public int Count => ends.Count;

    /// <summary>Whether nothing stands in its line.</summary>
    public bool IsBlank => Count == 1 && CsvCell.Trim(Raw(0)).IsEmpty;

    private ReadOnlySpan<char> Row => buffer.AsSpan(start, ends[^1]);

    /// <summary>Goes to the next row; false behind the last one.</summary>
    public bool MoveNext()
    {
        start = next;
        ends.Clear();
        var (at, isQuoted, lines) = (start, false, 1L);
        while (true)
        {
            var found = buffer.AsSpan(at, end - at).IndexOfAny(isQuoted ? quotedMarks : marks);
            if (found < 0)
            {
                var length = end - start;
                if (length > Longest) throw TooLong(path, nextLine);
                if (Fill())
                {
                    at = start + length;
                    continue;
                }
                // The file ends without the end of its last line.
                if (length == 0) return false;
                ends.Add(length);
                next = end;
                break;
            }
            at += found + 1;
            var mark = buffer[at - 1];
            if (mark == '"') isQuoted = !isQuoted;
            else if (mark == separator) ends.Add(at - 1 - start);
            else
            {
                var length = at - start;
                if (mark == '\r' && (at < end || Fill()) && buffer[start + length] == '\n') length++;
                at = start + length;
                if (isQuoted) lines++;
                else
                {
                    ends.Add(length - (mark == '\r' && buffer[at - 1] == '\n' ? 2 : 1));
                    next = at;
                    break;
                }
            }
        }
        if (ends[^1] > Longest) throw TooLong(path, nextLine);
        (Line, nextLine) = (nextLine, nextLine + lines);
        return true;
    }

    /// <summary>
    /// Goes to the next row, which <see cref="Require"/> must accept; false behind the last one. Blank lines at the end are fine; one
    /// before a row is not.
    /// </summary>
    public bool MoveToRow(int columns)
    {
        var blank = 0L;
        while (MoveNext())
        {
            if (!IsBlank)
            {
                if (blank > 0) throw Blank(blank);
                Require(columns);
                return true;
            }
            if (blank == 0) blank = Line;
        }
        return false;
    }

    /// <summary>Refuses what is no row of a table with so many columns, in its quotes also where the cell is not used: a stray one
    /// joins rows.</summary>
    public void Require(int columns)
    {
        if (IsBlank) throw Blank(Line);
        if (Row.Contains('"')) RequireQuotes();
        if (Count != columns)
            throw new InvalidDataException($"{path}: line {Line} has {Count} cells; {columns} were expected, as many as the header has.");
    }

    /// <summary>The text of a cell without the quotes around it; quotes inside are still doubled.</summary>
    public ReadOnlySpan<char> Cell(int column)
    {
        var cell = Raw(column);
        return cell is ['"', .. var inside, '"'] ? inside : cell;
    }

    /// <summary>The line where a cell begins, behind those of the cells before it.</summary>
    public long LineOf(int column)
    {
        var line = Line;
        for (var before = 0; before < column; before++)
        {
            var cell = Raw(before);
            line += cell.Count('\n') + cell.Count('\r') - cell.Count("\r\n");
        }
        return line;
    }

    /// <summary>What is said of a row that has no end.</summary>
    public static InvalidDataException TooLong(string path, long line) =>
        new($"{path}: the row at line {line} goes on for more than {Longest} characters; a quote that is never closed makes such rows.");

    public void Dispose() => text.Dispose();

    private InvalidDataException Blank(long line) => new($"{path}: line {line} is blank; a row was expected.");

    private ReadOnlySpan<char> Raw(int column)
    {
        var first = column == 0 ? 0 : ends[column - 1] + 1;
        return buffer.AsSpan(start + first, ends[column] - first);
    }

    /// <summary>Reads more behind the present row, which goes to the front of the block; false at the end of the file.</summary>
    private bool Fill()
    {
        var length = end - start;
        if (start > 0) buffer.AsSpan(start, length).CopyTo(buffer);
        (start, end) = (0, length);
        if (length > buffer.Length / 2) Array.Resize(ref buffer, 2 * buffer.Length);
        var got = text.Read(buffer, end, buffer.Length - end);
        end += got;
        return got > 0;
    }

    /// <summary>RFC 4180: quotes are around the whole cell, and doubled inside.</summary>
    private void RequireQuotes()
    {
        for (var column = 0; column < Count; column++)
        {
            var cell = Raw(column);
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
}
