using System.Text.Json;

namespace Surprisal.Tests.ElementTypes;

/// <summary>Every number of the type, and every place where a rounding is decided.</summary>
public sealed class BFloat16RoundingTests
{
    private static readonly double[] magnitudes = BFloat16Reference.Magnitudes;

    [Fact]
    public void Every_pattern_survives_the_way_through_float_and_double_and_NaN_becomes_quiet()
    {
        for (var bits = 0; bits <= ushort.MaxValue; bits++)
        {
            var number = new BFloat16((ushort)bits);
            var (single, wide) = ((float)number, (double)number);
            var expected = BFloat16.IsNaN(number) ? bits | 0x0040 : bits;
            Assert.True(((BFloat16)single).Bits == expected && ((BFloat16)wide).Bits == expected,
                $"0x{bits:X4} came back as 0x{((BFloat16)single).Bits:X4} and 0x{((BFloat16)wide).Bits:X4}.");
            var size = bits & 0x7FFF;
            if (size >= 0x7F80) Assert.Equal((size == 0x7F80, size > 0x7F80), (float.IsInfinity(single), float.IsNaN(single)));
            else Assert.True((bits > 0x7FFF ? -magnitudes[size] : magnitudes[size]).Equals(wide), $"0x{bits:X4} is {wide:R}.");
            Assert.Equal(bits > 0x7FFF, float.IsNegative(single));
        }
    }

    [Fact]
    public void Doubles_at_beside_and_between_all_ties_go_to_the_nearest()
    {
        for (var i = 0; i + 1 < magnitudes.Length; i++)
        {
            var (low, high) = (magnitudes[i], magnitudes[i + 1]);
            var tie = (low + high) / 2;
            Check(i, tie, Math.BitDecrement(tie), Math.BitIncrement(tie), Math.BitIncrement(low), Math.BitDecrement(high), low + (high - low) / 3);
        }
    }

    [Fact]
    public void Floats_at_beside_and_between_all_ties_go_to_the_nearest()
    {
        for (var i = 0; i + 1 < magnitudes.Length; i++)
        {
            var tie = (float)((magnitudes[i] + magnitudes[i + 1]) / 2);
            CheckFloat(tie);
            CheckFloat(MathF.BitDecrement(tie));
            CheckFloat(MathF.BitIncrement(tie));
        }
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public void Random_floats_and_doubles_of_every_size_go_to_the_nearest(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 100_000; i++)
        {
            var single = BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32));
            if (!float.IsNaN(single)) CheckFloat(single);
            Check(seed, Math.ScaleB(1 + random.NextDouble(), random.Next(-160, 140)),
                double.Abs(BitConverter.Int64BitsToDouble(random.NextInt64(long.MaxValue))));
        }
    }

    [Fact]
    public void A_double_is_not_rounded_twice()
    {
        // Float takes the number for the tie, and the tie goes down to 1.
        const double aboveTheTie = 1 + 1 / 256.0 + 1e-12;
        Assert.Equal(1f, (float)(BFloat16)(float)aboveTheTie);
        Assert.Equal(1.0078125f, (float)(BFloat16)aboveTheTie);
    }

    [Fact]
    public void The_ends_of_the_range()
    {
        Assert.Equal(0x0000, ((BFloat16)double.Epsilon).Bits);
        Assert.Equal(0x8000, ((BFloat16)(-double.Epsilon)).Bits);
        Assert.Equal(0x7F80, ((BFloat16)double.MaxValue).Bits);
        Assert.Equal(0xFF80, ((BFloat16)float.MinValue).Bits);
        Assert.Equal(0x7F7F, ((BFloat16)Math.BitDecrement(Math.ScaleB(511, 119))).Bits);
        Assert.Equal(0x7F80, ((BFloat16)Math.ScaleB(511, 119)).Bits);
        Assert.Equal(0x0000, ((BFloat16)Math.ScaleB(1, -134)).Bits);
        Assert.Equal(0x0001, ((BFloat16)Math.BitIncrement(Math.ScaleB(1, -134))).Bits);
    }

    [Fact]
    public void NaN_stays_NaN_whatever_its_fraction()
    {
        for (var bit = 0; bit < 23; bit++)
        {
            var nan = BitConverter.UInt32BitsToSingle(0x7F800000 | 1u << bit);
            Assert.True(BFloat16.IsNaN((BFloat16)nan) && (((BFloat16)nan).Bits & 0x40) != 0);
            Assert.True(BFloat16.IsNaN((BFloat16)BitConverter.UInt64BitsToDouble(0xFFF0000000000000 | 1UL << bit)));
        }
    }

    [Fact]
    public void Every_Half_goes_to_the_nearest()
    {
        for (var bits = 0; bits <= ushort.MaxValue; bits++)
        {
            var half = BitConverter.UInt16BitsToHalf((ushort)bits);
            if (Half.IsNaN(half)) Assert.True(BFloat16.IsNaN((BFloat16)half));
            else Assert.Equal(BFloat16Reference.Nearest((double)half), ((BFloat16)half).Bits);
            var number = new BFloat16((ushort)bits);
            Assert.Equal((Half)(double)number, (Half)number);
        }
    }

    [Fact]
    public void Floats_become_what_PyTorch_makes_of_them()
    {
        var golden = Golden.Open("ElementTypes/bfloat16.json").GetProperty("conversions");
        uint[] floats = [.. golden.GetProperty("floats").EnumerateArray().Select(static item => item.GetUInt32())];
        var expected = golden.GetProperty("bfloat16").ReadInts();
        Assert.Equal(floats.Length, expected.Length);
        Assert.True(floats.Length > 200);
        for (var i = 0; i < floats.Length; i++)
        {
            var (number, torch) = ((BFloat16)BitConverter.UInt32BitsToSingle(floats[i]), new BFloat16((ushort)expected[i]));
            // PyTorch drops the sign of NaN, or not, as its loop is vectorised.
            Assert.True(BFloat16.IsNaN(torch) ? BFloat16.IsNaN(number) : number.Bits == torch.Bits,
                $"0x{floats[i]:X8} became 0x{number.Bits:X4}, in PyTorch 0x{torch.Bits:X4}.");
        }
    }

    private static void CheckFloat(float x) =>
        Assert.True(((BFloat16)x).Bits == BFloat16Reference.Nearest(x),
            $"the float {x:R} became 0x{((BFloat16)x).Bits:X4}, the nearest is 0x{BFloat16Reference.Nearest(x):X4}.");

    private static void Check(int seed, params ReadOnlySpan<double> numbers)
    {
        foreach (var size in numbers)
            foreach (var x in (ReadOnlySpan<double>)[size, -size])
                if (!double.IsNaN(x) && ((BFloat16)x).Bits != BFloat16Reference.Nearest(x))
                    Assert.Fail($"seed {seed}: the double {x:R} became 0x{((BFloat16)x).Bits:X4}, the nearest is 0x{BFloat16Reference.Nearest(x):X4}.");
    }
}
