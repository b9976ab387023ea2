using System.Globalization;
using System.Text.Json;

namespace Surprisal.Tests.ElementTypes;

/// <summary>Arithmetic, comparison, text, and what generic code sees.</summary>
public sealed class BFloat16Tests
{
    private static readonly ushort[] Edges =
        [0x0000, 0x8000, 0x0001, 0x8001, 0x007F, 0x0080, 0x3C00, 0x3F00, 0x3F7F, 0x3F80, 0x3F81, 0xBF80, 0x3FC0, 0x4020, 0xC020, 0x4060, 0x4049, 0x4300, 0x4780,
            0x7F00, 0x7F7F, 0xFF7F, 0x7F80, 0xFF80, 0x7FC0];

    [Fact]
    public void Arithmetic_is_PyTorchs_to_the_bit()
    {
        var golden = Golden.Open("ElementTypes/bfloat16.json").GetProperty("arithmetic");
        var (left, right) = (golden.GetProperty("left").ReadInts(), golden.GetProperty("right").ReadInts());
        Check(golden, "sum", i => Number(left[i]) + Number(right[i]));
        Check(golden, "difference", i => Number(left[i]) - Number(right[i]));
        Check(golden, "product", i => Number(left[i]) * Number(right[i]));
        Check(golden, "quotient", i => Number(left[i]) / Number(right[i]));
        Check(golden, "root", i => Root(Number(left[i])));
    }

    [Fact]
    public void Every_function_is_that_of_float_rounded()
    {
        foreach (var x in Edges)
            foreach (var y in Edges)
            {
                var numbers = Functions(Number(x), Number(y));
                var floats = Functions((float)Number(x), (float)Number(y));
                Assert.Equal(floats.Length, numbers.Length);
                for (var i = 0; i < numbers.Length; i++)
                    Assert.True(numbers[i].Equals((BFloat16)floats[i])
                        && (BFloat16.IsNaN(numbers[i]) || BFloat16.IsNegative(numbers[i]) == float.IsNegative(floats[i])),
                        $"function {i} of {Number(x)} and {Number(y)} is {numbers[i]}, in float {floats[i]}.");
            }
    }

    [Fact]
    public void Every_answer_that_does_not_round_is_that_of_float()
    {
        foreach (var x in Edges)
            foreach (var y in Edges)
                Assert.Equal(Answers((float)Number(x), (float)Number(y)), Answers(Number(x), Number(y)));
    }

    [Fact]
    public void Generic_code_runs()
    {
        Assert.Equal((BFloat16)1.4140625f, Newton((BFloat16)2f));
        Assert.Equal((BFloat16)2.71875f, Constants<BFloat16>()[0]);
        Assert.Equal([0x402E, 0x4049, 0x40C9, 0x0001, 0x7F7F, 0xFF7F, 0x7F80, 0xFF80, 0x7FC0, 0x8000, 0x0000, 0x3F80, 0x0000, 0x3F80, 0xBF80],
            Constants<BFloat16>().Select(static number => (int)number.Bits));
    }

    [Fact]
    public void Neighbours_follow_one_another_through_all_numbers()
    {
        var count = 0;
        for (var x = BFloat16.NegativeInfinity; x < BFloat16.PositiveInfinity; count++)
        {
            var next = Next(x);
            Assert.True(next > x && Before(next) == x, $"after {x} comes {next}, before that {Before(next)}.");
            x = next;
        }
        Assert.Equal(2 * 0x7F80, count); // the two zeros are one number
        Assert.Equal(BFloat16.PositiveInfinity, Next(BFloat16.PositiveInfinity));
        Assert.Equal(BFloat16.NegativeInfinity, Before(BFloat16.NegativeInfinity));
        Assert.True(BFloat16.IsNaN(Next(BFloat16.NaN)));
        Assert.Equal(BFloat16.Epsilon, Next(BFloat16.NegativeZero));
    }

    [Fact]
    public void NaN_equals_itself_only_where_the_runtime_says_so()
    {
        var (nan, other) = (BFloat16.NaN, new BFloat16(0xFFC1));
#pragma warning disable CS1718 // comparison to itself
        Assert.False(nan == nan || nan < nan || nan > nan || nan <= nan || nan >= nan);
        Assert.True(nan != nan);
#pragma warning restore CS1718
        Assert.True(nan.Equals(other) && nan.Equals((object)other) && nan.GetHashCode() == other.GetHashCode());
        Assert.True(BFloat16.Zero == BFloat16.NegativeZero && BFloat16.Zero.GetHashCode() == BFloat16.NegativeZero.GetHashCode());
        Assert.True(nan.CompareTo(BFloat16.NegativeInfinity) < 0 && nan.CompareTo(null) > 0);
        Assert.Equal("obj is Int32, but BFloat16 compares with BFloat16 only. (Parameter 'obj')",
            Assert.Throws<ArgumentException>(() => nan.CompareTo(1)).Message);
        Assert.False(nan.Equals(float.NaN));
    }

    [Fact]
    public void Every_number_comes_back_from_its_text()
    {
        for (var bits = 0; bits <= ushort.MaxValue; bits++)
        {
            var number = Number(bits);
            var text = number.ToString(null, CultureInfo.InvariantCulture);
            Assert.Equal(((float)number).ToString(CultureInfo.InvariantCulture), text);
            var back = Parse<BFloat16>(text);
            Assert.True(BFloat16.IsNaN(number) ? BFloat16.IsNaN(back) : back.Bits == bits, $"0x{bits:X4} came back from {text} as 0x{back.Bits:X4}.");
        }
        Assert.Equal("3.14", $"{BFloat16.Pi:F2}");
        Assert.Equal((BFloat16)1000f, Parse<BFloat16>("1,000"));
        Assert.Throws<FormatException>(() => Parse<BFloat16>("one"));
    }

    /// <summary>All members of the interface that return a number.</summary>
    private static T[] Functions<T>(T x, T y) where T : IFloatingPointIeee754<T>
    {
        var (up, down) = (x, x);
        up++;
        down--;
        return
        [
            x + y, x - y, x * y, x / y, x % y, -x, +x, up, down, T.Abs(x), T.Sqrt(x), T.Cbrt(x), T.RootN(x, 3), T.Hypot(x, y), T.Pow(x, y),
            T.Exp(x), T.Exp2(x), T.Exp10(x), T.ExpM1(x), T.Exp2M1(x), T.Exp10M1(x), T.Log(x), T.Log(x, y), T.Log2(x), T.Log10(x), T.LogP1(x), T.Log2P1(x),
            T.Log10P1(x),
            T.Sin(x), T.Cos(x), T.Tan(x), T.Asin(x), T.Acos(x), T.Atan(x), T.Atan2(x, y), T.Atan2Pi(x, y), T.SinPi(x), T.CosPi(x), T.TanPi(x), T.AsinPi(x),
            T.AcosPi(x), T.AtanPi(x),
            T.SinCos(x).Sin, T.SinCos(x).Cos, T.SinCosPi(x).SinPi, T.SinCosPi(x).CosPi, T.DegreesToRadians(x), T.RadiansToDegrees(x),
            T.Sinh(x), T.Cosh(x), T.Tanh(x), T.Asinh(x), T.Acosh(x), T.Atanh(x),
            T.Max(x, y), T.Min(x, y), T.MaxNumber(x, y), T.MinNumber(x, y), T.MaxMagnitude(x, y), T.MinMagnitude(x, y), T.MaxMagnitudeNumber(x, y),
            T.MinMagnitudeNumber(x, y), T.CopySign(x, y), T.Round(x), T.Round(x, 1), T.Round(x, MidpointRounding.AwayFromZero), T.Floor(x), T.Ceiling(x),
            T.Truncate(x), T.Clamp(x, -T.One, T.One), T.FusedMultiplyAdd(x, y, x), T.Ieee754Remainder(x, y), T.Lerp(x, y, T.One / (T.One + T.One)),
            T.ScaleB(x, 3), T.ScaleB(x, -9),
        ];
    }

    private static object[] Answers<T>(T x, T y) where T : IFloatingPointIeee754<T> =>
    [
        x == y, x != y, x < y, x > y, x <= y, x >= y, x.Equals(y), x.CompareTo(y), T.IsCanonical(x), T.IsComplexNumber(x), T.IsEvenInteger(x), T.IsFinite(x),
        T.IsImaginaryNumber(x), T.IsInfinity(x), T.IsInteger(x), T.IsNaN(x), T.IsNegative(x), T.IsNegativeInfinity(x), T.IsNormal(x), T.IsOddInteger(x),
        T.IsPositive(x), T.IsPositiveInfinity(x), T.IsRealNumber(x), T.IsSubnormal(x), T.IsZero(x), T.IsNaN(x) ? 2 : T.Sign(x), T.ILogB(x), T.Radix,
        x.GetExponentShortestBitLength(), x.GetExponentByteCount(), T.IsNaN(x) ? 0 : T.ConvertToInteger<int>(x), Exponent(x),
    ];

    private static sbyte Exponent<T>(T x) where T : IFloatingPointIeee754<T>
    {
        Span<byte> bytes = stackalloc byte[1];
        Assert.False(x.TryWriteExponentBigEndian([], out var none) || none != 0);
        Assert.True(x.TryWriteExponentLittleEndian(bytes, out var written) && written == 1);
        return (sbyte)bytes[0];
    }

    private static T[] Constants<T>() where T : IFloatingPointIeee754<T>, IMinMaxValue<T> =>
        [T.E, T.Pi, T.Tau, T.Epsilon, T.MaxValue, T.MinValue, T.PositiveInfinity, T.NegativeInfinity, T.NaN, T.NegativeZero, T.Zero, T.One, T.AdditiveIdentity,
            T.MultiplicativeIdentity, T.NegativeOne];

    private static T Newton<T>(T x) where T : IFloatingPoint<T>
    {
        var root = x;
        for (var i = 0; i < 8; i++) root = (root + x / root) / (T.One + T.One);
        return root;
    }

    private static T Root<T>(T x) where T : IRootFunctions<T> => T.Sqrt(x);

    private static T Next<T>(T x) where T : IFloatingPointIeee754<T> => T.BitIncrement(x);

    private static T Before<T>(T x) where T : IFloatingPointIeee754<T> => T.BitDecrement(x);

    private static T Parse<T>(string text) where T : INumber<T>
    {
        var styled = T.TryParse(text, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var first) ? first : default;
        var plain = T.TryParse(text, CultureInfo.InvariantCulture, out var second) ? second : default;
        var spans = T.TryParse(text.AsSpan(), CultureInfo.InvariantCulture, out var third) ? third : default;
        var number = T.Parse(text, CultureInfo.InvariantCulture);
        Assert.All([styled, plain, spans, T.Parse(text.AsSpan(), NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture)],
            other => Assert.Equal(number, other));
        return number;
    }

    private static BFloat16 Number(int bits) => new((ushort)bits);

    private static void Check(JsonElement golden, string name, Func<int, BFloat16> f)
    {
        var expected = golden.GetProperty(name).ReadInts();
        for (var i = 0; i < expected.Length; i++)
            Assert.True(BFloat16.IsNaN(Number(expected[i])) ? BFloat16.IsNaN(f(i)) : f(i).Bits == expected[i],
                $"{name} {i} is 0x{f(i).Bits:X4}, in PyTorch 0x{expected[i]:X4}.");
    }
}
