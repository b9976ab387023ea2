using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>Between 16-bit numbers and the floats that kernels compute in: Half by the base library, BFloat16 as the upper half of a float.</summary>
internal static class SixteenBit
{
    /// <summary>Whether the numbers are stored in 16 bits, so that kernels compute with copies of them.</summary>
    public static bool Are<T>() => typeof(T) != typeof(float) && typeof(T) != typeof(double);

    /// <summary>The same numbers as floats or doubles; between equal types a copy.</summary>
    public static void Widen<TStored, T>(ReadOnlySpan<TStored> from, Span<T> to) where TStored : unmanaged where T : unmanaged
    {
        if (typeof(TStored) == typeof(T)) MemoryMarshal.Cast<TStored, T>(from).CopyTo(to);
        else if (typeof(TStored) == typeof(Half)) TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<TStored, Half>(from), MemoryMarshal.Cast<T, float>(to));
        else Upper(MemoryMarshal.Cast<TStored, ushort>(from), MemoryMarshal.Cast<T, uint>(to));
    }

    /// <summary>Rounded to nearest, ties to even; NaN stays NaN.</summary>
    public static void Narrow<T, TStored>(ReadOnlySpan<T> from, Span<TStored> to) where TStored : unmanaged where T : unmanaged
    {
        if (typeof(TStored) == typeof(T)) MemoryMarshal.Cast<T, TStored>(from).CopyTo(to);
        else if (typeof(TStored) == typeof(Half)) TensorPrimitives.ConvertToHalf(MemoryMarshal.Cast<T, float>(from), MemoryMarshal.Cast<TStored, Half>(to));
        else Rounded(MemoryMarshal.Cast<T, uint>(from), MemoryMarshal.Cast<TStored, ushort>(to));
    }

    /// <summary>A number for <typeparamref name="T"/>; where it goes on to a narrow type, the float that rounds to what the double itself would.</summary>
    public static T From<T>(double value, bool roundsTo16Bit) where T : unmanaged, INumberBase<T> =>
        roundsTo16Bit ? T.CreateTruncating(ToOdd(value)) : Scalar.Rounded<T>(value);

    /// <summary>Rounded to odd (Boldo, Melquiond 2008): towards zero, and where a digit is lost the last bit is set, so that no tie is made that was none.</summary>
    private static float ToOdd(double value)
    {
        var near = (float)value;
        if (near == value) return near;
        if (double.IsNaN(value)) return float.NaN;
        var bits = BitConverter.SingleToUInt32Bits(near);
        if (Math.Abs((double)near) > Math.Abs(value)) bits--;
        return BitConverter.UInt32BitsToSingle(bits | 1);
    }

    private static void Upper(ReadOnlySpan<ushort> from, Span<uint> to)
    {
        var i = 0;
        for (; i <= from.Length - Vector512<ushort>.Count; i += Vector512<ushort>.Count)
        {
            var (low, high) = Vector512.Widen(Vector512.Create(from[i..]));
            (low << 16).CopyTo(to[i..]);
            (high << 16).CopyTo(to[(i + Vector512<uint>.Count)..]);
        }
        for (; i < from.Length; i++) to[i] = (uint)from[i] << 16;
    }

    private static void Rounded(ReadOnlySpan<uint> from, Span<ushort> to)
    {
        var i = 0;
        for (; i <= from.Length - Vector512<ushort>.Count; i += Vector512<ushort>.Count)
            Vector512.Narrow(Round(Vector512.Create(from[i..])), Round(Vector512.Create(from[(i + Vector512<uint>.Count)..]))).CopyTo(to[i..]);
        for (; i < from.Length; i++) to[i] = (ushort)Round(Vector512.Create(from[i]))[0];
    }

    /// <summary>The upper half, rounded; a NaN keeps its upper half and becomes quiet, so that it cannot round to infinity.</summary>
    private static Vector512<uint> Round(Vector512<uint> bits)
    {
        var up = bits >> 16;
        var rounded = (bits + Vector512.Create(0x7FFFu) + (up & Vector512<uint>.One)) >> 16;
        return Vector512.ConditionalSelect(Vector512.IsNaN(bits.AsSingle()).AsUInt32(), up | Vector512.Create(0x40u), rounded);
    }
}
