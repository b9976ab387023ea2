using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>
/// Converts between 16-bit storage types and the floats that kernels compute in: Half by the base library, BFloat16 as the upper half of a
/// float.
/// </summary>
internal static class SixteenBit
{
    /// <summary>Whether T is stored in 16 bits, so that kernels compute with a float copy. T is a floating type.</summary>
    public static bool IsStorageType<T>() => typeof(T) != typeof(float) && typeof(T) != typeof(double);

    /// <summary>Converts to float, exactly; copies between equal types.</summary>
    public static void Widen<TStored, T>(ReadOnlySpan<TStored> from, Span<T> to) where TStored : unmanaged where T : unmanaged
    {
        if (typeof(TStored) == typeof(T)) MemoryMarshal.Cast<TStored, T>(from).CopyTo(to);
        else if (typeof(TStored) == typeof(Half))
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<TStored, Half>(from), MemoryMarshal.Cast<T, float>(to));
        else BFloat16ToSingle(MemoryMarshal.Cast<TStored, ushort>(from), MemoryMarshal.Cast<T, uint>(to));
    }

    /// <summary>Rounds to the storage type, to nearest, ties to even; NaN stays NaN. Copies between equal types.</summary>
    public static void Narrow<T, TStored>(ReadOnlySpan<T> from, Span<TStored> to) where TStored : unmanaged where T : unmanaged
    {
        if (typeof(TStored) == typeof(T)) MemoryMarshal.Cast<T, TStored>(from).CopyTo(to);
        else if (typeof(TStored) == typeof(Half))
            TensorPrimitives.ConvertToHalf(MemoryMarshal.Cast<T, float>(from), MemoryMarshal.Cast<TStored, Half>(to));
        else SingleToBFloat16(MemoryMarshal.Cast<T, uint>(from), MemoryMarshal.Cast<TStored, ushort>(to));
    }

    /// <summary>
    /// Rounds a double to <typeparamref name="T"/>; to a float that will be rounded to 16 bits it rounds to odd, so that the second
    /// rounding is as good as one.
    /// </summary>
    public static T From<T>(double value, bool roundsTo16Bit) where T : unmanaged, INumberBase<T> =>
        roundsTo16Bit ? T.CreateTruncating(RoundToOdd(value)) : Scalar.Round<T>(value);

    /// <summary>
    /// Rounds to odd (Boldo, Melquiond 2008): towards zero, and where a digit is lost the last bit is set, so that no tie arises that was
    /// none.
    /// </summary>
    private static float RoundToOdd(double value)
    {
        var nearest = (float)value;
        if (nearest == value) return nearest;
        if (double.IsNaN(value)) return float.NaN;
        var bits = BitConverter.SingleToUInt32Bits(nearest);
        if (Math.Abs((double)nearest) > Math.Abs(value)) bits--;
        return BitConverter.UInt32BitsToSingle(bits | 1);
    }

    private static void BFloat16ToSingle(ReadOnlySpan<ushort> from, Span<uint> to)
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

    private static void SingleToBFloat16(ReadOnlySpan<uint> from, Span<ushort> to)
    {
        var i = 0;
        for (; i <= from.Length - Vector512<ushort>.Count; i += Vector512<ushort>.Count)
            Vector512.Narrow(RoundToUpperHalf(Vector512.Create(from[i..])),
                RoundToUpperHalf(Vector512.Create(from[(i + Vector512<uint>.Count)..])))
                .CopyTo(to[i..]);
        for (; i < from.Length; i++) to[i] = (ushort)RoundToUpperHalf(Vector512.Create(from[i]))[0];
    }

    /// <summary>
    /// Rounds the bits of floats to their upper halves; a NaN keeps its upper half and becomes quiet, so that it cannot round to infinity.
    /// </summary>
    private static Vector512<uint> RoundToUpperHalf(Vector512<uint> bits)
    {
        var upper = bits >> 16;
        var rounded = (bits + Vector512.Create(0x7FFFu) + (upper & Vector512<uint>.One)) >> 16;
        return Vector512.ConditionalSelect(Vector512.IsNaN(bits.AsSingle()).AsUInt32(), upper | Vector512.Create(0x40u), rounded);
    }
}
