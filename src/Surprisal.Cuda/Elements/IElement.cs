namespace Surprisal.Cuda;

/// <summary>How an element type lies in memory, and the format <typeparamref name="T"/> that the kernels compute it in.</summary>
internal interface IElement<T> where T : struct, IRealFormat
{
    /// <summary>In the names of kernels and texts.</summary>
    static abstract string Name { get; }

    static abstract int Size { get; }

    static abstract Real<T> Load(PtxWriter writer, Whole<U64> address);

    /// <summary>Stores the number, rounded once.</summary>
    static abstract void Store(PtxWriter writer, Whole<U64> address, Real<T> value);

    /// <summary>The number as it would be read again after a store.</summary>
    static abstract Real<T> Rounded(PtxWriter writer, Real<T> value);

    /// <summary>Stores a double, rounded once.</summary>
    static abstract void StoreDouble(PtxWriter writer, Whole<U64> address, Real<F64> value);
}

/// <summary>float.</summary>
internal readonly struct FloatElement : IPackedElement
{
    public static string Name => "float";

    public static int Size => 4;

    public static Real<F32> Load(PtxWriter writer, Whole<U64> address) => writer.Load<F32>(address);

    public static Real<F32> Rounded(PtxWriter writer, Real<F32> value) => value;

    public static void Store(PtxWriter writer, Whole<U64> address, Real<F32> value) => writer.Store(address, value);

    public static void StoreDouble(PtxWriter writer, Whole<U64> address, Real<F64> value) =>
        writer.Store(address, writer.Narrow<F32>(value));

    public static Real<F32>[] LoadPack(PtxWriter writer, Whole<U64> address) => writer.Load4(address);

    public static void StorePack(PtxWriter writer, Whole<U64> address, Real<F32>[] values) => writer.Store4(address, values);
}

/// <summary>double.</summary>
internal readonly struct DoubleElement : IElement<F64>
{
    public static string Name => "double";

    public static int Size => 8;

    public static Real<F64> Load(PtxWriter writer, Whole<U64> address) => writer.Load<F64>(address);

    public static Real<F64> Rounded(PtxWriter writer, Real<F64> value) => value;

    public static void Store(PtxWriter writer, Whole<U64> address, Real<F64> value) => writer.Store(address, value);

    public static void StoreDouble(PtxWriter writer, Whole<U64> address, Real<F64> value) => writer.Store(address, value);
}

/// <summary>Half, computed in float.</summary>
internal readonly struct HalfElement : IPackedElement
{
    public static string Name => "half";

    public static int Size => 2;

    public static Real<F32> Load(PtxWriter writer, Whole<U64> address) =>
        Widen(writer, writer.LoadRaw("b16", "h", address));

    public static Real<F32> Rounded(PtxWriter writer, Real<F32> value) => Widen(writer, Narrow(writer, value));

    public static void Store(PtxWriter writer, Whole<U64> address, Real<F32> value) =>
        writer.StoreRaw("b16", address, Narrow(writer, value));

    public static Real<F32>[] LoadPack(PtxWriter writer, Whole<U64> address) =>
        [.. writer.LoadWords(address).SelectMany(word => (Real<F32>[])[Widen(writer, Half(word)), Widen(writer, Half(word >> 16))])];

    public static void StorePack(PtxWriter writer, Whole<U64> address, Real<F32>[] values) =>
        writer.StoreWords(address, values.Chunk(2).Select(pair => Rounding.ToHalves(writer, "f16x2", pair[0], pair[1])));

    /// <summary>The lower half of a word.</summary>
    private static string Half(Whole<U32> word)
    {
        var to = word.Writer!.Register("h");
        word.Writer.Line($"cvt.u16.u32 {to}, {word.Name}");
        return to;
    }

    private static Real<F32> Widen(PtxWriter writer, string bits)
    {
        var to = writer.Register(F32.Prefix);
        writer.Line($"cvt.f32.f16 {to}, {bits}");
        return new(writer, to);
    }

    private static string Narrow(PtxWriter writer, Real<F32> value)
    {
        var to = writer.Register("h");
        writer.Line($"cvt.rn.f16.f32 {to}, {value.Name}");
        return to;
    }

    public static void StoreDouble(PtxWriter writer, Whole<U64> address, Real<F64> value) =>
        Store(writer, address, Rounding.ToOdd(writer, value));
}

/// <summary>BFloat16, computed in float, whose upper half it is.</summary>
internal readonly struct BFloat16Element : IPackedElement
{
    public static string Name => "bfloat16";

    public static int Size => 2;

    public static Real<F32> Load(PtxWriter writer, Whole<U64> address) =>
        Widen(writer, writer.LoadRaw("b16", "h", address));

    public static Real<F32> Rounded(PtxWriter writer, Real<F32> value) => Widen(writer, Narrow(writer, value));

    public static void Store(PtxWriter writer, Whole<U64> address, Real<F32> value) =>
        writer.StoreRaw("b16", address, Narrow(writer, value));

    public static Real<F32>[] LoadPack(PtxWriter writer, Whole<U64> address) =>
        [.. writer.LoadWords(address).SelectMany(word => (Real<F32>[])
            [writer.FromBits<U32, F32>(word << 16), writer.FromBits<U32, F32>(word & -65536)])];

    public static void StorePack(PtxWriter writer, Whole<U64> address, Real<F32>[] values) =>
        writer.StoreWords(address, values.Chunk(2).Select(pair => Rounding.ToHalves(writer, "bf16x2", pair[0], pair[1])));

    private static Real<F32> Widen(PtxWriter writer, string bits)
    {
        var wide = writer.Register(U32.Prefix);
        writer.Line($"cvt.u32.u16 {wide}, {bits}");
        return writer.FromBits<U32, F32>(new Whole<U32>(writer, wide) << 16);
    }

    private static string Narrow(PtxWriter writer, Real<F32> value)
    {
        var to = writer.Register("h");
        if (writer.Target.RoundsToBFloat16) writer.Line($"cvt.rn.bf16.f32 {to}, {value.Name}");
        else writer.Line($"cvt.u16.u32 {to}, {Rounding.ToUpperHalf(writer, value).Name}");
        return to;
    }

    public static void StoreDouble(PtxWriter writer, Whole<U64> address, Real<F64> value) =>
        Store(writer, address, Rounding.ToOdd(writer, value));
}
