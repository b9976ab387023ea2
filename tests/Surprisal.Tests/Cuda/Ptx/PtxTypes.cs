using System.Globalization;

namespace Surprisal.Tests.Cuda;

/// <summary>Which registers an instruction takes, as an assembler would check, and what a constant is.</summary>
internal static class PtxTypes
{
    /// <summary>The type of the register that an instruction writes.</summary>
    public static string OfResult(string opcode)
    {
        var parts = opcode.Split('.');
        return parts[0] switch
        {
            "setp" => "pred",
            "cvt" => parts[^2] is "bf16" ? "b16" : parts[^2] is "bf16x2" or "f16x2" ? "b32" : parts[^2],
            "mad" when parts[1] == "wide" => "u64",
            _ => parts[^1],
        };
    }

    /// <summary>The type of an operand that it reads.</summary>
    public static string OfOperand(string opcode, int index)
    {
        var parts = opcode.Split('.');
        return parts[0] switch
        {
            "selp" when index == 2 => "pred",
            "mad" when parts[1] == "wide" && index == 2 => "u64",
            "shl" or "shr" when index == 1 => "u32",
            _ => parts[^1],
        };
    }

    /// <summary>Registers of bits take any type of their size, registers of numbers only their own or bits.</summary>
    public static bool Fits(string declared, string type)
    {
        if (type == "any" || declared == type) return true;
        if (declared == "pred" || type == "pred" || declared[1..] != type[1..]) return false;
        return declared[0] == 'b' || type[0] == 'b';
    }

    public static ulong Constant(string name, string type)
    {
        if (name.StartsWith("0f", StringComparison.Ordinal) && type == "f32") return ulong.Parse(name.AsSpan(2), NumberStyles.HexNumber,
            CultureInfo.InvariantCulture);
        if (name.StartsWith("0d", StringComparison.Ordinal) && type == "f64") return ulong.Parse(name.AsSpan(2), NumberStyles.HexNumber,
            CultureInfo.InvariantCulture);
        if (type[0] == 'f') throw new FormatException($"{name} is no constant of {type} in hex.");
        if (name.StartsWith("0x", StringComparison.Ordinal)) return ulong.Parse(name.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var value = (ulong)long.Parse(name, CultureInfo.InvariantCulture);
        return type.EndsWith("32", StringComparison.Ordinal) ? (uint)value : value;
    }
}
