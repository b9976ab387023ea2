using Surprisal.Kernels;

namespace Surprisal.Tests.Autograd;

/// <summary>Sums, means, variances and norms where float would lose them, over many dimensions, of integers, and at the ends of the numbers.</summary>
public sealed class ReductionTests
{
    [Fact]
    public void Integers_add_up_to_long_numbers()
    {
        Tensor<long> sum = Tensor.Create<byte>([200, 100]).Sum();
        Assert.Equal(300, sum.Item());
        Assert.Equal([200L, 300], Tensor.Create<byte>([200, 100]).CumSum(0).ToArray());
        Assert.Equal(-256, Tensor.Create<sbyte>([-128, -128]).Sum().Item());
        Assert.Equal([5L, 7, 9], Tensor.Create<int>([1, 2, 3, 4, 5, 6], [2, 3]).Sum(0).ToArray());
        Assert.Equal([6L, 15], Tensor.Create<int>([1, 2, 3, 4, 5, 6], [2, 3]).Sum(-1, keepDim: true).ToArray());
        Assert.Equal([2, 1], Tensor.Create<int>([1, 2, 3, 4, 5, 6], [2, 3]).Sum(-1, keepDim: true).Shape);
        Assert.Equal(21, Tensor.Create<ushort>([1, 2, 3, 4, 5, 6], [2, 3]).Sum([0, 1]).Item());
        Assert.Equal([1L, 2, 3, 5, 7, 9], Tensor.Create<int>([1, 2, 3, 4, 5, 6], [2, 3]).CumSum(0).ToArray());
        Assert.Equal([1L, 3, 6, 4, 9, 15], Tensor.Create<int>([1, 2, 3, 4, 5, 6], [2, 3]).CumSum(1).ToArray());
        Assert.Equal([60L, 66, 72, 78], Tensor.Arange(24).Reshape(3, 2, 4).Sum([0, 1]).ToArray());
        Assert.Equal(long.MinValue, Tensor.Create<long>([long.MaxValue, 1]).Sum().Item()); // wraps
        Assert.Equal(0, Tensor.Zeros<int>([0]).Sum().Item());
        Assert.Equal([0L, 0], Tensor.Zeros<int>([2, 0]).Sum(1).ToArray());
        Assert.Equal(7, Tensor.Scalar(7).Sum(-1).Item());
        Assert.Equal(7, Tensor.Scalar(7).CumSum(0).Item());
        Assert.Equal(3, Tensor.Create<float>([1, -2, 3, 4]).Greater(0).Sum().Item());
    }

    [Fact]
    public void Sums_are_in_double()
    {
        Assert.Equal(3e38f, Tensor.Create<float>([3e38f, 3e38f, -3e38f]).Sum().Item());
        Assert.Equal(2, Tensor.Create<float>([1e8f, 1, -1e8f, 1]).Sum().Item());
        Assert.Equal([2f, 2], Tensor.Create<float>([1e8f, 1, -1e8f, 1, 1, 1e8f, 1, -1e8f], [2, 2, 2]).Sum([2, 1]).ToArray());
        Assert.Equal([1e8f, 1e8f, 1, 1], Tensor.Create<float>([1e8f, 1, -1e8f, 0]).CumSum(0).ToArray());
        Assert.Equal(2, Tensor.Create<float>([16777216, 16777218]).Var().Item());
        Assert.Equal(300f, (float)Tensor.Ones<BFloat16>([300]).CumSum(0)[^1].Item());
        var norm = Tensor.Create<float>([1e30f, 1e30f], requiresGrad: true);
        norm.Norm().Backward();
        Assert.Equal(1.4142135e30f, norm.Norm().Item());
        Assert.Equal([0.70710677f, 0.70710677f], norm.Grad!.ToArray());
    }

    [Fact]
    public void Norms_of_doubles_and_of_high_powers_do_not_overflow_on_the_way()
    {
        Assert.Equal(5e200, Tensor.Create<double>([3e200, -4e200]).Norm().Item(), 1e186);
        Assert.Equal(5e-200, Tensor.Create<double>([3e-200, -4e-200]).Norm().Item(), 1e-214);
        var x = Tensor.Create<float>([1e30f, 2, 1e30f], requiresGrad: true);
        var y = x.Norm(100);
        y.Backward();
        Assert.Equal(1e30f * (float)Math.Pow(2, 0.01), y.Item(), 1e24f);
        Assert.Equal((float)Math.Pow(2, -0.99), x.Grad!.Span[0], 1e-6f);
        Assert.Equal(0, x.Grad!.Span[1]);
        Assert.Equal(double.PositiveInfinity, Tensor.Create<double>([1.5e308, 1.5e308]).Norm().Item());
    }

    [Fact]
    public void What_is_empty_is_no_error_where_it_need_not_be()
    {
        var x = Tensor.Zeros<float>([2, 0, 3], requiresGrad: true);
        Assert.Equal(0, x.Sum().Item());
        Assert.Equal([0f, 0], x.Sum([1, 2]).ToArray());
        Assert.Equal([float.NaN, float.NaN], x.Mean([1, 2]).ToArray());
        Assert.Equal([2, 1, 3], x.Mean([1], keepDim: true).Shape);
        Assert.Equal(float.NaN, x.Var().Item());
        Assert.Equal(float.NaN, x.Std(correction: 0).Item());
        Assert.Equal([0f, 0], x.Norm(2, [1, 2]).ToArray());
        Assert.Equal([2, 0], x.Norm(double.PositiveInfinity, 2).Shape);
        Assert.Equal([2, 0, 3], x.CumSum(1).Shape);
        (x.Sum([1, 2]).Sum() + x.Std() + x.Norm() + x.CumSum(0).Sum()).Backward();
        Assert.Equal([2, 0, 3], x.Grad!.Shape);
        Assert.Equal([65_536, 65_536, 0], Tensor.Zeros<float>([65_536, 65_536, 0, 3]).Sum(3).Shape);
    }

    [Fact]
    public void A_correction_as_large_as_the_count_divides_by_nothing()
    {
        var x = Tensor.Create<double>([1, 2, 3], requiresGrad: true);
        var y = x.Var(correction: 3);
        Assert.Equal(double.PositiveInfinity, y.Item());
        y.Backward();
        Assert.Equal([double.NegativeInfinity, double.NaN, double.PositiveInfinity], x.Grad!.ToArray());
        Assert.Equal(double.NaN, Tensor.Create<double>([2, 2, 2]).Var(correction: 5).Item());
        Assert.Equal(4.0 / 2.5, Tensor.Create<double>([1, 3, 3, 1]).Var(correction: 1.5).Item());
    }

    /// <summary>Over every set of dimensions, against sums by the place of each element.</summary>
    [Fact]
    public void Every_set_of_dimensions()
    {
        int[] shape = [2, 3, 4, 5];
        var x = Tensor.Randn<float>(shape, new Seed(11));
        for (var set = 1; set < 16; set++)
        {
            int[] dims = [.. Enumerable.Range(0, 4).Where(d => (set >> d & 1) != 0)];
            int[] kept = [.. shape.Select((size, d) => dims.Contains(d) ? 1 : size)];
            var groups = new List<double>[kept.Aggregate(1, static (a, b) => a * b)];
            for (var i = 0; i < x.Length; i++)
            {
                var (flat, rest, at) = (0, i, new int[4]);
                for (var d = 3; d >= 0; rest /= shape[d--]) at[d] = rest % shape[d];
                for (var d = 0; d < 4; d++) flat = flat * kept[d] + (kept[d] == 1 ? 0 : at[d]);
                (groups[flat] ??= []).Add(x.Span[i]);
            }
            Near([.. groups.Select(static g => g.Sum())], x.Sum(dims, keepDim: true), $"sum over {Shape.Format<int>(dims)}");
            Near([.. groups.Select(static g => g.Average())], x.Mean(dims, keepDim: true), $"mean over {Shape.Format<int>(dims)}");
            Near([.. groups.Select(static g => g.Sum(v => (v - g.Average()) * (v - g.Average())) / (g.Count - 1))], x.Var(dims, keepDim: true), "var");
            Near([.. groups.Select(static g => Math.Sqrt(g.Sum(static v => v * v)))], x.Norm(2, dims, keepDim: true), "norm");
            Near([.. groups.Select(static g => g.Max(Math.Abs))], x.Norm(double.PositiveInfinity, dims, keepDim: true), "largest size");
            Assert.True(x.Sum(dims, keepDim: true).Shape == kept);
            Assert.Equal(x.Sum(dims, keepDim: true).ToArray(), x.Sum([.. dims.Reverse().Select(static d => d - 4)]).ToArray());
            var counts = Tensor.Ones<byte>(shape).Sum(dims);
            Assert.Equal(Enumerable.Repeat((long)(x.Length / groups.Length), groups.Length), counts.ToArray());
        }

        static void Near(double[] truth, Tensor<float> actual, string what)
        {
            for (var i = 0; i < truth.Length; i++) EdgeGrid.Check(truth[i], actual.Span[i], 0.51, what);
        }
    }

    public static TheoryData<int> Lengths() => [0, 1, 15, 16, 17, 33, 1025, 70_000, 200_001];

    [Theory, MemberData(nameof(Lengths))]
    public void Every_length_has_the_bits_of_any_number_of_threads(int length)
    {
        var x = Tensor.Randn<float>([length], new Seed(5));
        double[] Results() => [x.Sum().Item(), x.Var().Item(), x.Norm().Item(), x.Norm(3).Item(), length > 0 ? x.CumSum(0)[^1].Item() : 0, x.Norm(1).Item()];
        var before = Partition.Threads;
        try
        {
            Partition.Threads = 1;
            var alone = Results();
            Partition.Threads = 3;
            Assert.Equal(alone, Results());
            double[] values = [.. x.ToArray().Select(static v => (double)v)];
            if (length > 1)
            {
                var mean = values.Average();
                EdgeGrid.Check(values.Sum(v => (v - mean) * (v - mean)) / (length - 1), (float)alone[1], 0.51, "var");
                EdgeGrid.Check(Math.Sqrt(values.Sum(static v => v * v)), (float)alone[2], 0.51, "norm");
            }
        }
        finally
        {
            Partition.Threads = before;
        }
    }

    [Fact]
    public void Equal_smallest_elements_share_the_gradient()
    {
        var x = Tensor.Create<float>([2, 1, 3, 1], requiresGrad: true);
        x.Min().Backward(Tensor.Scalar(3f));
        Assert.Equal([0, 1.5f, 0, 1.5f], x.Grad!.ToArray());
        x.ZeroGrad();
        x.Min(0).Values.Backward(Tensor.Scalar(3f));
        Assert.Equal([0, 3f, 0, 0], x.Grad!.ToArray());
        var nan = Tensor.Create<float>([float.NaN, -1, float.NaN], requiresGrad: true);
        nan.Min().Backward();
        Assert.Equal([0.5f, 0, 0.5f], nan.Grad!.ToArray());
        Assert.Equal(0, nan.ArgMin().Item());
        Assert.Equal([1L, 0], Tensor.Create<int>([3, 2, 7, 9], [2, 2]).ArgMin(1).ToArray());
        Assert.Equal([0, 1], Tensor.Zeros<float>([0, 3]).ArgMin(1, keepDim: true).Shape);
        Assert.Equal([-5, 4], Tensor.Create<int>([-5, 7, 4, 4], [2, 2]).Min(1).Values.ToArray());
    }
}
