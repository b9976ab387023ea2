namespace Surprisal.Tests.Autograd;

/// <summary>Comparisons and choices: of every element type, at every length around a lane block, at NaN, -0 and beyond what a double holds.</summary>
public sealed class ComparisonTests
{
    public static TheoryData<int> Lengths() => [0, 1, 7, 8, 9, 15, 16, 17, 33, 63, 64, 65, 130, 40_000];

    [Theory, MemberData(nameof(Lengths))]
    public void Masks_are_those_of_a_loop(int length)
    {
        Check<float>(length);
        Check<double>(length);
        Check<Half>(length);
        Check<BFloat16>(length);
        Check<byte>(length);
        Check<sbyte>(length);
        Check<short>(length);
        Check<ushort>(length);
        Check<int>(length);
        Check<uint>(length);
        Check<long>(length);
        Check<ulong>(length);
    }

    [Theory, MemberData(nameof(Lengths))]
    public void Choices_are_those_of_a_loop(int length)
    {
        Choose<float>(length);
        Choose<double>(length);
        Choose<BFloat16>(length);
        Choose<byte>(length);
        Choose<int>(length);
        Choose<long>(length);
    }

    [Fact]
    public void Of_NaN_only_inequality_holds_and_minus_zero_is_zero()
    {
        Check<float>();
        Check<double>();
        Check<Half>();
        Check<BFloat16>();

        static void Check<T>() where T : unmanaged, IFloatingPointIeee754<T>
        {
            var x = Tensor.Create<T>([T.NaN, T.NaN, T.One, T.NegativeZero, T.NegativeInfinity]);
            var y = Tensor.Create<T>([T.NaN, T.One, T.NaN, T.Zero, T.PositiveInfinity]);
            Assert.Equal<byte>([0, 0, 0, 1, 0], x.Equal(y).ToArray());
            Assert.Equal<byte>([1, 1, 1, 0, 1], x.NotEqual(y).ToArray());
            Assert.Equal<byte>([0, 0, 0, 0, 1], x.Less(y).ToArray());
            Assert.Equal<byte>([0, 0, 0, 1, 1], x.LessEqual(y).ToArray());
            Assert.Equal<byte>([0, 0, 0, 0, 0], x.Greater(y).ToArray());
            Assert.Equal<byte>([0, 0, 0, 1, 0], x.GreaterEqual(y).ToArray());
        }
    }

    [Fact]
    public void Long_numbers_are_compared_exactly()
    {
        var x = Tensor.Create<long>([(1L << 53) + 1, 1L << 53, long.MinValue]);
        Assert.Equal<byte>([0, 1, 0], x.Equal(1L << 53).ToArray());
        Assert.Equal<byte>([1, 0, 0], x.Greater(1L << 53).ToArray());
        Assert.Equal<byte>([0, 0, 1], Tensor.Create<ulong>([1, 2, ulong.MaxValue]).Greater(1UL << 63).ToArray());
        Assert.Equal<byte>([0, 1, 1], Tensor.Create<byte>([127, 128, 255]).Greater(127).ToArray());
    }

    [Fact]
    public void A_number_compares_with_every_element_and_nothing_is_recorded()
    {
        var x = Tensor.Create<float>([[1, 2, 3], [4, 5, float.NaN]], requiresGrad: true);
        Assert.Equal<byte>([0, 1, 0, 0, 0, 0], x.Equal(2).ToArray());
        Assert.Equal<byte>([1, 0, 1, 1, 1, 1], x.NotEqual(2).ToArray());
        Assert.Equal<byte>([1, 0, 0, 0, 0, 0], x.Less(2).ToArray());
        Assert.Equal<byte>([1, 1, 0, 0, 0, 0], x.LessEqual(2).ToArray());
        Assert.Equal<byte>([0, 0, 1, 1, 1, 0], x.Greater(2).ToArray());
        Assert.Equal<byte>([0, 1, 1, 1, 1, 0], x.GreaterEqual(2).ToArray());
        Assert.Equal([2, 3], x.Less(2).Shape);
        Assert.False(x.Less(2).RequiresGrad);
    }

    [Fact]
    public void Shapes_broadcast()
    {
        var column = Tensor.Create<int>([1, 2, 3], [3, 1]);
        var row = Tensor.Create<int>([2, 3]);
        Assert.Equal<byte>([1, 1, 0, 1, 0, 0], column.Less(row).ToArray());
        Assert.Equal<byte>([0, 0, 1, 0, 0, 1], column.Equal(row).ToArray());
        Assert.Equal([3, 0], column.Less(Tensor.Zeros<int>([0])).Shape);
        var chosen = Tensor.Where(Tensor.Create<byte>([1, 0]), column, Tensor.Scalar(-1));
        Assert.Equal([1, -1, 2, -1, 3, -1], chosen.ToArray());
        Assert.Equal([7, 7], Tensor.Where(Tensor.Scalar<byte>(0), row, 7).ToArray());
        Assert.Equal([2, 3], Tensor.Where(Tensor.Scalar<byte>(9), row, 7).ToArray());
        Assert.Equal([7, 3], Tensor.Where(Tensor.Create<byte>([1, 0]), 7, row).ToArray());
    }

    [Fact]
    public void What_was_not_taken_gets_exactly_zero()
    {
        var (a, b) = (Tensor.Create<float>([1, 2, 3], requiresGrad: true), Tensor.Scalar(5f, requiresGrad: true));
        var y = Tensor.Where(Tensor.Create<byte>([1, 0, 2]), a, b);
        Assert.Equal([1f, 5, 3], y.ToArray());
        y.Backward(Tensor.Create<float>([float.NaN, float.PositiveInfinity, 4]));
        Assert.Equal([float.NaN, 0, 4], a.Grad!.ToArray());
        Assert.Equal(float.PositiveInfinity, b.Grad!.Item());
        b.ZeroGrad();
        Tensor.Where(Tensor.Create<byte>([1, 1, 1]), a, b).Backward(Tensor.Full([3], float.NaN));
        Assert.Equal(0, b.Grad!.Item());
    }

    [Fact]
    public void A_root_before_the_choice_leaks_and_a_choice_before_the_root_does_not()
    {
        var x = Tensor.Create<float>([0, 4], requiresGrad: true);
        Tensor.Where(x.Greater(0), x.Sqrt(), 0).Sum().Backward();
        Assert.Equal([float.NaN, 0.25f], x.Grad!.ToArray());
        x.ZeroGrad();
        Tensor.Where(x.Greater(0), x, 1).Sqrt().Sum().Backward();
        Assert.Equal([0, 0.25f], x.Grad!.ToArray());
    }

    [Fact]
    public void A_condition_that_was_overwritten_is_refused()
    {
        var (mask, x) = (Tensor.Create<byte>([1, 0]), Tensor.Ones<float>([2], requiresGrad: true));
        var y = Tensor.Where(mask, x, 0).Sum();
        mask.Fill(1);
        Assert.Contains("WhereBackward0 saved a uint8 tensor", Assert.Throws<InvalidOperationException>(() => y.Backward()).Message, StringComparison.Ordinal);
    }

    private static void Check<T>(int length) where T : unmanaged, INumber<T>
    {
        var (x, y) = (Numbers<T>(length, 3), Numbers<T>(length, 5));
        void Same(Func<T, T, bool> holds, Func<Tensor<T>, Tensor<T>, Tensor<byte>> compare)
        {
            byte[] expected = [.. x.ToArray().Zip(y.ToArray(), (a, b) => holds(a, b) ? (byte)1 : (byte)0)];
            Assert.Equal(expected, compare(x, y).ToArray());
            if (length == 0) return;
            Assert.Equal([.. x.ToArray().Select(a => holds(a, y.Span[0]) ? (byte)1 : (byte)0)], compare(x, y[0]).ToArray());
            Assert.Equal([.. y.ToArray().Select(b => holds(x.Span[0], b) ? (byte)1 : (byte)0)], compare(x[..1], y).ToArray());
        }
        Same((a, b) => a == b, (a, b) => a.Equal(b));
        Same((a, b) => a != b, (a, b) => a.NotEqual(b));
        Same((a, b) => a < b, (a, b) => a.Less(b));
        Same((a, b) => a <= b, (a, b) => a.LessEqual(b));
        Same((a, b) => a > b, (a, b) => a.Greater(b));
        Same((a, b) => a >= b, (a, b) => a.GreaterEqual(b));
    }

    private static void Choose<T>(int length) where T : unmanaged, INumber<T>
    {
        var (mask, x, y) = (Numbers<byte>(length, 7).Greater(2), Numbers<T>(length, 3), Numbers<T>(length, 5));
        T[] expected = [.. Enumerable.Range(0, length).Select(i => mask.Span[i] != 0 ? x.Span[i] : y.Span[i])];
        Assert.Equal(expected, Tensor.Where(mask, x, y).ToArray());
        Assert.Equal([.. Enumerable.Range(0, length).Select(i => mask.Span[i] != 0 ? x.Span[i] : T.One)], Tensor.Where(mask, x, T.One).ToArray());
        Assert.Equal([.. Enumerable.Range(0, length).Select(i => mask.Span[i] != 0 ? T.One : y.Span[i])], Tensor.Where(mask, T.One, y).ToArray());
    }

    /// <summary>Numbers from 0 to 6 in an order without a period of a power of two.</summary>
    private static Tensor<T> Numbers<T>(int length, int step) where T : unmanaged, INumber<T> =>
        Tensor.Create<T>([.. Enumerable.Range(0, length).Select(i => T.CreateChecked(i * step % 7 + i / 7 % 2))]);
}
