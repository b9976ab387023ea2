namespace Surprisal.Cuda;

/// <summary>What a register holds, in the words of PTX.</summary>
internal interface IFormat
{
    /// <summary>As in <c>add.rn.f32</c>.</summary>
    static abstract string Type { get; }

    /// <summary>The first letters of a register's name, by which its type is declared once.</summary>
    static abstract string Prefix { get; }

    /// <summary>The type that moves bits of this size without a meaning: b32 or b64.</summary>
    static abstract string Bits { get; }

    static abstract int Size { get; }
}

/// <summary>A format of floating-point numbers: what the library computes in.</summary>
internal interface IRealFormat : IFormat
{
    /// <summary>How many lanes the library's block of 64 bytes has.</summary>
    static abstract int Lanes { get; }

    /// <summary>A constant in hex, so that no parser rounds it again.</summary>
    static abstract string Literal(double value);
}

/// <summary>32 bits, the float of C#.</summary>
internal readonly struct F32 : IRealFormat
{
    public static string Type => "f32";

    public static string Prefix => "f";

    public static string Bits => "b32";

    public static int Size => 4;

    public static int Lanes => 16;

    public static string Literal(double value) => $"0f{BitConverter.SingleToUInt32Bits((float)value):X8}";
}

/// <summary>64 bits, the double of C#.</summary>
internal readonly struct F64 : IRealFormat
{
    public static string Type => "f64";

    public static string Prefix => "d";

    public static string Bits => "b64";

    public static int Size => 8;

    public static int Lanes => 8;

    public static string Literal(double value) => $"0d{BitConverter.DoubleToUInt64Bits(value):X16}";
}

/// <summary>32 bits without a sign: counts, shared addresses.</summary>
internal readonly struct U32 : IFormat
{
    public static string Type => "u32";

    public static string Prefix => "r";

    public static string Bits => "b32";

    public static int Size => 4;
}

/// <summary>32 bits with a sign: exponents, classes.</summary>
internal readonly struct S32 : IFormat
{
    public static string Type => "s32";

    public static string Prefix => "s";

    public static string Bits => "b32";

    public static int Size => 4;
}

/// <summary>64 bits without a sign: global addresses, positions.</summary>
internal readonly struct U64 : IFormat
{
    public static string Type => "u64";

    public static string Prefix => "a";

    public static string Bits => "b64";

    public static int Size => 8;
}

/// <summary>64 bits with a sign: targets as they are stored.</summary>
internal readonly struct S64 : IFormat
{
    public static string Type => "s64";

    public static string Prefix => "l";

    public static string Bits => "b64";

    public static int Size => 8;
}
