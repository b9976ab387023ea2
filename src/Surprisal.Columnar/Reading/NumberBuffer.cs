namespace Surprisal.Columnar;

/// <summary>Numbers of one type in memory: the rows of one group, the last axis fastest.</summary>
internal abstract class NumberBuffer
{
    /// <summary>The bits of the numbers from a position on, to be read or filled.</summary>
    public abstract Span<byte> Bytes(long first, int count);

    /// <summary>Has itself filled by what knows its type.</summary>
    public abstract void Accept(INumberVisitor visitor);

    /// <summary>How many numbers it holds.</summary>
    public abstract long Length { get; }

    /// <summary>A buffer for so many numbers of a type that can be read: the spare one, if it is of that type and holds as many.</summary>
    public static NumberBuffer Create(StoredType type, long count, NumberBuffer? spare)
    {
        var isFit = spare?.Length >= count && spare.GetType() == Create(type, 0).GetType();
        return isFit ? spare! : Create(type, count);
    }

    /// <summary>A buffer for numbers of a type that can be read.</summary>
    public static NumberBuffer Create(StoredType type, long count) => type.Name switch
    {
        "float16" => new NumbersOf<Half>(count),
        "float32" => new NumbersOf<float>(count),
        "float64" => new NumbersOf<double>(count),
        "int8" => new NumbersOf<sbyte>(count),
        "int16" => new NumbersOf<short>(count),
        "int32" => new NumbersOf<int>(count),
        "int64" => new NumbersOf<long>(count),
        "uint8" => new NumbersOf<byte>(count),
        "uint16" => new NumbersOf<ushort>(count),
        "uint32" => new NumbersOf<uint>(count),
        "uint64" => new NumbersOf<ulong>(count),
        _ => new NumbersOf<bool>(count),
    };
}
