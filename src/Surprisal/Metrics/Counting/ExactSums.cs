using System.Runtime.CompilerServices;
using System.Text.Json;
using Surprisal.Kernels;

namespace Surprisal.Metrics;

/// <summary>
/// Sums of doubles without any rounding, so that they do not depend on how data are cut or in which order they come: each is an integer in
/// units of 2^-1074, in digits of 32 bits that are carried late, with infinities and NaN counted beside it. Read, it is rounded once.
/// </summary>
/// <remarks>A superaccumulator: Kulisch, Computer Arithmetic and Validity (2013), 8. Its value is that of Python's math.fsum.</remarks>
internal sealed class ExactSums(int count)
{
    /// <summary>Digits of the 2,098 bits of all doubles and room for carries.</summary>
    private const int Digits = 68, PositiveInfinities = Digits, NegativeInfinities = Digits + 1, NaNs = Digits + 2, Stride = Digits + 3;

    /// <summary>A digit has room for so many terms of 32 bits, and one more.</summary>
    private const int MostPending = 1 << 30;

    private readonly long[] state = new long[count * Stride];

    /// <summary>
    /// No sum has had more terms since its last carry. One number for all of them: each with its own would touch one more line of memory.
    /// </summary>
    private int pending;

    public int Count { get; } = count;

    /// <summary>Adds a term to sum <paramref name="i"/>.</summary>
    [MethodImpl(Compile.Separately)]
    public void Add(int i, double term)
    {
        var sum = state.AsSpan(i * Stride, Stride);
        var bits = BitConverter.DoubleToInt64Bits(term);
        var exponent = (int)(bits >> 52) & 0x7FF;
        if (exponent == 0x7FF)
        {
            sum[double.IsNaN(term) ? NaNs : term > 0 ? PositiveInfinities : NegativeInfinities]++;
            return;
        }
        var mantissa = (ulong)bits & 0xF_FFFF_FFFF_FFFF;
        if (exponent > 0) mantissa |= 1UL << 52;
        var position = Math.Max(exponent - 1, 0);
        var (digit, shift) = (position >> 5, position & 31);
        var low = mantissa << shift;
        var high = shift == 0 ? 0 : (long)(mantissa >> (64 - shift));
        var (first, second) = ((long)(low & 0xFFFF_FFFF), (long)(low >> 32));
        if (bits < 0) (first, second, high) = (-first, -second, -high);
        sum[digit] += first;
        sum[digit + 1] += second;
        sum[digit + 2] += high;
        if (++pending == MostPending) CarryAll();
    }

    /// <summary>The sum, rounded once to the nearest double; NaN after a NaN or infinities of both signs.</summary>
    public double this[int i]
    {
        get
        {
            var sum = state.AsSpan(i * Stride, Stride);
            if (IsZero(sum)) return 0;
            if (sum[NaNs] > 0 || (sum[PositiveInfinities] > 0 && sum[NegativeInfinities] > 0)) return double.NaN;
            if (sum[PositiveInfinities] > 0) return double.PositiveInfinity;
            return sum[NegativeInfinities] > 0 ? double.NegativeInfinity : Round(sum);
        }
    }

    /// <summary>Adds the sums of another.</summary>
    public void Add(ExactSums other)
    {
        CarryAll();
        for (var i = 0; i < Count; i++) AddFrom(other, i, i);
    }

    /// <summary>The sum of all sums, rounded once.</summary>
    public double Total()
    {
        var total = new ExactSums(1);
        for (var i = 0; i < Count; i++)
        {
            total.AddFrom(this, i, 0);
            Carry(total.state);
        }
        return total[0];
    }

    /// <summary>Writes each sum that is not 0 as [index, integer in hexadecimal, +infinities, -infinities, NaN].</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        for (var i = 0; i < Count; i++)
        {
            var sum = state.AsSpan(i * Stride, Stride);
            if (IsZero(sum)) continue;
            var integer = Integer(sum);
            if (integer.IsZero && sum[PositiveInfinities..].IndexOfAnyExcept(0) < 0) continue;
            json.WriteStartArray();
            json.WriteNumberValue(i);
            json.WriteStringValue((integer.Sign < 0 ? "-" : "") + BigInteger.Abs(integer).ToString("X").TrimStart('0'));
            foreach (var special in sum[PositiveInfinities..]) json.WriteInteger(special);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    /// <summary>Adds what <see cref="Write"/> wrote.</summary>
    public void Read(JsonElement json)
    {
        foreach (var entry in json.EnumerateArray())
        {
            var sum = state.AsSpan(entry[0].GetInt32() * Stride, Stride);
            var text = entry[1].GetString()!;
            var magnitude = BigInteger.Parse("0" + text.TrimStart('-'), System.Globalization.NumberStyles.HexNumber);
            Carry(sum);
            for (var digit = 0; !magnitude.IsZero; digit++, magnitude >>= 32)
                sum[digit] += (text[0] == '-' ? -1 : 1) * (long)(uint)(magnitude & uint.MaxValue);
            for (var k = 0; k < 3; k++) sum[PositiveInfinities + k] += entry[2 + k].ReadInteger();
        }
        CarryAll();
    }

    private void AddFrom(ExactSums other, int from, int to)
    {
        var sum = state.AsSpan(to * Stride, Stride);
        var term = other.state.AsSpan(from * Stride, Stride);
        if (IsZero(term)) return;
        Carry(term);
        for (var k = 0; k < Stride; k++) sum[k] += term[k];
    }

    /// <summary>Whether nothing but zeros was added; most sums of many classes have had nothing at all.</summary>
    private static bool IsZero(ReadOnlySpan<long> sum) => sum.IndexOfAnyExcept(0) < 0;

    private void CarryAll()
    {
        for (var i = 0; i < Count; i++)
            if (state.AsSpan(i * Stride, Stride) is var sum && !IsZero(sum)) Carry(sum);
        pending = 1;
    }

    /// <summary>Makes every digit but the last 0 .. 2^32 - 1; the last one carries the sign.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Carry(Span<long> sum)
    {
        for (var k = 0; k < Digits - 1; k++)
        {
            sum[k + 1] += sum[k] >> 32;
            sum[k] &= 0xFFFF_FFFF;
        }
    }

    private static BigInteger Integer(Span<long> sum)
    {
        Carry(sum);
        var integer = BigInteger.Zero;
        for (var k = Digits - 1; k >= 0; k--) integer = (integer << 32) + sum[k];
        return integer;
    }

    /// <summary>The sum, to the nearest double, ties to even.</summary>
    [MethodImpl(Compile.Separately)]
    private static double Round(Span<long> sum)
    {
        Carry(sum);
        Span<long> magnitude = stackalloc long[Digits];
        sum[..Digits].CopyTo(magnitude);
        var negative = magnitude[Digits - 1] < 0;
        if (negative) Negate(magnitude);
        // The upper three digits have 65 bits and more; of those below only matters whether there are any.
        var lowest = Digits - 3;
        while (lowest > 0 && magnitude[lowest + 2] == 0) lowest--;
        var value = ((UInt128)magnitude[lowest + 2] << 64) | ((UInt128)magnitude[lowest + 1] << 32) | (UInt128)magnitude[lowest];
        for (var k = 0; k < lowest; k++) value |= magnitude[k] != 0 ? 1UL : 0UL;
        var shift = Math.Max(128 - (int)UInt128.LeadingZeroCount(value) - 53, 0);
        var kept = (ulong)(value >> shift);
        var rest = value - ((UInt128)kept << shift);
        var half = shift == 0 ? UInt128.One : UInt128.One << (shift - 1);
        if (rest > half || (rest == half && ulong.IsOddInteger(kept))) kept++;
        var rounded = Math.ScaleB(kept, shift + 32 * lowest - 1074);
        return negative ? -rounded : rounded;
    }

    private static void Negate(Span<long> digits)
    {
        var borrow = 0L;
        for (var k = 0; k < Digits; k++)
        {
            var digit = -digits[k] + borrow;
            (digits[k], borrow) = k == Digits - 1 ? (digit, 0) : (digit & 0xFFFF_FFFF, digit >> 32);
        }
    }
}
