using Surprisal.Metrics;

namespace Surprisal.Cli.Rows;

/// <summary>
/// The rows of an evaluation as a .npz: <c>loss</c>, <c>outcome</c>, the number of the first row and the digest of the targets. Written in
/// pieces, as the rows are scored.
/// </summary>
internal sealed class RowsWriter
{
    private readonly NpzPart losses, outcomes, firstRow, targetDigest;
    private readonly NpzWriter file;
    private readonly bool isSingle;
    private readonly long first, rows;
    private float[] narrow = [];

    /// <param name="stream">Seeks, and is empty.</param>
    /// <param name="rows">How many there will be.</param>
    /// <param name="first">The global number of the first one.</param>
    /// <param name="isSingle">Whether losses are floats, as those of logits below float64 are.</param>
    public RowsWriter(Stream stream, long rows, long first, bool isSingle)
    {
        (this.rows, this.first, this.isSingle) = (rows, first, isSingle);
        losses = isSingle ? new(RowsFile.Loss, "<f4", 4, rows) : new(RowsFile.Loss, "<f8", 8, rows);
        outcomes = new(RowsFile.Outcome, "|u1", 1, rows);
        (firstRow, targetDigest) = (new(RowsFile.First, "<i8", 8, null), new(RowsFile.Targets, "<u8", 8, null));
        file = new(stream, [losses, outcomes, firstRow, targetDigest]);
    }

    /// <summary>The next rows; a loss that was computed as a float is one again.</summary>
    public void Add(ReadOnlySpan<double> rowLosses, ReadOnlySpan<RowOutcome> rowOutcomes)
    {
        if (isSingle)
        {
            if (narrow.Length < rowLosses.Length) narrow = new float[rowLosses.Length];
            for (var i = 0; i < rowLosses.Length; i++) narrow[i] = (float)rowLosses[i];
            file.Write<float>(losses, narrow.AsSpan(0, rowLosses.Length));
        }
        else file.Write(losses, rowLosses);
        file.Write(outcomes, rowOutcomes);
    }

    /// <summary>Writes what is known when all rows are, and says what the file is.</summary>
    public RowsFile Finish(string path, ulong digest)
    {
        file.Write<long>(firstRow, [first]);
        file.Write<ulong>(targetDigest, [digest]);
        file.Finish();
        return losses.IsWhole && outcomes.IsWhole ? new(path, first, rows, RowsFile.DigestOf(losses.Checksum, outcomes.Checksum))
            : throw new InvalidOperationException($"{path}: not all of {rows} rows were written.");
    }
}
