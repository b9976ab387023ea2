namespace Surprisal.Tests.Autograd;

/// <summary>Bounds, larger and smaller, and functions of one number: of integers, of 16 bits, with gradients to every operand.</summary>
public sealed class ClampTests
{
    [Fact]
    public void Integers_are_clamped_compared_and_signed_in_their_own_type()
    {
        Assert.Equal<byte>([3, 100, 200], Tensor.Create<byte>([0, 100, 255]).Clamp(3, 200).ToArray());
        Assert.Equal<byte>([0, 100, 200], Tensor.Create<byte>([0, 100, 255]).Clamp(max: 200).ToArray());
        Assert.Equal([long.MaxValue - 1], Tensor.Create<long>([long.MaxValue]).Clamp(max: long.MaxValue - 1).ToArray());
        Assert.Equal([2, 2], Tensor.Create<int>([1, 9]).Clamp(5, 2).ToArray());
        Assert.Equal([1, 7], Tensor.Create<int>([1, 9]).Minimum(Tensor.Scalar(7)).ToArray());
        Assert.Equal([7, 9], Tensor.Create<int>([1, 9]).Maximum(Tensor.Scalar(7)).ToArray());
        Assert.Equal<sbyte>([-128, 127, 0], Tensor.Create<sbyte>([-128, -127, 0]).Abs().ToArray());
        Assert.Equal<sbyte>([-1, 1, 0], Tensor.Create<sbyte>([-128, 127, 0]).Sign().ToArray());
        Assert.Equal<byte>([1, 0], Tensor.Create<byte>([255, 0]).Sign().ToArray());
        Assert.Equal([(1L << 53) + 1], Tensor.Create<long>([-(1L << 53) - 1]).Abs().ToArray());
    }

    [Fact]
    public void The_gradient_is_whole_at_a_bound()
    {
        var x = Tensor.Create<float>([-1, 0, 0.5f, 1, 2, float.NaN], requiresGrad: true);
        var y = x.Clamp(0, 1);
        Assert.Equal([0, 0, 0.5f, 1, 1, float.NaN], y.ToArray());
        y.Backward(Tensor.Create<float>([float.NaN, 2, 3, 4, float.PositiveInfinity, 5]));
        Assert.Equal([0f, 2, 3, 4, 0, 0], x.Grad!.ToArray());
    }

    [Fact]
    public void Bounds_of_tensors_get_what_they_cut_off()
    {
        var x = Tensor.Create<float>([[1, 5], [-3, 2]], requiresGrad: true);
        var (min, max) = (Tensor.Create<float>([0, 2], requiresGrad: true), Tensor.Create<float>([[3], [1]], requiresGrad: true));
        var y = x.Clamp(min, max);
        Assert.Equal([1f, 3, 0, 1], y.ToArray());
        y.Backward(Tensor.Create<float>([1, 2, 4, 8], [2, 2]));
        Assert.Equal([1f, 0, 0, 0], x.Grad!.ToArray());
        Assert.Equal([4f, 0], min.Grad!.ToArray());
        Assert.Equal([2f, 8], max.Grad!.ToArray());
        var low = Tensor.Create<float>([1], requiresGrad: true);
        var cut = Tensor.Create<float>([0], requiresGrad: true);
        cut.Clamp(low, Tensor.Create<float>([1])).Backward(); // min = max > x: nobody
        Assert.Equal(0, low.Grad!.Item() + cut.Grad!.Item());
    }

    [Fact]
    public void A_bound_that_is_NaN_makes_all_NaN()
    {
        var x = Tensor.Create<float>([1, -2]);
        foreach (var y in new[] { x.Clamp(min: float.NaN), x.Clamp(max: float.NaN), x.Clamp(float.NaN, 1f), x.Clamp(-1f, float.NaN) })
            Assert.All(y.ToArray(), static value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void Bounds_may_repeat_the_tensor()
    {
        var x = Tensor.Scalar(2f, requiresGrad: true);
        var y = x.Clamp(Tensor.Create<float>([3, 0]), Tensor.Scalar(5f));
        y.Backward(Tensor.Create<float>([1, 10]));
        Assert.Equal([3f, 2f], y.ToArray());
        Assert.Equal(10, x.Grad!.Item());
    }

    [Fact]
    public void A_tie_is_shared_and_with_NaN_both_get_all()
    {
        Check(static (a, b) => a.Maximum(b), [0.5f, 1, 0.5f, 1, 1]);
        Check(static (a, b) => a.Minimum(b), [0.5f, 0, 0.5f, 1, 1]);

        static void Check(Func<Tensor<float>, Tensor<float>, Tensor<float>> f, float[] left)
        {
            var a = Tensor.Create<float>([1, 2, -0.0f, float.NaN, 3], requiresGrad: true);
            var b = Tensor.Create<float>([1, 1, 0, 0, float.NaN], requiresGrad: true);
            f(a, b).Sum().Backward();
            Assert.Equal(left, a.Grad!.ToArray());
            Assert.Equal([0.5f, 1 - left[1], 0.5f, 1, 1], b.Grad!.ToArray());
        }
    }

    [Fact]
    public void Sixteen_bits_are_computed_in_float()
    {
        Check<Half>();
        Check<BFloat16>();

        static void Check<T>() where T : unmanaged, IFloatingPointIeee754<T>
        {
            static T Of(double x) => T.CreateTruncating(x);
            var x = Tensor.Create<T>([Of(-2), Of(0.5), Of(3), T.NaN], requiresGrad: true);
            Assert.Equal([T.Zero, Of(0.5), T.One, T.NaN], x.Clamp(T.Zero, T.One).ToArray());
            Assert.Equal([Of(2), Of(0.5), Of(3), T.NaN], x.Abs().ToArray());
            Assert.Equal([Of(-1), T.One, T.One, T.Zero], x.Sign().ToArray());
            Assert.Equal([T.Zero, Of(0.5), Of(3), T.NaN], x.Maximum(Tensor.Scalar(T.Zero)).ToArray());
            Assert.Equal<byte>([1, 0, 0, 0], x.Less(T.Zero).ToArray());
            Assert.Equal([Of(-2), T.One, T.One, T.One], Tensor.Where(x.Less(T.Zero), x, T.One).ToArray());
            x.Clamp(T.Zero, T.One).Sum().Backward();
            Assert.Equal([T.Zero, T.One, T.Zero, T.Zero], x.Grad!.ToArray());
        }
    }

    [Fact]
    public void Signs_have_no_gradient_whatever_arrives()
    {
        var x = Tensor.Create<float>([1, 0, float.NaN], requiresGrad: true);
        x.Sign().Backward(Tensor.Create<float>([float.NaN, float.PositiveInfinity, 1]));
        Assert.Equal([0f, 0, 0], x.Grad!.ToArray());
    }
}
