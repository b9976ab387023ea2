namespace Surprisal.Columnar;

/// <summary>Numbers of one type in memory: the rows of one group, the last axis fastest.</summary>
internal abstract class NumberBuffer
{
    /// <summary>The bits of the numbers from a position on, to be read or filled.</summary>
    public abstract Span<byte> Bytes(long first, int count);

    /// <summary>Has itself filled by what knows its type.</summary>
    public abstract void Accept(INumberVisitor visitor);

    /// <summary>A buffer for numbers of a type that can be read.</summary>
    public static NumberBuffer Create(StoredType type, long count) => type.Name switch
    {
        "float16" => new NumberBuffer<Half>(count),
        "float32" => new NumberBuffer<float>(count),
        "float64" => new NumberBuffer<double>(count),
        "int8" => new NumberBuffer<sbyte>(count),
        "int16" => new NumberBuffer<short>(count),
        "int32" => new NumberBuffer<int>(count),
        "int64" => new NumberBuffer<long>(count),
        "uint8" => new NumberBuffer<byte>(count),
        "uint16" => new NumberBuffer<ushort>(count),
        "uint32" => new NumberBuffer<uint>(count),
        "uint64" => new NumberBuffer<ulong>(count),
        _ => new NumberBuffer<bool>(count),
    };
}
