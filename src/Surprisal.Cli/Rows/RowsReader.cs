using System.Runtime.InteropServices;
using Surprisal.Metrics;

namespace Surprisal.Cli.Rows;

/// <summary>Reads a file of rows in blocks; what is damaged is found by its checksum with the last row.</summary>
internal sealed class RowsReader : IDisposable
{
    private readonly string path;
    private readonly NpzFile file;
    private readonly StoredArray losses, outcomes;

    public RowsReader(string path)
    {
        this.path = path;
        file = NpzFile.Open(path);
        try
        {
            var names = file.Entries.Select(static entry => entry.Name).ToList();
            if (!names.Contains(RowsFile.Loss) || !names.Contains(RowsFile.Outcome) || !names.Contains(RowsFile.First)) throw Refusal();
            (losses, outcomes) = (file.OpenArray(RowsFile.Loss), file.OpenArray(RowsFile.Outcome));
            using var first = file.OpenArray(RowsFile.First);
            if (losses.Type.Name is not ("float32" or "float64") || outcomes.Type.Name != "uint8" || first.Type.Name != "int64"
                || losses.Shape.Count != 1 || !outcomes.Shape.SequenceEqual(losses.Shape) || first.Length != 1)
                throw Refusal();
            Span<long> number = stackalloc long[1];
            first.Read(0, number);
            (FirstRow, Rows) = (number[0], losses.Length);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The global number of the first row.</summary>
    public long FirstRow { get; }

    public long Rows { get; }

    /// <summary>The next rows from one of the file's own on, counted from 0.</summary>
    public void Read(long at, Span<double> rowLosses, Span<RowOutcome> rowOutcomes)
    {
        losses.Read(at, rowLosses);
        outcomes.Read(at, MemoryMarshal.Cast<RowOutcome, byte>(rowOutcomes));
        foreach (var outcome in rowOutcomes)
            if (outcome > RowOutcome.Invalid)
                throw new InvalidDataException($"{path}: an outcome is {(byte)outcome}; at most {(byte)RowOutcome.Invalid} was expected.");
    }

    public void Dispose() => file.Dispose();

    private InvalidDataException Refusal() =>
        new($"{path} is no file of rows; one that 'surprisal evaluate --rows' wrote was expected, with {RowsFile.Loss}, " +
            $"{RowsFile.Outcome} and {RowsFile.First}.");
}
