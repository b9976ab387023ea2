using System.Diagnostics.CodeAnalysis;

namespace Surprisal;

/// <summary>
/// A number of 16 bits, the upper half of a float: its range, with 8 significant bits instead of 24. PyTorch's <c>torch.bfloat16</c>.
/// </summary>
/// <remarks>
/// A type to store numbers in. Every operation computes in float and rounds its result to the nearest, ties to even, as PyTorch's do;
/// denormals are kept. Members that are not listed here are there for generic code, through <see cref="IFloatingPointIeee754{TSelf}"/>.
/// </remarks>
public readonly partial struct BFloat16 : IFloatingPointIeee754<BFloat16>, IMinMaxValue<BFloat16>
{
    private const ushort SignBit = 0x8000, QuietBit = 0x0040;
    private const int DroppedBits = 16, FractionBits = 7, ExponentBias = 127;

    internal readonly ushort Bits;

    internal BFloat16(ushort bits) => Bits = bits;

    /// <summary>The smallest positive number, 2^-133, a denormal.</summary>
    public static BFloat16 Epsilon => new(0x0001);

    /// <summary>The largest number, (2 - 2^-7) 2^127, about 3.39e38.</summary>
    public static BFloat16 MaxValue => new(0x7F7F);

    /// <summary>The most negative number, about -3.39e38.</summary>
    public static BFloat16 MinValue => new(0xFF7F);

    /// <summary>Infinity.</summary>
    public static BFloat16 PositiveInfinity => new(0x7F80);

    /// <summary>Minus infinity.</summary>
    public static BFloat16 NegativeInfinity => new(0xFF80);

    /// <summary>Not a number, quiet.</summary>
    public static BFloat16 NaN => new(0x7FC0);

    /// <summary>0.</summary>
    public static BFloat16 Zero => new(0x0000);

    /// <summary>-0, which equals 0.</summary>
    public static BFloat16 NegativeZero => new(0x8000);

    /// <summary>1.</summary>
    public static BFloat16 One => new(0x3F80);

    /// <summary>-1.</summary>
    public static BFloat16 NegativeOne => new(0xBF80);

    /// <summary>The number nearest to pi, 3.140625.</summary>
    public static BFloat16 Pi => (BFloat16)double.Pi;

    /// <summary>The number nearest to e, 2.71875.</summary>
    public static BFloat16 E => (BFloat16)double.E;

    static BFloat16 IFloatingPointConstants<BFloat16>.Tau => (BFloat16)double.Tau;

    static BFloat16 IAdditiveIdentity<BFloat16, BFloat16>.AdditiveIdentity => Zero;

    static BFloat16 IMultiplicativeIdentity<BFloat16, BFloat16>.MultiplicativeIdentity => One;

    static int INumberBase<BFloat16>.Radix => 2;

    /// <summary>The same number as a float, exactly.</summary>
    private float Value => BitConverter.UInt32BitsToSingle((uint)Bits << DroppedBits);

    /// <summary>Whether the number is neither NaN nor infinite.</summary>
    /// <param name="value">The number in question; any, NaN too.</param>
    public static bool IsFinite(BFloat16 value) => (value.Bits & ~SignBit) < 0x7F80;

    /// <summary>Whether the number is infinite, of either sign.</summary>
    /// <param name="value">The number in question; any, NaN too.</param>
    public static bool IsInfinity(BFloat16 value) => (value.Bits & ~SignBit) == 0x7F80;

    /// <summary>Whether it is not a number.</summary>
    /// <param name="value">The number in question; any, NaN too.</param>
    public static bool IsNaN(BFloat16 value) => (value.Bits & ~SignBit) > 0x7F80;

    /// <summary>Whether the sign bit is set: negative numbers, -0, and some NaN.</summary>
    /// <param name="value">The number in question; any, NaN too.</param>
    public static bool IsNegative(BFloat16 value) => (value.Bits & SignBit) != 0;

    /// <summary>Negative, zero or positive as this number is below, equal to or above the other; NaN is below all numbers.</summary>
    /// <param name="other">The number to compare with.</param>
    public int CompareTo(BFloat16 other) => Value.CompareTo(other.Value);

    /// <inheritdoc cref="CompareTo(BFloat16)"/>
    /// <param name="obj">A BFloat16, or null, which is below every number.</param>
    /// <exception cref="ArgumentException">Not a BFloat16.</exception>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        BFloat16 other => CompareTo(other),
        _ => throw new ArgumentException($"obj is {obj.GetType().Name}, but BFloat16 compares with BFloat16 only.", nameof(obj)),
    };

    /// <summary>Whether the numbers are equal; NaN equals NaN here, and 0 equals -0.</summary>
    /// <param name="other">The number to compare with.</param>
    public bool Equals(BFloat16 other) => Value.Equals(other.Value);

    /// <inheritdoc cref="Equals(BFloat16)"/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is BFloat16 other && Equals(other);

    /// <summary>Equal numbers have the same.</summary>
    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>The number as a float prints it.</summary>
    public override string ToString() => Value.ToString();

    /// <inheritdoc cref="ToString()"/>
    /// <param name="format">A format of <see cref="float"/>, such as F2; null for the shortest text that reads back as the float.</param>
    /// <param name="formatProvider">The culture to write in; null for the present one.</param>
    public string ToString(string? format, IFormatProvider? formatProvider) => Value.ToString(format, formatProvider);

    bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        Value.TryFormat(destination, out charsWritten, format, provider);
}
