namespace Surprisal.Cuda;

/// <summary>An integer type of targets: how it is loaded.</summary>
/// <param name="Name">As C# calls it, in the names of kernels.</param>
/// <param name="Load">The type in the load instruction.</param>
/// <param name="Size">Bytes of an element.</param>
internal readonly record struct TargetType(string Name, string Load, int Size)
{
    public static readonly IReadOnlyList<TargetType> All =
    [
        new("byte", "u8", 1), new("sbyte", "s8", 1), new("ushort", "u16", 2), new("short", "s16", 2), new("uint", "u32", 4),
        new("int", "s32", 4), new("ulong", "u64", 8), new("long", "s64", 8),
    ];

    /// <exception cref="ArgumentException">No integer type of at most 64 bits.</exception>
    public static TargetType Of<T>(string name = "targets") where T : unmanaged =>
        typeof(T) == typeof(byte) ? All[0] : typeof(T) == typeof(sbyte) ? All[1] : typeof(T) == typeof(ushort) ? All[2]
        : typeof(T) == typeof(short) ? All[3] : typeof(T) == typeof(uint) ? All[4] : typeof(T) == typeof(int) ? All[5]
        : typeof(T) == typeof(ulong) ? All[6] : typeof(T) == typeof(long) ? All[7]
        : throw new ArgumentException($"{name} are {typeof(T).Name}; a GPU reads byte, sbyte, ushort, short, uint, int, ulong and long.",
            name);

    /// <summary>Loads a target into 64 bits, by its sign if its type has one; of a ulong they are the bits.</summary>
    public Whole<S64> Read(PtxWriter writer, Whole<U64> address)
    {
        var to = writer.Register(S64.Prefix);
        writer.Line($"ld.global.{Load} {to}, [{address.Name}]"); // extends a narrow type to the register
        return new(writer, to);
    }

    /// <summary>Whether a target is the ignored value, which is none of a type that cannot hold it.</summary>
    public Predicate IsIgnored(Whole<S64> target, Whole<S64> ignored) =>
        Load == "u64" ? Whole<S64>.Equal(target, ignored) & ignored >= 0 : Whole<S64>.Equal(target, ignored);
}
