using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Surprisal;

/// <content>Conversions: to larger types exactly, from them with one rounding.</content>
public readonly partial struct BFloat16
{
    /// <summary>The nearest number, ties to even; infinite from (2 - 2^-8) 2^127 on. NaN stays NaN, and quiet.</summary>
    public static explicit operator BFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value)) return new((ushort)(bits >> DroppedBits | QuietBit)); // whatever is dropped, a bit of the fraction stays
        var half = (1u << DroppedBits - 1) - 1 + (bits >> DroppedBits & 1);
        return new((ushort)(bits + half >> DroppedBits));
    }

    /// <summary>The nearest number to the double itself, not to the float near it; ties to even.</summary>
    public static explicit operator BFloat16(double value) => (BFloat16)ToOdd(value);

    /// <summary>The nearest number, ties to even: three bits of the fraction go.</summary>
    public static explicit operator BFloat16(Half value) => (BFloat16)(float)value;

    /// <summary>The same number, exactly.</summary>
    public static explicit operator float(BFloat16 value) => value.Value;

    /// <summary>The same number, exactly.</summary>
    public static explicit operator double(BFloat16 value) => value.Value;

    /// <summary>The nearest Half, ties to even; infinite from 65520 on.</summary>
    public static explicit operator Half(BFloat16 value) => (Half)value.Value;

    static bool INumberBase<BFloat16>.TryConvertFromChecked<TOther>(TOther value, out BFloat16 result) =>
        value is Complex { Imaginary: not 0 }
            ? throw new OverflowException("a complex number with an imaginary part is no BFloat16.")
            : TryRound(value, out result);

    static bool INumberBase<BFloat16>.TryConvertFromSaturating<TOther>(TOther value, out BFloat16 result) => TryRound(value, out result);

    static bool INumberBase<BFloat16>.TryConvertFromTruncating<TOther>(TOther value, out BFloat16 result) => TryRound(value, out result);

    // A double holds every BFloat16 exactly, and every type of the BCL knows double.
    static bool INumberBase<BFloat16>.TryConvertToChecked<TOther>(BFloat16 value, [MaybeNullWhen(false)] out TOther result)
    {
        var known = IsKnown<TOther>();
        result = known ? TOther.CreateChecked((double)value.Value) : default;
        return known;
    }

    static bool INumberBase<BFloat16>.TryConvertToSaturating<TOther>(BFloat16 value, [MaybeNullWhen(false)] out TOther result)
    {
        var known = IsKnown<TOther>();
        result = known ? TOther.CreateSaturating((double)value.Value) : default;
        return known;
    }

    static bool INumberBase<BFloat16>.TryConvertToTruncating<TOther>(BFloat16 value, [MaybeNullWhen(false)] out TOther result)
    {
        var known = IsKnown<TOther>();
        result = known ? TOther.CreateTruncating((double)value.Value) : default;
        return known;
    }

    static BFloat16 INumberBase<BFloat16>.Parse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider) =>
        (BFloat16)float.Parse(s, style, provider);

    static BFloat16 INumberBase<BFloat16>.Parse(string s, NumberStyles style, IFormatProvider? provider) =>
        (BFloat16)float.Parse(s, style, provider);

    static BFloat16 ISpanParsable<BFloat16>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => (BFloat16)float.Parse(s, provider);

    static BFloat16 IParsable<BFloat16>.Parse(string s, IFormatProvider? provider) => (BFloat16)float.Parse(s, provider);

    static bool INumberBase<BFloat16>.TryParse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider, out BFloat16 result) =>
        Parsed(float.TryParse(s, style, provider, out var value), value, out result);

    static bool INumberBase<BFloat16>.TryParse(
        [NotNullWhen(true)] string? s,
        NumberStyles style,
        IFormatProvider? provider,
        out BFloat16 result) =>
        Parsed(float.TryParse(s, style, provider, out var value), value, out result);

    static bool ISpanParsable<BFloat16>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out BFloat16 result) =>
        Parsed(float.TryParse(s, provider, out var value), value, out result);

    static bool IParsable<BFloat16>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out BFloat16 result) =>
        Parsed(float.TryParse(s, provider, out var value), value, out result);

    private static bool Parsed(bool success, float value, out BFloat16 result)
    {
        result = (BFloat16)value;
        return success;
    }

    /// <summary>Any number of the BCL's types, rounded once.</summary>
    private static bool TryRound<TOther>(TOther value, out BFloat16 result) where TOther : INumberBase<TOther>
    {
        var known = IsKnown<TOther>();
        result = !known ? default
            : value is float single ? (BFloat16)single
            : value is long or ulong or nint or nuint or Int128 or UInt128 or BigInteger
                ? (BFloat16)ToOdd(BigInteger.CreateTruncating(value), 0)
            : value is decimal number ? FromDecimal(number)
            : (BFloat16)double.CreateTruncating(value); // exactly: the others have 53 significant bits at most
        return known;
    }

    /// <summary>The quotient of the decimal's whole number and its power of ten, to 128 binary places and a sticky bit.</summary>
    private static BFloat16 FromDecimal(decimal value)
    {
        const int places = 128;
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        BigInteger whole = new UInt128((uint)parts[2], (ulong)(uint)parts[1] << 32 | (uint)parts[0]);
        var quotient = BigInteger.DivRem(whole << places, BigInteger.Pow(10, value.Scale), out var rest);
        var size = (BFloat16)ToOdd(rest.IsZero ? quotient : quotient | 1, -places);
        return decimal.IsNegative(value) ? -size : size;
    }

    /// <summary>
    /// value 2^exponent in the 53 bits of a double, the last of them set where bits were dropped: a later rounding to fewer bits is as if
    /// it were the only one.
    /// </summary>
    private static double ToOdd(BigInteger value, int exponent)
    {
        var size = BigInteger.Abs(value);
        var dropped = int.Max(0, (int)long.Min(int.MaxValue, size.GetBitLength()) - 53);
        var kept = size >> dropped;
        if (kept << dropped != size) kept |= 1;
        return double.CopySign(double.ScaleB((double)kept, exponent + dropped), value.Sign);
    }

    /// <summary>
    /// A double in the 24 bits of a float, the last of them set where bits were dropped; also below and above the range of normal floats.
    /// </summary>
    private static float ToOdd(double value)
    {
        var nearest = (float)value;
        if (nearest == value || double.IsNaN(value)) return nearest;
        var bits = BitConverter.SingleToUInt32Bits(nearest);
        if (double.Abs(nearest) > double.Abs(value)) bits--; // the neighbour nearer to zero
        return BitConverter.UInt32BitsToSingle(bits | 1);
    }

    private static bool IsKnown<TOther>() =>
        typeof(TOther) == typeof(float) || typeof(TOther) == typeof(double) || typeof(TOther) == typeof(Half)
        || typeof(TOther) == typeof(decimal) || typeof(TOther) == typeof(byte) || typeof(TOther) == typeof(ushort)
        || typeof(TOther) == typeof(uint) || typeof(TOther) == typeof(ulong) || typeof(TOther) == typeof(sbyte)
        || typeof(TOther) == typeof(short) || typeof(TOther) == typeof(int) || typeof(TOther) == typeof(long)
        || typeof(TOther) == typeof(nint) || typeof(TOther) == typeof(nuint) || typeof(TOther) == typeof(char)
        || typeof(TOther) == typeof(NFloat) || typeof(TOther) == typeof(Int128) || typeof(TOther) == typeof(UInt128)
        || typeof(TOther) == typeof(BigInteger) || typeof(TOther) == typeof(Complex);
}
