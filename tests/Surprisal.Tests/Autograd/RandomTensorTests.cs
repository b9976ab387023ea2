using Surprisal.Kernels;

namespace Surprisal.Tests.Autograd;

/// <summary>Random tensors: the seed decides every bit, and the distributions are what they claim, within six standard errors.</summary>
public sealed class RandomTensorTests
{
    private const int Count = 1_000_000;

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_seed_others()
    {
        Assert.Equal(Tensor.Rand<float>([100], new Seed(7)).ToArray(), Tensor.Rand<float>([100], new Seed(7)).ToArray());
        Assert.Equal(Tensor.Randn<double>([100], new Seed(7)).ToArray(), Tensor.Randn<double>([10, 10], new Seed(7)).ToArray());
        Assert.Equal(Tensor.RandInt<long>(0, 1000, [100], new Seed(7)).ToArray(), Tensor.RandInt<long>(0, 1000, [100], new Seed(7)).ToArray());
        Assert.Empty(Tensor.Rand<double>([100], new Seed(7)).ToArray().Intersect(Tensor.Rand<double>([100], new Seed(8)).ToArray()));
        Assert.Empty(Tensor.Randn<double>([100], new Seed(-1)).ToArray().Intersect(Tensor.Randn<double>([100], new Seed(1)).ToArray()));
        Assert.NotEqual(Tensor.RandInt<long>(0, 1000, [100], new Seed(0)).ToArray(), Tensor.RandInt<long>(0, 1000, [100], new Seed(long.MinValue)).ToArray());
    }

    [Fact]
    public void The_prefix_does_not_depend_on_the_length() =>
        Assert.Equal(Tensor.Randn<float>([5], new Seed(3)).ToArray(), Tensor.Randn<float>([500], new Seed(3)).ToArray()[..5]);

    [Fact]
    public void Streams_of_one_seed_differ()
    {
        var first = new RandomStream(1, 0);
        var second = new RandomStream(1, 1);
        Assert.All(Enumerable.Range(0, 100), _ => Assert.NotEqual(first.Next(), second.Next()));
    }

    [Fact]
    public void Rand_is_uniform_and_below_one()
    {
        var x = Tensor.Rand<float>([Count], new Seed(1)).ToArray();
        Assert.All(x.Chunk(1000), part => Assert.True(part.Min() >= 0 && part.Max() < 1));
        Assert.Equal(0.5, x.Average(value => (double)value), 6 * Math.Sqrt(1 / 12.0 / Count));
        foreach (var tenth in x.CountBy(value => (int)(value * 10))) Assert.Equal(0.1, tenth.Value / (double)Count, 6 * Math.Sqrt(0.09 / Count));
        Assert.True(Tensor.Rand<Half>([100_000], new Seed(1)).ToArray().Max() < Half.One);
    }

    [Fact]
    public void Neighbours_are_not_correlated()
    {
        var x = Tensor.Randn<double>([Count], new Seed(9)).ToArray();
        Assert.Equal(0, x.Zip(x.Skip(1)).Average(pair => pair.First * pair.Second), 6 / Math.Sqrt(Count));
    }

    [Fact]
    public void Randn_has_the_moments_and_tails_of_the_normal_distribution()
    {
        var x = Tensor.Randn<double>([Count], new Seed(2)).ToArray();
        Assert.Equal(0, x.Average(), 6 / Math.Sqrt(Count));
        Assert.Equal(1, x.Average(value => value * value), 6 * Math.Sqrt(2.0 / Count));
        Assert.Equal(0, x.Average(value => value * value * value), 6 * Math.Sqrt(15.0 / Count));
        Assert.Equal(3, x.Average(value => value * value * value * value), 6 * Math.Sqrt(96.0 / Count));
        foreach (var (limit, share) in new[] { (1.0, 0.3173105), (2, 0.0455003), (3, 0.0026998), (4, 0.0000633425) })
            Assert.Equal(share, x.Count(value => Math.Abs(value) > limit) / (double)Count, 6 * Math.Sqrt(share / Count));
    }

    [Fact]
    public void RandInt_stays_in_its_bounds_and_reaches_each()
    {
        var x = Tensor.RandInt<long>(-3, 4, [70_000], new Seed(3)).ToArray();
        foreach (var value in x.CountBy(value => value)) Assert.Equal(10_000, value.Value, 6 * Math.Sqrt(10_000));
        Assert.Equal([-3, -2, -1, 0, 1, 2, 3], x.Distinct().Order());
        Assert.Equal([5L, 5, 5], Tensor.RandInt<long>(5, 6, [3], new Seed(1)).ToArray());
        Assert.Equal(3, Tensor.RandInt<long>(long.MinValue, long.MaxValue, [3], new Seed(1)).ToArray().Distinct().Count());
        Assert.All(Tensor.RandInt<byte>(0, 256, [1000], new Seed(1)).ToArray(), value => Assert.InRange(value, 0, 255));
    }

    /// <summary>Every order of three comes up a sixth of the time, and one seed gives one order.</summary>
    [Fact]
    public void RandPerm_gives_each_order_equally_often()
    {
        var random = new Seed(5);
        var counts = Enumerable.Range(0, 6000).Select(_ => string.Join(' ', Tensor.RandPerm(3, random).ToArray())).CountBy(static order => order).ToList();
        Assert.Equal(6, counts.Count);
        Assert.All(counts, static count => Assert.InRange(count.Value, 850, 1150)); // 1000 +- 5 standard deviations
        Assert.Equal(Tensor.RandPerm(100, new Seed(1)).ToArray(), Tensor.RandPerm(100, new Seed(1)).ToArray());
        Assert.Equal(Enumerable.Range(0, 100).Select(static i => (long)i), Tensor.RandPerm(100, new Seed(1)).ToArray().Order());
        Assert.Equal([0], Tensor.RandPerm(0, random).Shape);
        Assert.Throws<ArgumentOutOfRangeException>("n", () => Tensor.RandPerm(-1, random));
    }

    [Fact]
    public void RandInt_refuses_an_empty_range()
    {
        var failure = Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.RandInt<long>(3, 3, [2], new Seed(0)));
        Assert.StartsWith("the range [3, 3) is empty; high must be greater than low. (Parameter 'high')", failure.Message);
    }

    [Fact]
    public void RandInt_refuses_a_range_that_the_element_type_does_not_hold()
    {
        Refused("the range reaches 999, which Byte does not hold. (Parameter 'high')", static () => Tensor.RandInt<byte>(0, 1000, [0], new Seed(0)));
        Refused("the range reaches -1, which UInt64 does not hold. (Parameter 'low')", static () => Tensor.RandInt<ulong>(-1, 3, [0], new Seed(0)));
        Refused("the range reaches 65520, which Half does not hold. (Parameter 'high')", static () => Tensor.RandInt<Half>(0, 65521, [0], new Seed(0)));
        Assert.Equal(2, Tensor.RandInt<sbyte>(-128, 128, [2], new Seed(0)).Length);
        Assert.Equal(2, Tensor.RandInt<Half>(0, 65505, [2], new Seed(0)).Length);
        Assert.Equal(2, Tensor.RandInt<ulong>(0, long.MaxValue, [2], new Seed(0)).Length);

        static void Refused(string message, Func<object> call) =>
            Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(call).Message);
    }

    [Fact]
    public void Shuffle_brings_every_order_about_equally_often()
    {
        var random = new RandomStream(4);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < 60_000; i++)
        {
            int[] items = [0, 1, 2];
            random.Shuffle(items);
            var order = string.Concat(items);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }
        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, count => Assert.Equal(10_000, count, 6 * Math.Sqrt(10_000)));
    }
}
