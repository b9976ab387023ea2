using System.Globalization;

namespace Surprisal.Cli.Tables;

/// <summary>A table in a file: its header, how many rows it has, and the rows from the first one on.</summary>
internal sealed class CsvTable : IDisposable
{
    private readonly Utf8File file;
    private readonly char separator;
    private CsvRows? rows;

    private CsvTable(Utf8File file)
    {
        this.file = file;
        separator = CsvSeparator.Of(file.Path, file.Text());
        (Header, Count) = Survey();
        Header.Require();
    }

    public string Path => file.Path;

    public CsvHeader Header { get; }

    /// <summary>How many rows there are, without the header and without blank lines at the end.</summary>
    public long Count { get; }

    /// <summary>Opens a file and goes over it once, which finds the number of its rows, but nothing of what is wrong with them.</summary>
    public static CsvTable Open(string path)
    {
        var file = Utf8File.Open(path);
        try
        {
            return new CsvTable(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The rows; the current one is the header.</summary>
    public CsvRows Rows()
    {
        rows?.Dispose();
        rows = new CsvRows(Path, file.Text(), separator);
        if (!rows.MoveNext() || rows.IsBlank)
            throw new InvalidDataException($"{Path}: line 1 is blank; a header with the names of the columns was expected.");
        return rows;
    }

    public void Dispose()
    {
        rows?.Dispose();
        file.Dispose();
    }

    private (CsvHeader Header, long Count) Survey()
    {
        var survey = Rows();
        survey.Require(survey.Count);
        var names = new string[survey.Count];
        for (var i = 0; i < names.Length; i++) names[i] = survey.Cell(i).ToString().Replace("\"\"", "\"", StringComparison.Ordinal);
        var counts = CsvHeader.IsUnnamed(names);
        var count = 0L;
        for (long row = 0; survey.MoveNext(); row++)
        {
            if (survey.IsBlank) continue;
            count = row + 1;
            counts = counts && long.TryParse(survey.Cell(0), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number == row;
        }
        return (new CsvHeader(Path, names, counts), count);
    }
}
