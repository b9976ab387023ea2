namespace Surprisal;

/// <summary>What the numbers of an array in a file are; their byte order is the file's own matter and not part of it.</summary>
/// <remarks>
/// Some types can be laid out, so that an array of them spoils none beside it, but not read: complex numbers and floating ones of 8 bits
/// or fewer. They carry the name that the file gives them.
/// </remarks>
public sealed class StoredType
{
    private StoredType(string name, int bits, string code, Type? element) => (Name, Bits, Code, Element) = (name, bits, code, element);

    /// <summary>One byte each, false where it is 0: read as the integers 0 and 1.</summary>
    public static StoredType Boolean { get; } = new("bool", 8, "BOOL", typeof(bool));

    internal static StoredType Float16 { get; } = new("float16", 16, "F16", typeof(Half));
    internal static StoredType BFloat16 { get; } = new("bfloat16", 16, "BF16", typeof(BFloat16));
    internal static StoredType Float32 { get; } = new("float32", 32, "F32", typeof(float));
    internal static StoredType Float64 { get; } = new("float64", 64, "F64", typeof(double));
    internal static StoredType Int8 { get; } = new("int8", 8, "I8", typeof(sbyte));
    internal static StoredType Int16 { get; } = new("int16", 16, "I16", typeof(short));
    internal static StoredType Int32 { get; } = new("int32", 32, "I32", typeof(int));
    internal static StoredType Int64 { get; } = new("int64", 64, "I64", typeof(long));
    internal static StoredType UInt8 { get; } = new("uint8", 8, "U8", typeof(byte));
    internal static StoredType UInt16 { get; } = new("uint16", 16, "U16", typeof(ushort));
    internal static StoredType UInt32 { get; } = new("uint32", 32, "U32", typeof(uint));
    internal static StoredType UInt64 { get; } = new("uint64", 64, "U64", typeof(ulong));

    /// <summary>Every type that safetensors knows, which are all; in the order in which messages name them.</summary>
    internal static IReadOnlyList<StoredType> All { get; } =
    [
        Float64, Float32, Float16, BFloat16, Int64, Int32, Int16, Int8, UInt64, UInt32, UInt16, UInt8, Boolean,
        Unreadable("C64", 64), Unreadable("F8_E4M3", 8), Unreadable("F8_E5M2", 8), Unreadable("F8_E8M0", 8), Unreadable("F8_E4M3FNUZ", 8),
        Unreadable("F8_E5M2FNUZ", 8), Unreadable("F6_E2M3", 6), Unreadable("F6_E3M2", 6), Unreadable("F4", 4),
    ];

    /// <summary>Its name, such as float32, int64, bfloat16 or bool.</summary>
    public string Name { get; }

    /// <summary>How many bits one number takes in the file; 4 and 6 occur among those that are not read.</summary>
    public int Bits { get; }

    /// <summary>Whether these are floating-point numbers that can be read.</summary>
    public bool IsFloating =>
        Element == typeof(float) || Element == typeof(double) || Element == typeof(Half) || Element == typeof(BFloat16);

    /// <summary>Whether these are integers or booleans, which can be read as integers.</summary>
    public bool IsInteger => Element is not null && !IsFloating;

    /// <summary>Whether numbers of this type can be read at all.</summary>
    public bool IsReadable => Element is not null;

    /// <summary>What safetensors calls it.</summary>
    internal string Code { get; }

    /// <summary>The type of .NET with the same bits; null where there is none.</summary>
    internal Type? Element { get; }

    /// <summary>The size of one number of a type that can be read.</summary>
    internal int Bytes => Bits / 8;

    /// <summary>The type whose numbers have the bits of <typeparamref name="T"/>: float32 for float.</summary>
    /// <typeparam name="T">Half, BFloat16, float, double, or an integer of 8 to 64 bits.</typeparam>
    /// <exception cref="NotSupportedException">No type of a file has these bits.</exception>
    public static StoredType Of<T>()
        where T : unmanaged, INumber<T> =>
        Find<T>() ?? throw new NotSupportedException($"no type of a file has the bits of {typeof(T).Name}.");

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    internal static StoredType? Find<T>() => All.FirstOrDefault(static type => type.Element == typeof(T));

    private static StoredType Unreadable(string code, int bits) => new(code, bits, code, null);
}
