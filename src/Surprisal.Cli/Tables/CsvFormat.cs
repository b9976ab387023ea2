namespace Surprisal.Cli.Tables;

/// <summary>Tables in text.</summary>
internal sealed class CsvFormat : TableFormat
{
    /// <inheritdoc/>
    public override bool IsOne(ReadOnlySpan<byte> start) => CsvFile.IsText(start);

    /// <inheritdoc/>
    public override StoredArray Open(string path, string? name, TableRequest request) => request.Role switch
    {
        TableRole.Classes => CsvFile.OpenScores(path, name),
        TableRole.Column => CsvFile.OpenColumn(path, name),
        _ => CsvFile.OpenTargets(path, name),
    };
}
