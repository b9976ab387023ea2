using FsCheck;
using FsCheck.Fluent;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Autograd;

/// <summary>What must hold for any numbers: sums, shifts, reflections, and the limits at infinity.</summary>
public sealed class FunctionLawTests
{
    [Fact]
    public void Softmax_adds_up_to_one_on_every_axis() => ForAll((x, axis) => F.Softmax(x, axis).Sum(axis).ToArray().All(sum => Math.Abs(sum - 1) < 1e-14));

    [Fact]
    public void Softmax_ignores_a_shift() => ForAll((x, axis) =>
    {
        // Multiples of 1/1024 and a power of two: the shift itself loses nothing.
        var shifted = x + 4096.0;
        return F.Softmax(x, axis).ToArray().SequenceEqual(F.Softmax(shifted, axis).ToArray())
            && F.LogSoftmax(x, axis).ToArray().SequenceEqual(F.LogSoftmax(shifted, axis).ToArray());
    });

    [Fact]
    public void LogSumExp_follows_a_shift() => ForAll((x, axis) => Close(F.LogSumExp(x + 4096.0, axis) - 4096.0, F.LogSumExp(x, axis), 1e-11));

    [Fact]
    public void LogSumExp_lies_between_the_maximum_and_the_maximum_plus_the_logarithm_of_the_count() => ForAll((x, axis) =>
    {
        var (y, max) = (F.LogSumExp(x, axis), x.Max(axis).Values);
        return y.ToArray().Zip(max.ToArray()).All(pair => pair.First >= pair.Second && pair.First <= pair.Second + Math.Log(x.Shape[axis]) + 1e-12);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(1e6f)] // a rounded result is off by 0.03 here, and exp(x - result) with it
    public void The_gradient_of_LogSumExp_adds_up_to_g(float offset)
    {
        foreach (var axis in new[] { 0, 1 })
        {
            var x = (Tensor.Randn<float>([37, 130], new Seed(4)) + offset).WithGrad(true);
            var y = F.LogSumExp(x, axis);
            var g = Tensor.Randn<float>(y.Shape, new Seed(5));
            y.Backward(g);
            var (sums, shares) = (x.Grad!.Sum(axis), F.Softmax(x.Detach(), axis) * (axis == 0 ? g : g.Unsqueeze(1)));
            for (var i = 0; i < g.Length; i++) Assert.Equal(g.Span[i], sums.Span[i], 2e-6f * Math.Abs(g.Span[i]));
            for (var i = 0; i < x.Length; i++) Assert.Equal(shares.Span[i], x.Grad!.Span[i], 3e-7f * Math.Abs(shares.Span[i]));
        }
    }

    [Theory]
    [InlineData(2), InlineData(15), InlineData(16), InlineData(17), InlineData(33), InlineData(100)]
    public void The_gradient_of_LogSumExp_is_NaN_where_infinity_is_beside_NaN(int length)
    {
        for (var axis = 0; axis < 2; axis++)
        for (var gap = 1; gap < length; gap++)
        {
            var values = new float[length];
            (values[0], values[gap]) = gap % 2 == 0 ? (float.NaN, float.PositiveInfinity) : (float.PositiveInfinity, float.NaN);
            var x = Tensor.Create<float>(values, axis == 0 ? [length, 1] : [1, length], requiresGrad: true);
            F.LogSumExp(x, axis).Sum().Backward();
            Assert.All(x.Grad!.ToArray(), static g => Assert.True(float.IsNaN(g)));
        }
    }

    [Fact]
    public void LogSoftmax_is_x_without_its_LogSumExp() => ForAll((x, axis) => Close(F.LogSoftmax(x, axis), x - F.LogSumExp(x, axis, keepDim: true), 1e-13));

    [Fact]
    public void Softmin_is_the_softmax_of_the_negative() => ForAll((x, axis) => F.Softmin(x, axis).ToArray().SequenceEqual(F.Softmax(-x, axis).ToArray()));

    [Fact]
    public void LogSigmoid_is_minus_the_softplus_of_the_negative() =>
        ForAll((x, _) => F.LogSigmoid(x).ToArray().SequenceEqual((-F.Softplus(-x, threshold: double.PositiveInfinity)).ToArray()));

    [Fact]
    public void LogSigmoid_is_the_logarithm_of_sigmoid() => ForAll((x, _) => Close(F.LogSigmoid(x), F.Sigmoid(x).Log(), 1e-14));

    [Fact]
    public void Sigmoid_of_x_and_of_minus_x_add_up_to_one() => ForAll((x, _) => Close(F.Sigmoid(x) + F.Sigmoid(-x), Tensor.Ones<double>(x.Shape), 3e-16));

    [Fact]
    // above the threshold exp(-20) is left out
    public void Softplus_of_x_less_that_of_minus_x_is_x() => ForAll((x, _) => Close(F.Softplus(x) - F.Softplus(-x), x, 3e-9));

    [Fact]
    public void Softmax_of_two_is_the_sigmoid_of_the_difference() => ForAll((x, _) =>
    {
        var pair = Tensor.Create<double>([x.Span[0], 0]);
        return Math.Abs(F.Softmax(pair, 0).Span[0] - F.Sigmoid(x).Span[0]) <= 3e-16;
    });

    [Fact]
    public void Limits_at_infinity_are_exact()
    {
        var x = Tensor.Create<float>([float.NegativeInfinity, float.PositiveInfinity, float.NaN], requiresGrad: true);
        Check(F.Sigmoid, [0, 1, float.NaN], [0, 0, float.NaN]);
        Check(F.LogSigmoid, [float.NegativeInfinity, 0, float.NaN], [1, 0, float.NaN]);
        Check(y => F.Softplus(y), [0, float.PositiveInfinity, float.NaN], [0, 1, float.NaN]);

        void Check(Func<Tensor<float>, Tensor<float>> f, float[] values, float[] gradients)
        {
            x.ZeroGrad();
            var y = f(x);
            y.Sum().Backward();
            Assert.Equal(values, y.ToArray());
            Assert.Equal(gradients, x.Grad!.ToArray());
        }
    }

    [Fact]
    public void Tails_are_denormal_and_not_zero()
    {
        // exp(-100) is 26.55 times the smallest denormal float, which rounds to 27 times.
        var expected = 27 * float.Epsilon;
        Assert.Equal([expected], F.Sigmoid(Tensor.Create<float>([-100])).ToArray());
        Assert.Equal([-expected], F.LogSigmoid(Tensor.Create<float>([100])).ToArray());
        Assert.Equal([expected], F.Softplus(Tensor.Create<float>([-100])).ToArray());
        var x = Tensor.Create<float>([100], requiresGrad: true);
        F.LogSigmoid(x).Backward();
        Assert.Equal([expected], x.Grad!.ToArray());
    }

    [Fact]
    public void A_large_threshold_of_softplus_does_not_overflow()
    {
        var x = Tensor.Create<float>([100, 1000], requiresGrad: true);
        var y = F.Softplus(x, threshold: 1e6); // PyTorch: infinity, with the gradient NaN
        y.Sum().Backward();
        Assert.Equal([100f, 1000], y.ToArray());
        Assert.Equal([1f, 1], x.Grad!.ToArray());
    }

    private static bool Close(Tensor<double> a, Tensor<double> b, double tolerance) =>
        a.ToArray().Zip(b.ToArray()).All(pair => Math.Abs(pair.First - pair.Second) <= tolerance);

    /// <summary>Any [2, along, inner] of multiples of 1/1024 up to 30 in size, and the last two axes.</summary>
    private static void ForAll(Func<Tensor<double>, int, bool> law) =>
        Check.One(Config.QuickThrowOnFailure.WithQuietOnSuccess(true), Prop.ForAll(Cubes(), x => law(x, 1) && law(x, 2)));

    private static Arbitrary<Tensor<double>> Cubes() =>
        (from along in Gen.Choose(1, 20)
         from inner in Gen.Choose(1, 20)
         from values in Gen.Choose(-30 * 1024, 30 * 1024).Select(value => value / 1024.0).ArrayOf(2 * along * inner)
         select Tensor.Create<double>(values, [2, along, inner])).ToArbitrary();
}
