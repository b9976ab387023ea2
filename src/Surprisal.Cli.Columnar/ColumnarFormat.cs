using Surprisal.Cli.Tables;
using Surprisal.Columnar;

namespace Surprisal.Cli.Columnar;

/// <summary>Arrow IPC and Parquet: columns of numbers or lists, columns NAME_0, NAME_1, ..., and text by class names.</summary>
internal sealed class ColumnarFormat : TableFormat
{
    /// <inheritdoc/>
    public override bool IsOne(ReadOnlySpan<byte> start) => ColumnarFile.IsOne(start);

    /// <inheritdoc/>
    public override StoredArray Open(string path, string? name, TableRequest request) =>
        ColumnarFile.OpenArray(path, name, request.Role == TableRole.Targets ? request.ClassNames : null, request.Memory);
}
