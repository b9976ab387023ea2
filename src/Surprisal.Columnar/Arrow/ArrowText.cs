using System.Buffers.Binary;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Surprisal.Columnar;

/// <summary>The texts of a column, found by offsets that are checked: Arrow's own arrays follow them with pointers.</summary>
internal sealed class ArrowText(ArrayData data)
{
    private const int ViewBytes = 16, Inline = 12;

    private static readonly UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>One text; the position is that in the buffers.</summary>
    /// <exception cref="FormatException">It is not there.</exception>
    public string this[long position] => strict.GetString(Bytes(position));

    private ReadOnlySpan<byte> Bytes(long position)
    {
        if (data.DataType.TypeId == ArrowTypeId.StringView) return View(position);
        var start = ArrowOffsets.Of(data, position - data.Offset);
        return Slice(data.Buffers[2].Span, start, ArrowOffsets.LengthOf(data, position - data.Offset));
    }

    /// <summary>A length, then the text itself, or its first bytes and where all of them are.</summary>
    private ReadOnlySpan<byte> View(long position)
    {
        var view = Slice(data.Buffers[1].Span, position * ViewBytes, ViewBytes);
        var length = BinaryPrimitives.ReadInt32LittleEndian(view);
        if (length <= Inline) return Slice(view, 4, length);
        var buffer = BinaryPrimitives.ReadInt32LittleEndian(view[8..]);
        if (buffer < 0 || buffer >= data.Buffers.Length - 2) throw Missing();
        return Slice(data.Buffers[buffer + 2].Span, BinaryPrimitives.ReadInt32LittleEndian(view[12..]), length);
    }

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> bytes, long start, long length) =>
        start >= 0 && length >= 0 && start <= bytes.Length - length ? bytes.Slice((int)start, (int)length) : throw Missing();

    private static FormatException Missing() => new("a text is not where its offsets say");
}
