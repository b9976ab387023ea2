namespace Surprisal;

/// <content>What the bits say: kinds of numbers, neighbours, parts, and choices between two of them, none of which rounds.</content>
public readonly partial struct BFloat16
{
    /// <summary>The fraction with the bit before it that normal numbers have.</summary>
    private byte Significand => (byte)(Bits & (1 << FractionBits) - 1 | ((Bits & 0x7F80) != 0 ? 1 << FractionBits : 0));

    private sbyte Exponent => (sbyte)((Bits >> FractionBits & 0xFF) - ExponentBias);

    static bool INumberBase<BFloat16>.IsCanonical(BFloat16 value) => true;
    static bool INumberBase<BFloat16>.IsComplexNumber(BFloat16 value) => false;
    static bool INumberBase<BFloat16>.IsImaginaryNumber(BFloat16 value) => false;
    static bool INumberBase<BFloat16>.IsRealNumber(BFloat16 value) => !IsNaN(value);
    static bool INumberBase<BFloat16>.IsZero(BFloat16 value) => (value.Bits & ~SignBit) == 0;
    static bool INumberBase<BFloat16>.IsPositive(BFloat16 value) => !IsNegative(value);
    static bool INumberBase<BFloat16>.IsPositiveInfinity(BFloat16 value) => value.Bits == 0x7F80;
    static bool INumberBase<BFloat16>.IsNegativeInfinity(BFloat16 value) => value.Bits == 0xFF80;
    static bool INumberBase<BFloat16>.IsNormal(BFloat16 value) => float.IsNormal(value.Value);
    static bool INumberBase<BFloat16>.IsSubnormal(BFloat16 value) => float.IsSubnormal(value.Value);
    static bool INumberBase<BFloat16>.IsInteger(BFloat16 value) => float.IsInteger(value.Value);
    static bool INumberBase<BFloat16>.IsEvenInteger(BFloat16 value) => float.IsEvenInteger(value.Value);
    static bool INumberBase<BFloat16>.IsOddInteger(BFloat16 value) => float.IsOddInteger(value.Value);

    static BFloat16 INumberBase<BFloat16>.Abs(BFloat16 value) => new((ushort)(value.Bits & ~SignBit));
    static BFloat16 INumberBase<BFloat16>.MaxMagnitude(BFloat16 x, BFloat16 y) => (BFloat16)float.MaxMagnitude(x.Value, y.Value);
    static BFloat16 INumberBase<BFloat16>.MaxMagnitudeNumber(BFloat16 x, BFloat16 y) =>
        (BFloat16)float.MaxMagnitudeNumber(x.Value, y.Value);
    static BFloat16 INumberBase<BFloat16>.MinMagnitude(BFloat16 x, BFloat16 y) => (BFloat16)float.MinMagnitude(x.Value, y.Value);
    static BFloat16 INumberBase<BFloat16>.MinMagnitudeNumber(BFloat16 x, BFloat16 y) =>
        (BFloat16)float.MinMagnitudeNumber(x.Value, y.Value);

    static BFloat16 IFloatingPoint<BFloat16>.Round(BFloat16 x, int digits, MidpointRounding mode) =>
        (BFloat16)float.Round(x.Value, digits, mode);

    static BFloat16 IFloatingPointIeee754<BFloat16>.BitIncrement(BFloat16 x) => Above(x);
    static BFloat16 IFloatingPointIeee754<BFloat16>.BitDecrement(BFloat16 x) => -Above(-x);

    int IFloatingPoint<BFloat16>.GetExponentByteCount() => sizeof(sbyte);
    int IFloatingPoint<BFloat16>.GetExponentShortestBitLength() => ((IFloatingPoint<float>)Value).GetExponentShortestBitLength();
    int IFloatingPoint<BFloat16>.GetSignificandBitLength() => FractionBits + 1;
    int IFloatingPoint<BFloat16>.GetSignificandByteCount() => sizeof(byte);
    bool IFloatingPoint<BFloat16>.TryWriteExponentBigEndian(Span<byte> destination, out int bytesWritten) =>
        TryWrite((byte)Exponent, destination, out bytesWritten);
    bool IFloatingPoint<BFloat16>.TryWriteExponentLittleEndian(Span<byte> destination, out int bytesWritten) =>
        TryWrite((byte)Exponent, destination, out bytesWritten);
    bool IFloatingPoint<BFloat16>.TryWriteSignificandBigEndian(Span<byte> destination, out int bytesWritten) =>
        TryWrite(Significand, destination, out bytesWritten);
    bool IFloatingPoint<BFloat16>.TryWriteSignificandLittleEndian(Span<byte> destination, out int bytesWritten) =>
        TryWrite(Significand, destination, out bytesWritten);

    /// <summary>The next number above; of infinity and NaN itself.</summary>
    private static BFloat16 Above(BFloat16 x) => x.Bits switch
    {
        SignBit => Epsilon,
        0xFF80 => MinValue,
        _ when !IsFinite(x) => x,
        _ => new((ushort)(IsNegative(x) ? x.Bits - 1 : x.Bits + 1)),
    };

    private static bool TryWrite(byte value, Span<byte> destination, out int bytesWritten)
    {
        bytesWritten = destination.IsEmpty ? 0 : 1;
        if (bytesWritten == 1) destination[0] = value;
        return bytesWritten == 1;
    }
}
