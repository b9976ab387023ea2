using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Columnar;

/// <summary>One column of a row group, into its places among the numbers of the rows.</summary>
internal sealed class ParquetNumbers(ParquetFile file, int group, Column column, ParquetChunk chunk) : INumberVisitor
{
    private const int MemoryBytes = 16, SmallArray = 32;

    private readonly long firstRow = file.Starts[group];
    private readonly long rows = file.Starts[group + 1] - file.Starts[group];
    private (long Width, int Place, GroupedArray? Array) target;

    /// <summary>What a value takes while it is read, beside its place and its levels.</summary>
    public static int ScratchBytes(ColumnChoice choice, GroupedArray array) =>
        choice.First.Kind == ColumnKind.Text || choice.First.Type == StoredType.Of<Half>() ? MemoryBytes + SmallArray
        : choice.IsPrefix ? array.Type.Bits / 8 : 0;

    /// <summary>Reads it into a column of the buffer, or, of lists, into all of it.</summary>
    public void Read(NumberBuffer buffer, GroupedArray array, int place)
    {
        target = (array.Width, place, array);
        buffer.Accept(this);
    }

    /// <summary>Refuses lists that make no array.</summary>
    public bool Check(long width)
    {
        target = (width, 0, null);
        NumberBuffer.Create(column.ArrayType, chunk.Values).Accept(this);
        return true;
    }

    /// <inheritdoc/>
    public void Visit<T>(NumbersOf<T> buffer)
        where T : unmanaged
    {
        var reader = file.Values(group, column, chunk);
        if (column.Kind == ColumnKind.Text)
        {
            ReadText(reader, buffer);
            return;
        }
        var isWhole = target.Width == 1 || column.Kind == ColumnKind.Lists;
        // Lists that are not even have other numbers of values than the buffer has places.
        var values = isWhole && chunk.Values <= buffer.Values.Length ? buffer.Values.AsMemory(0, (int)chunk.Values) : new T[chunk.Values];
        if (typeof(T) == typeof(Half)) ReadHalves(reader, values.Span);
        else reader.Read(values);
        Require(reader);
        if (isWhole) return;
        for (var row = 0; row < values.Length; row++) buffer.Values[row * target.Width + target.Place] = values.Span[row];
    }

    private void ReadHalves<T>(ParquetChunkReader reader, Span<T> values)
        where T : unmanaged
    {
        var bytes = new ReadOnlyMemory<byte>[values.Length];
        reader.ReadMemory(bytes);
        Require(reader);
        for (var i = 0; i < values.Length; i++)
            values[i] = bytes[i].Length == Unsafe.SizeOf<T>() ? MemoryMarshal.Read<T>(bytes[i].Span)
                : throw new FormatException($"value {i} has {bytes[i].Length} bytes");
    }

    private void ReadText<T>(ParquetChunkReader reader, NumbersOf<T> buffer)
        where T : unmanaged
    {
        var texts = new ReadOnlyMemory<char>[chunk.Values];
        reader.ReadMemory(texts);
        Require(reader);
        var numbers = MemoryMarshal.Cast<T, long>(buffer.Values.AsSpan());
        for (var row = 0; row < texts.Length; row++)
            numbers[row] = target.Array!.Classes!.Of(texts[row].Span, target.Array.Name, firstRow + row);
    }

    private void Require(ParquetChunkReader reader)
    {
        var leaf = file.Leaf(column);
        var levels = new ParquetLevels(
            reader.Definition, reader.Repetition, leaf.MaxDefinitionLevel, leaf.IsNullable, chunk.Name, firstRow);
        if (column.Kind == ColumnKind.Lists) levels.RequireEven(rows, target.Width);
        else levels.RequireValues();
    }
}
