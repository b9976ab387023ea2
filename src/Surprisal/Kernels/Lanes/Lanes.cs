using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>A block of 64 bytes, 16 floats or 8 doubles, on any hardware, so that every machine adds in the same order.</summary>
/// <remarks>
/// The runtime splits it where registers are narrower. Code that asks about hardware chooses how the same operations are done (inlined or
/// called, in tiles of this size or that), never which: results have the same bits everywhere.
/// </remarks>
internal readonly partial struct Lanes<T>(Vector512<T> value) where T : unmanaged
{
    public readonly Vector512<T> Value = value;

    public static int Count => Unsafe.SizeOf<Vector512<T>>() / Unsafe.SizeOf<T>();

    public static Lanes<T> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector512<T>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> All(T value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> operator +(Lanes<T> a, Lanes<T> b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> operator -(Lanes<T> a, Lanes<T> b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> operator *(Lanes<T> a, Lanes<T> b) => new(a.Value * b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> operator /(Lanes<T> a, Lanes<T> b) => new(a.Value / b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> operator -(Lanes<T> a) => new(-a.Value);

    /// <summary>Fused multiply-add: a * b + c with one rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Fma(Lanes<T> a, Lanes<T> b, Lanes<T> c)
    {
        if (typeof(T) == typeof(float))
            return new(Vector512.FusedMultiplyAdd(a.Value.AsSingle(), b.Value.AsSingle(), c.Value.AsSingle()).As<float, T>());
        if (typeof(T) == typeof(double))
            return new(Vector512.FusedMultiplyAdd(a.Value.AsDouble(), b.Value.AsDouble(), c.Value.AsDouble()).As<double, T>());
        return a * b + c;
    }

    /// <summary>The larger of each pair; NaN where either is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Max(Lanes<T> a, Lanes<T> b) => new(Vector512.Max(a.Value, b.Value));

    /// <summary>
    /// The larger of each pair in one instruction; where either is NaN the result is one of the two, which one depends on the hardware.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> MaxNative(Lanes<T> a, Lanes<T> b) => new(Vector512.MaxNative(a.Value, b.Value));

    /// <summary>The smaller of each pair in one instruction; NaN as in <see cref="MaxNative(Lanes{T}, Lanes{T})"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> MinNative(Lanes<T> a, Lanes<T> b) => new(Vector512.MinNative(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Greater(Lanes<T> a, Lanes<T> b) => new(Vector512.GreaterThan(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Equal(Lanes<T> a, Lanes<T> b) => new(Vector512.Equals(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> GreaterOrEqual(Lanes<T> a, Lanes<T> b) => new(Vector512.GreaterThanOrEqual(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> NotEqual(Lanes<T> a, Lanes<T> b) => new(~Vector512.Equals(a.Value, b.Value));

    /// <summary>Bitwise a and b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> And(Lanes<T> a, Lanes<T> b) => new(a.Value & b.Value);

    /// <summary>Bitwise a and not mask.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> AndNot(Lanes<T> a, Lanes<T> mask) => new(Vector512.AndNot(a.Value, mask.Value));

    /// <summary>Lane by lane: <paramref name="yes"/> where the mask's bits are set, else <paramref name="no"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Select(Lanes<T> mask, Lanes<T> yes, Lanes<T> no) =>
        new(Vector512.ConditionalSelect(mask.Value, yes.Value, no.Value));

    /// <summary>Keeps the first <paramref name="count"/> lanes and sets the others to 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> First(int count) => count == Count ? this : new(Value & LeadingMask(count));

    /// <summary>Keeps the lanes from <paramref name="first"/> on and sets the others to 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> From(int first) => new(Vector512.AndNot(Value, LeadingMask(first)));

    /// <summary>The sign bits of the lanes: of a comparison, one where it holds.</summary>
    public ulong Mask
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Value.ExtractMostSignificantBits();
    }

    /// <summary>Whether a comparison holds in all lanes.</summary>
    public bool HasAll
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Mask == (1UL << Count) - 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> Sqrt() => new(Vector512.Sqrt(Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<T> Abs() => new(Vector512.Abs(Value));

    /// <summary>The smaller of each pair; NaN where either is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Min(Lanes<T> a, Lanes<T> b) => new(Vector512.Min(a.Value, b.Value));

    /// <summary>The sum of the lanes in double, by halving: the same tree on every machine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Sum()
    {
        if (typeof(T) == typeof(float))
        {
            var (low, high) = Vector512.Widen(Value.AsSingle());
            return new Lanes<double>(low + high).Sum();
        }
        var pairs = Value.AsDouble().GetLower() + Value.AsDouble().GetUpper();
        var halves = pairs.GetLower() + pairs.GetUpper();
        return halves.ToScalar() + halves.GetElement(1);
    }

    /// <summary>The largest lane by <see cref="MaxNative(Lanes{T}, Lanes{T})"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T MaxNative()
    {
        var half = Vector256.MaxNative(Value.GetLower(), Value.GetUpper());
        var quarter = Vector128.MaxNative(half.GetLower(), half.GetUpper());
        if (typeof(T) != typeof(double))
            quarter = Vector128.MaxNative(quarter, Vector128.Shuffle(quarter.AsInt64(), Vector128.Create(1, 0L)).As<long, T>());
        return Vector128.MaxNative(quarter, Vector128.Create(quarter.GetElement(1))).ToScalar();
    }
}
