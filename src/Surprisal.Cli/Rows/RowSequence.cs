using Surprisal.Metrics;

namespace Surprisal.Cli.Rows;

/// <summary>The rows of one evaluation, from one or several files that follow each other.</summary>
internal sealed class RowSequence : IDisposable
{
    private readonly List<RowsReader> readers = [];
    private readonly List<long> ends = [];

    /// <exception cref="InvalidDataException">A file is none of rows, or they leave rows out or have some twice.</exception>
    public RowSequence(IEnumerable<RowsFile> files)
    {
        try
        {
            foreach (var file in files.OrderBy(static file => file.FirstRow).ThenBy(static file => file.Rows))
            {
                if (readers.Count > 0 && file.Rows > 0 && file.FirstRow != NextRow)
                    throw new InvalidDataException($"{file.Path} begins with row {file.FirstRow}, but row {NextRow} was expected: " +
                        "files of rows follow each other.");
                if (file.Rows == 0 && readers.Count > 0) continue;
                if (readers.Count == 0 || Rows == 0) FirstRow = file.FirstRow;
                readers.Add(new(file.Path));
                Rows += file.Rows;
                ends.Add(Rows);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The global number of the first row.</summary>
    public long FirstRow { get; }

    public long Rows { get; }

    private long NextRow => FirstRow + Rows;

    /// <summary>How many rows the file has from that one on, counted from 0.</summary>
    public long Left(long at) => at < Rows ? ends.Find(end => at < end) - at : 0;

    /// <summary>Reads rows of one file.</summary>
    /// <param name="at">The first one, counted from 0.</param>
    /// <param name="losses">Receives their losses: at most as many as are left in the file.</param>
    /// <param name="outcomes">Receives what became of them; as long.</param>
    public void Read(long at, Span<double> losses, Span<RowOutcome> outcomes)
    {
        var of = ends.FindIndex(end => at < end);
        readers[of].Read(at - (of == 0 ? 0 : ends[of - 1]), losses, outcomes);
    }

    public void Dispose()
    {
        foreach (var reader in readers) reader.Dispose();
    }
}
