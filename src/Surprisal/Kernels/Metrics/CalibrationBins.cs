using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>
/// Counts probabilities from 0 to 1 in bins of equal width, closed on the right, and sums them in each bin as integers: every probability
/// is rounded to a multiple of 2^-62, so that no order changes a bit.
/// </summary>
internal static class CalibrationBins
{
    /// <summary>What is kept of a bin: how many probabilities, and the sums of their upper and of their lower 31 bits.</summary>
    private const int Numbers = 4, Upper = 1, Lower = 2;

    private const int AtOnce = 128;

    /// <summary>2^52: the last bits of a double as large are an integer, and the others are <see cref="MagicBits"/>.</summary>
    private const double Magic = 4503599627370496.0, Half = 2147483648.0; // 2^31

    private const long MagicBits = 0x4330_0000_0000_0000;

    /// <summary>
    /// How long the table of so many bins is: two of each, which are counted into in turn, for the same bin soon comes again.
    /// </summary>
    public static int Length(int bins) => 2 * bins * Numbers;

    /// <summary>Adds probabilities to a table; at most 2^31 in all.</summary>
    /// <param name="p">From 0 to 1, or what rounding put above.</param>
    /// <param name="bins">How many bins there are.</param>
    /// <param name="table">As long as <see cref="Length"/> says; zeros at first.</param>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    public static void Add(ReadOnlySpan<double> p, int bins, Span<long> table)
    {
        Span<double> bin = stackalloc double[AtOnce], upper = stackalloc double[AtOnce], lower = stackalloc double[AtOnce];
        ref var even = ref MemoryMarshal.GetReference(table);
        ref var odd = ref MemoryMarshal.GetReference(table[(bins * Numbers)..]);
        for (; !p.IsEmpty; p = p[Math.Min(p.Length, AtOnce)..])
        {
            var count = Math.Min(p.Length, AtOnce);
            Split(p[..count], bins, bin, upper, lower);
            for (var i = 0; i < count; i++)
            {
                ref var of = ref Unsafe.Add(ref i % 2 == 0 ? ref even : ref odd, Numbers * (int)BitConverter.DoubleToInt64Bits(bin[i]));
                of++;
                Unsafe.Add(ref of, Upper) += BitConverter.DoubleToInt64Bits(upper[i]) - MagicBits;
                Unsafe.Add(ref of, Lower) += BitConverter.DoubleToInt64Bits(lower[i]) - MagicBits;
            }
        }
    }

    /// <summary>How many probabilities are in a bin, and their sum in multiples of 2^-62.</summary>
    public static (long Count, Int128 Units) Of(ReadOnlySpan<long> table, int bin)
    {
        var even = table[(Numbers * bin)..];
        var odd = table[(table.Length / 2 + Numbers * bin)..];
        return (even[0] + odd[0], ((Int128)(even[Upper] + odd[Upper]) << 31) + even[Lower] + odd[Lower]);
    }

    /// <summary>
    /// The bin of each probability, and both halves of its multiple of 2^-62, as integers in the last bits of doubles. The last block of
    /// lanes is padded with zeros.
    /// </summary>
    [MethodImpl(Compile.Separately)]
    private static void Split(ReadOnlySpan<double> p, int bins, Span<double> bin, Span<double> upper, Span<double> lower)
    {
        ref var from = ref MemoryMarshal.GetReference(p);
        var (magic, half, one, zero) = (Vector512.Create(Magic), Vector512.Create(Half), Vector512.Create(1.0), Vector512<double>.Zero);
        var (size, last) = (Vector512.Create((double)bins), Vector512.Create(bins - 1.0));
        for (var i = 0; i < p.Length; i += Lanes<double>.Count)
        {
            var x = p.Length - i >= Lanes<double>.Count ? Lanes<double>.Load(ref from, i).Value
                : Lanes<double>.LoadPartial(ref from, i, p.Length - i).Value;
            // The rounded product is off by one bin at most, at an edge; m / bins is the edge itself.
            var near = Vector512.Floor(x * size);
            near -= Vector512.LessThanOrEqual(x, near / size) & one;
            near += Vector512.GreaterThan(x, (near + one) / size) & one;
            (Vector512.MinNative(Vector512.MaxNative(near, zero), last) + magic).CopyTo(bin[i..]);
            var scaled = x * half;
            var whole = Vector512.Floor(scaled);
            (whole + magic).CopyTo(upper[i..]);
            ((scaled - whole) * half + magic).CopyTo(lower[i..]); // the sum rounds to an integer, ties to even
        }
    }
}
