using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Surprisal.Training;

/// <summary>The rows of a table before anything is computed from them: what a split goes by.</summary>
internal sealed class TableRows(TableContent table, long[] targets, string[] names) : Dataset
{
    public override int Count => targets.Length;

    public override TensorShape SampleShape => [table.Columns.Count];

    public override IReadOnlyList<string> ClassNames => names;

    public override long Target(int index) => targets[index];

    public override void Read(int index, Span<float> sample) => throw new NotSupportedException("a row has no numbers before its split.");

    internal override string Name(int index) => $"row {index + 1}";

    /// <summary>Numbers by their bits, texts by their letters, so that the order of the rows does not matter.</summary>
    internal override void AddContent(int index, IncrementalHash hash)
    {
        Span<byte> number = stackalloc byte[sizeof(double)];
        foreach (var column in table.Columns)
        {
            var text = column.IsCategory ? Encoding.UTF8.GetBytes(column.Texts[(int)column[index]]) : [];
            BinaryPrimitives.WriteDoubleLittleEndian(number, column.IsCategory ? text.Length : column[index] + 0.0);
            hash.AppendData(number);
            hash.AppendData(text);
        }
    }
}
