using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Surprisal.Cli.Tables;

namespace Surprisal.Tests.Cli.Tables;

/// <summary>The grammar of numbers: what Python reads in them, and what is none.</summary>
public sealed class CsvNumberTests(ITestOutputHelper output)
{
    [Fact]
    public void Numbers_are_what_Python_reads_to_the_bit()
    {
        var golden = Golden.Open("Cli/Tables/tables.json").GetProperty("texts");
        var texts = golden.GetProperty("texts").EnumerateArray().Select(static text => text.GetString()!).ToArray();
        var values = MemoryMarshal.Cast<byte, long>(golden.GetProperty("values").GetBytesFromBase64()).ToArray();
        Assert.Equal(values.Length, texts.Length);
        for (var i = 0; i < texts.Length; i++)
        {
            Assert.True(CsvNumber.TryRead(texts[i], out var number), texts[i]);
            Assert.True(BitConverter.DoubleToInt64Bits(number.ToDouble(texts[i])) == values[i], texts[i]);
        }
    }

    /// <summary>A double is nearest if no neighbour is nearer, which whole numbers can tell exactly.</summary>
    [Fact]
    public void Random_numbers_are_rounded_to_the_nearest()
    {
        var seed = (uint)Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Training.SeededBytes(seed);
        for (var round = 0; round < 20_000; round++)
        {
            var digits = BigInteger.Abs(new BigInteger(random.Bytes(1 + random.Below(9))));
            var power = random.Below(60) - 30;
            var text = $"{digits}e{power}";
            Assert.True(CsvNumber.TryRead(text, out var number));
            var value = number.ToDouble(text);
            Assert.True(Distance(value) <= BigInteger.Min(Distance(Math.BitIncrement(value)), Distance(Math.BitDecrement(value))), $"{text} is no {value:R}");

            // |digits 10^power - x| 10^60 2^200: all of these are whole.
            BigInteger Distance(double x) =>
                BigInteger.Abs((digits * BigInteger.Pow(10, power + 60) << 200) - Scaled(x) * BigInteger.Pow(10, 60));
        }
    }

    [Theory]
    [InlineData("nan", double.NaN)]
    [InlineData("-NaN", double.NaN)]
    [InlineData("inf", double.PositiveInfinity)]
    [InlineData("+INF", double.PositiveInfinity)]
    [InlineData("-Infinity", double.NegativeInfinity)]
    [InlineData("1.", 1.0)]
    [InlineData(".5", 0.5)]
    [InlineData("-0", -0.0)]
    [InlineData("0e999999999999", 0.0)]
    [InlineData("1e-999999999999", 0.0)]
    [InlineData("1e400", double.PositiveInfinity)]
    [InlineData("-1e999999999999", double.NegativeInfinity)]
    [InlineData("9007199254740993", 9007199254740992.0)]
    [InlineData("1e23", 1e23)]
    public void Edges(string text, double value)
    {
        Assert.True(CsvNumber.TryRead(text, out var number));
        Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(number.ToDouble(text)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("+")]
    [InlineData(".")]
    [InlineData("-.")]
    [InlineData(".e1")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("e5")]
    [InlineData("1e1.5")]
    [InlineData("1.2.3")]
    [InlineData("--1")]
    [InlineData("+-1")]
    [InlineData("1 2")]
    [InlineData(" 1")]
    [InlineData("1\0")]
    [InlineData("1,5")]
    [InlineData("1,000")]
    [InlineData("1_000")]
    [InlineData("0x10")]
    [InlineData("1f")]
    [InlineData("1%")]
    [InlineData("$1")]
    [InlineData("(1)")]
    [InlineData("\u221E")]
    [InlineData("\u2212" + "1")]
    [InlineData("\u0661")]
    [InlineData("\uFF11")]
    [InlineData("\u0131nf")]
    [InlineData("na")]
    [InlineData("nan0")]
    [InlineData(".nan")]
    [InlineData("infin")]
    [InlineData("1inf")]
    public void Anything_else_is_no_number(string text) => Assert.False(CsvNumber.TryRead(text, out _));

    [Theory]
    [InlineData("1", 1)]
    [InlineData("1.0", 1)]
    [InlineData("-100.", -100)]
    [InlineData("10e-1", 1)]
    [InlineData("1.5e1", 15)]
    [InlineData("-0.0", 0)]
    [InlineData("0e99", 0)]
    [InlineData("1.000000000000000000e+00", 1)]
    [InlineData("3.0000000000000000000000000000", 3)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("9007199254740993.0", 9007199254740993)]
    public void Whole_numbers_are_exact(string text, long value)
    {
        Assert.True(CsvNumber.TryRead(text, out var number));
        Assert.True(number.TryLong(out var whole, out _));
        Assert.Equal(value, whole);
    }

    [Theory]
    [InlineData("1.5", false)]
    [InlineData("1e-1", false)]
    [InlineData("nan", false)]
    [InlineData("inf", false)]
    [InlineData("1.00000000000000000000001", false)]
    [InlineData("1234567890123456789.5", false)]
    [InlineData("12345678901234567895e-1", false)]
    [InlineData("1e-999999999999", false)]
    [InlineData("9223372036854775808", true)]
    [InlineData("-9223372036854775809", true)]
    [InlineData("12345678901234567890123", true)]
    [InlineData("1e19", true)]
    [InlineData("1e999999999999", true)]
    public void What_is_no_whole_number_or_too_large_is_told_apart(string text, bool isWhole)
    {
        Assert.True(CsvNumber.TryRead(text, out var number));
        Assert.False(number.TryLong(out _, out var whole));
        Assert.Equal(isWhole, whole);
    }

    private static BigInteger Scaled(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var (exponent, mantissa) = ((int)(bits >> 52 & 0x7FF), (BigInteger)(bits & 0xF_FFFF_FFFF_FFFF));
        if (exponent > 0) mantissa |= BigInteger.One << 52;
        mantissa = bits < 0 ? -mantissa : mantissa;
        var shift = Math.Max(exponent, 1) - 1075 + 200;
        // Below 2^-200 only a neighbour of zero is, which any number here is far from.
        return shift >= 0 ? mantissa << shift : mantissa >> -shift;
    }
}
