namespace Surprisal;

/// <content>The operators: those of float, rounded.</content>
public readonly partial struct BFloat16
{
    /// <summary>a + b, rounded.</summary>
    public static BFloat16 operator +(BFloat16 left, BFloat16 right) => (BFloat16)(left.Value + right.Value);

    /// <summary>a - b, rounded.</summary>
    public static BFloat16 operator -(BFloat16 left, BFloat16 right) => (BFloat16)(left.Value - right.Value);

    /// <summary>a b, rounded.</summary>
    public static BFloat16 operator *(BFloat16 left, BFloat16 right) => (BFloat16)(left.Value * right.Value);

    /// <summary>a / b, rounded.</summary>
    public static BFloat16 operator /(BFloat16 left, BFloat16 right) => (BFloat16)(left.Value / right.Value);

    /// <summary>-x: the other sign, of NaN too.</summary>
    public static BFloat16 operator -(BFloat16 value) => new((ushort)(value.Bits ^ SignBit));

    /// <summary>Whether the numbers are equal; NaN equals nothing here, and 0 equals -0.</summary>
    public static bool operator ==(BFloat16 left, BFloat16 right) => left.Value == right.Value;

    /// <summary>Whether the numbers differ; NaN differs from everything.</summary>
    public static bool operator !=(BFloat16 left, BFloat16 right) => left.Value != right.Value;

    /// <summary>Whether the first is below the second; never with NaN.</summary>
    public static bool operator <(BFloat16 left, BFloat16 right) => left.Value < right.Value;

    /// <summary>Whether the first is above the second; never with NaN.</summary>
    public static bool operator >(BFloat16 left, BFloat16 right) => left.Value > right.Value;

    /// <summary>Whether the first is below the second or equal; never with NaN.</summary>
    public static bool operator <=(BFloat16 left, BFloat16 right) => left.Value <= right.Value;

    /// <summary>Whether the first is above the second or equal; never with NaN.</summary>
    public static bool operator >=(BFloat16 left, BFloat16 right) => left.Value >= right.Value;

    static BFloat16 IModulusOperators<BFloat16, BFloat16, BFloat16>.operator %(BFloat16 left, BFloat16 right) =>
        (BFloat16)(left.Value % right.Value);

    static BFloat16 IUnaryPlusOperators<BFloat16, BFloat16>.operator +(BFloat16 value) => value;

    static BFloat16 IIncrementOperators<BFloat16>.operator ++(BFloat16 value) => value + One;

    static BFloat16 IDecrementOperators<BFloat16>.operator --(BFloat16 value) => value - One;
}
