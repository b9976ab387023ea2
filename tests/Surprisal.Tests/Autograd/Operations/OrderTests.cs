namespace Surprisal.Tests.Autograd;

/// <summary>Sorting and the k largest, of every element type: against a stable sort by comparison, with ties, NaN and both zeros.</summary>
public sealed class OrderTests
{
    public static TheoryData<int> Lengths() => [0, 1, 2, 15, 16, 17, 33, 300];

    [Theory, MemberData(nameof(Lengths))]
    public void Orders_are_stable(int length)
    {
        Check<float>(length, [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0.0f, 0, float.Epsilon, -float.Epsilon, 3e38f]);
        Check<double>(length, [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, 0, double.Epsilon, -double.Epsilon, 1e308]);
        Check<Half>(length, [Half.NaN, Half.PositiveInfinity, Half.NegativeInfinity, Half.NegativeZero, Half.Zero, Half.Epsilon, Half.MaxValue]);
        Check<BFloat16>(length, [BFloat16.NaN, BFloat16.PositiveInfinity, BFloat16.NegativeZero, BFloat16.Zero, BFloat16.MaxValue]);
        Check<byte>(length, [0, 255, 128, 127]);
        Check<sbyte>(length, [0, -128, 127, -1]);
        Check<short>(length, [short.MinValue, short.MaxValue]);
        Check<int>(length, [int.MinValue, int.MaxValue, -1]);
        Check<uint>(length, [uint.MaxValue, 0, 1u << 31]);
        Check<long>(length, [long.MinValue, long.MaxValue, (1L << 53) + 1, 1L << 53]);
        Check<ulong>(length, [ulong.MaxValue, 0, 1UL << 63, (1UL << 63) + 1]);
    }

    [Fact]
    public void Of_equal_ones_the_lower_index_is_taken()
    {
        Assert.Equal([0L, 1, 2], Tensor.Zeros<float>([40]).TopK(3).Indices.ToArray());
        Assert.Equal([0L, 1, 2], Tensor.Zeros<float>([40]).TopK(3, largest: false).Indices.ToArray());
        var x = Tensor.Create<float>([1, 2, 2, 1, 2, float.NaN, float.NaN]);
        Assert.Equal([5L, 6, 1, 2], x.TopK(4).Indices.ToArray());
        Assert.Equal([0L, 3, 1, 2, 4, 5], x.TopK(6, largest: false).Indices.ToArray());
        Assert.Equal([5L, 6, 1, 2, 4, 0, 3], x.Sort(descending: true).Indices.ToArray());
        Assert.Equal([0L, 3, 1, 2, 4, 5, 6], x.Sort().Indices.ToArray());
    }

    [Fact]
    public void Any_dimension_and_a_gradient_that_goes_back()
    {
        var x = Tensor.Create<float>([3, 1, 2, 9, 8, 7], [2, 3], requiresGrad: true);
        var (values, indices) = x.Sort(0, descending: true);
        Assert.Equal([9f, 8, 7, 3, 1, 2], values.ToArray());
        Assert.Equal([1L, 1, 1, 0, 0, 0], indices.ToArray());
        values.Backward(Tensor.Create<float>([1, 2, 3, 4, 5, 6], [2, 3]));
        Assert.Equal([4f, 5, 6, 1, 2, 3], x.Grad!.ToArray());
        x.ZeroGrad();
        x.TopK(1, 1).Values.Backward(Tensor.Create<float>([5, 6], [2, 1]));
        Assert.Equal([5f, 0, 0, 6, 0, 0], x.Grad!.ToArray());
        Assert.Equal([2, 0], x.TopK(0).Values.Shape);
        Assert.Equal(5f, Tensor.Scalar(5f).TopK(1).Values.Item());
        Assert.Equal(0, Tensor.Scalar(5f).TopK(0).Values.Rank);
        Assert.Equal(0L, Tensor.Scalar(5f).Sort().Indices.Item());
        Assert.Equal([0, 3], Tensor.Zeros<int>([0, 3]).Sort(0).Values.Shape);
        Assert.Equal([0, 2], Tensor.Zeros<int>([0, 3]).TopK(2).Values.Shape);
    }

    private static void Check<T>(int length, T[] specials) where T : unmanaged, INumber<T>
    {
        const int seed = 3;
        T[] numbers = [.. Tensor.RandInt<int>(0, specials.Length + 5, [length], new Seed(seed)).ToArray()
            .Select(i => i < specials.Length ? specials[i] : T.CreateChecked(i - specials.Length))];
        var x = Tensor.Create<T>(numbers);
        foreach (var descending in new[] { false, true })
        {
            // NaN is above everything, and LINQ's sort is stable
            var comparer = Comparer<T>.Create(static (a, b) => T.IsNaN(a) || T.IsNaN(b) ? T.IsNaN(a).CompareTo(T.IsNaN(b)) : a < b ? -1 : a > b ? 1 : 0);
            var places = Enumerable.Range(0, length);
            var ordered = descending ? places.OrderByDescending(i => numbers[i], comparer) : places.OrderBy(i => numbers[i], comparer);
            long[] order = [.. ordered.Select(static i => (long)i)];
            var (values, indices) = x.Sort(0, descending);
            Assert.Equal(order, indices.ToArray());
            Assert.Equal(order.Select(i => numbers[i]), values.ToArray());
            foreach (var k in new[] { 0, 1, 2, length / 2, length - 1, length })
                if (k >= 0 && k <= length) Assert.Equal(order[..k], x.TopK(k, 0, descending).Indices.ToArray());
        }
    }
}
