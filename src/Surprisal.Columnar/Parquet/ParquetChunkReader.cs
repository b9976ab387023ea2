using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Parquet;
using Parquet.Schema;

namespace Surprisal.Columnar;

/// <summary>Has one column of a row group decoded, and looks whether all of its values came.</summary>
/// <param name="group">The row group.</param>
/// <param name="stream">What it reads from; held to the column's pages meanwhile.</param>
/// <param name="chunk">Where these are.</param>
/// <param name="leaf">The field with the values.</param>
/// <param name="levels">Memory for its levels.</param>
internal sealed class ParquetChunkReader(
    ParquetRowGroupReader group, FileBytesStream stream, ParquetChunk chunk, DataField leaf, ParquetLevelBuffers levels)
{
    private const byte OneMark = 0xA5, OtherMark = 0x5A;

    /// <summary>A level a value; empty where all are there.</summary>
    public ArraySegment<int> Definition { get; } = levels.Definition(leaf.MaxDefinitionLevel > 0 ? chunk.Values : 0);

    /// <summary>A level a value; empty where each row has one.</summary>
    public ArraySegment<int> Repetition { get; } = levels.Repetition(leaf.MaxRepetitionLevel > 0 ? chunk.Values : 0);

    /// <summary>Reads numbers, as many as there are values; those that are null are missing among them.</summary>
    /// <exception cref="FormatException">Fewer came than there should be.</exception>
    public void Read<T>(Memory<T> values)
        where T : unmanaged
    {
        // The decoder does not say how many values came: the last one must not be what was there before, whatever that was.
        if (!IsWritten(values, Mark<T>(OneMark)) && (typeof(T) == typeof(bool) || !IsWritten(values, Mark<T>(OtherMark)))) throw Short();
    }

    /// <summary>Reads texts or bytes.</summary>
    /// <inheritdoc cref="Read"/>
    public void ReadMemory<T>(ReadOnlyMemory<T>[] values)
    {
        var mark = new ReadOnlyMemory<T>(new T[1]);
        values.AsSpan().Fill(mark);
        Decode<ReadOnlyMemory<T>>(values);
        if (Last is >= 0 and var last && values[last].Equals(mark)) throw Short();
    }

    /// <summary>The place of the last value that is not null; -1 where there is none.</summary>
    private int Last => (leaf.MaxDefinitionLevel > 0 ? Definition.AsSpan().Count(leaf.MaxDefinitionLevel) : (int)chunk.Values) - 1;

    private bool IsWritten<T>(Memory<T> values, T mark)
        where T : unmanaged
    {
        values.Span.Fill(mark);
        Decode(values);
        return Last is not (>= 0 and var last) || !Same(values.Span[last], mark);
    }

    private void Decode<T>(Memory<T> values)
        where T : struct
    {
        Definition.AsSpan().Fill(-1);
        Repetition.AsSpan().Fill(-1);
        stream.Limit = chunk.End;
        try
        {
            group.ReadRawAsync(leaf, values, Optional(Definition, leaf.MaxDefinitionLevel), Optional(Repetition, leaf.MaxRepetitionLevel))
                .AsTask().GetAwaiter().GetResult();
        }
        finally
        {
            stream.Limit = long.MaxValue;
        }
    }

    private static T Mark<T>(byte mark)
        where T : unmanaged
    {
        Span<byte> bytes = stackalloc byte[Unsafe.SizeOf<T>()];
        bytes.Fill(mark);
        return MemoryMarshal.Read<T>(bytes);
    }

    private static bool Same<T>(T one, T other)
        where T : unmanaged =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in one)).SequenceEqual(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in other)));

    private static Memory<int>? Optional(ArraySegment<int> levels, int highest) => highest > 0 ? levels.AsMemory() : (Memory<int>?)null;

    private FormatException Short() => new($"fewer values came than the {chunk.Values} that there should be");
}
