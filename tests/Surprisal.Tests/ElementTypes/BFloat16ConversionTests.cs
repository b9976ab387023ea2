using System.Runtime.InteropServices;

namespace Surprisal.Tests.ElementTypes;

/// <summary>From and to the number types of the runtime, as generic code converts: checked, saturating and truncating.</summary>
public sealed class BFloat16ConversionTests
{
    [Theory]
    [InlineData(1), InlineData(2)]
    public void Integers_of_every_width_go_to_the_nearest_and_are_not_rounded_twice(int seed)
    {
        FromInteger<byte>(seed);
        FromInteger<sbyte>(seed);
        FromInteger<char>(seed);
        FromInteger<short>(seed);
        FromInteger<ushort>(seed);
        FromInteger<int>(seed);
        FromInteger<uint>(seed);
        FromInteger<nint>(seed);
        FromInteger<nuint>(seed);
        FromInteger<long>(seed);
        FromInteger<ulong>(seed);
        FromInteger<Int128>(seed);
        FromInteger<UInt128>(seed);
        FromInteger<BigInteger>(seed);
    }

    [Theory]
    [InlineData(3)]
    public void Decimals_go_to_the_nearest(int seed)
    {
        var random = new Random(seed);
        decimal[] ties = [1.00390625m, 1.01171875m, 257, 259, 0.50195312500m, 65792];
        foreach (var tie in ties)
            foreach (var value in (ReadOnlySpan<decimal>)[tie, tie + 1e-20m, tie - 1e-20m, -tie, -tie - 1e-20m])
                CheckDecimal(seed, value);
        foreach (var value in (ReadOnlySpan<decimal>)[0, 1e-28m, -1e-28m, decimal.MaxValue, decimal.MinValue]) CheckDecimal(seed, value);
        for (var i = 0; i < 2000; i++)
            CheckDecimal(seed,
                new decimal(random.Next(), random.Next(), random.Next(i % 2 == 0 ? 1 : int.MaxValue), random.Next(2) == 0, (byte)random.Next(29)));
    }

    [Fact]
    public void Floating_types_give_what_the_operators_give()
    {
        double[] numbers = [0, -0.0, 1, 1 + 1 / 256.0 + 1e-12, 0.1, -3e38, 1e-40, double.MaxValue, double.NaN, double.NegativeInfinity];
        foreach (var x in numbers)
        {
            Same((BFloat16)x, x);
            Same((BFloat16)(float)x, (float)x);
            Same((BFloat16)(Half)x, (Half)x);
            Same((BFloat16)x, (NFloat)x);
            Same((BFloat16)x, new Complex(x, 0));
        }
        Assert.Equal((BFloat16)1.5f, BFloat16Create.Saturating(new Complex(1.5, 2)));
        Assert.Equal((BFloat16)1.5f, BFloat16Create.Truncating(new Complex(1.5, 2)));
        Assert.Throws<OverflowException>(static () => BFloat16Create.Checked(new Complex(1.5, 2)));
    }

    [Fact]
    public void Every_number_becomes_what_the_same_float_becomes()
    {
        AsFloat<byte>();
        AsFloat<sbyte>();
        AsFloat<char>();
        AsFloat<short>();
        AsFloat<ushort>();
        AsFloat<int>();
        AsFloat<uint>();
        AsFloat<nint>();
        AsFloat<nuint>();
        AsFloat<long>();
        AsFloat<ulong>();
        AsFloat<Int128>();
        AsFloat<UInt128>();
        AsFloat<BigInteger>();
        AsFloat<Half>();
        AsFloat<float>();
        AsFloat<double>();
        AsFloat<NFloat>();
        AsFloat<Complex>();
        // The runtime gives a float seven digits as a decimal; a BFloat16 has up to 15 that are exact.
        Assert.Equal(1.0078125m, decimal.CreateChecked((BFloat16)1.0078125f));
        Assert.Equal(decimal.MaxValue, decimal.CreateSaturating(BFloat16.MaxValue));
        Assert.Throws<OverflowException>(static () => decimal.CreateChecked(BFloat16.MaxValue));
    }

    private static void FromInteger<T>(int seed) where T : IBinaryInteger<T>
    {
        var random = new Random(seed);
        for (var i = 0; i < 1000; i++)
        {
            // Nine significant bits, the last of them set, are a tie; the neighbours are not.
            var value = i < 700 ? new BigInteger(257 + 2 * random.Next(128)) << random.Next(122) : new BigInteger(random.NextInt64()) << random.Next(64);
            value += random.Next(-1, 2);
            if (random.Next(2) == 0) value = -value;
            var x = T.CreateTruncating(value); // narrower types take the last bits
            var expected = BFloat16Reference.Nearest(BigInteger.CreateChecked(x), 1);
            foreach (var number in (ReadOnlySpan<BFloat16>)[BFloat16Create.Checked(x), BFloat16Create.Saturating(x), BFloat16Create.Truncating(x)])
                Assert.True(number.Bits == expected, $"seed {seed}: the {typeof(T).Name} {x} became 0x{number.Bits:X4}, the nearest is 0x{expected:X4}.");
        }
    }

    private static void CheckDecimal(int seed, decimal value)
    {
        var parts = decimal.GetBits(value);
        var whole = (new BigInteger((uint)parts[2]) << 64) + (new BigInteger((uint)parts[1]) << 32) + (uint)parts[0];
        var expected = BFloat16Reference.Nearest(value < 0 ? -whole : whole, BigInteger.Pow(10, value.Scale));
        var number = BFloat16Create.Checked(value);
        Assert.True(number.Bits == expected || value == 0, $"seed {seed}: the decimal {value} became 0x{number.Bits:X4}, the nearest is 0x{expected:X4}.");
        Assert.Equal(decimal.IsNegative(value), BFloat16.IsNegative(number));
    }

    private static void Same<T>(BFloat16 expected, T value) where T : INumberBase<T>
    {
        Assert.Equal(expected.Bits, BFloat16Create.Checked(value).Bits);
        Assert.Equal(expected.Bits, BFloat16Create.Saturating(value).Bits);
        Assert.Equal(expected.Bits, BFloat16Create.Truncating(value).Bits);
    }

    private static void AsFloat<T>() where T : INumberBase<T>
    {
        for (var bits = 0; bits <= ushort.MaxValue; bits++)
        {
            var number = new BFloat16((ushort)bits);
            if (typeof(T) != typeof(BigInteger) || BFloat16.IsFinite(number))
            {
                Assert.True(T.CreateSaturating((float)number).Equals(T.CreateSaturating(number)),
                    $"0x{bits:X4} saturates to the {typeof(T).Name} {T.CreateSaturating(number)}.");
                Assert.True(T.CreateTruncating((float)number).Equals(T.CreateTruncating(number)),
                    $"0x{bits:X4} is cut to the {typeof(T).Name} {T.CreateTruncating(number)}.");
            }
            if (bits % 97 == 0 || bits is 0x7F80 or 0x7FC0 or 0xFF80) Assert.Equal(Checked<T, float>((float)number), Checked<T, BFloat16>(number));
        }
    }

    private static string Checked<T, TFrom>(TFrom value) where T : INumberBase<T> where TFrom : INumberBase<TFrom>
    {
        try { return T.CreateChecked(value).ToString()!; }
        catch (OverflowException) { return "overflow"; }
    }
}
