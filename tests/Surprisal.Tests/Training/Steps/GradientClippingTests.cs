using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Clipping: the norm in double, what it refuses before a write, and parameters that are listed twice.</summary>
public sealed class GradientClippingTests
{
    [Theory]
    [InlineData(3e38f, 3e38f)] // the squares are no floats
    [InlineData(1e20f, 1e-20f)]
    [InlineData(1e-30f, 1e-30f)] // neither are these
    public void The_norm_is_that_of_doubles(float a, float b)
    {
        var parameter = With(a, b);
        var norm = Math.Sqrt((double)a * a + (double)b * b);
        Assert.Equal(norm, GradientClipping.ByNorm([parameter], double.PositiveInfinity), norm * 1e-12);
        Assert.Equal([a, b], parameter.Grad!.ToArray());
        GradientClipping.ByNorm([parameter], norm / 2);
        Assert.Equal(a * (norm / 2 / (norm + 1e-6)), parameter.Grad.Span[0], a * 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_maximum_that_is_not_positive_is_refused(double maximum)
    {
        var parameter = With(3, -4);
        foreach (var clip in new Action[] { () => GradientClipping.ByNorm([parameter], maximum), () => GradientClipping.ByValue([parameter], maximum) })
            Assert.StartsWith($"maximum is {maximum}; it must be greater than 0", Assert.Throws<ArgumentOutOfRangeException>(clip).Message,
                StringComparison.Ordinal);
        Assert.Equal([3f, -4], parameter.Grad!.ToArray());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_gradient_that_is_not_finite_is_refused_before_anything_is_written(float value)
    {
        var (good, bad) = (With(30, -40), With(1, value));
        foreach (var clip in new Action[] { () => GradientClipping.ByNorm([good, bad], 1), () => GradientClipping.ByValue([good, bad], 1) })
            Assert.Equal($"the gradient of parameter 1, of shape [2], is {value} at flat position 1; a step with it would ruin the model.",
                Assert.Throws<InvalidOperationException>(clip).Message);
        Assert.Equal([30f, -40], good.Grad!.ToArray());
    }

    [Fact]
    public void A_parameter_that_is_listed_twice_counts_once()
    {
        var parameter = With(3, -4);
        Assert.Equal(5, GradientClipping.ByNorm([parameter, Tensor.Zeros<float>([1], requiresGrad: true), parameter], 0.5), 1e-12);
        Assert.Equal(0.3f, parameter.Grad!.Span[0], 1e-6f);
    }

    [Fact]
    public void Nothing_is_refused_by_name()
    {
        Assert.Equal("parameters", Assert.Throws<ArgumentNullException>(static () => GradientClipping.ByNorm(null!, 1)).ParamName);
        Assert.Equal("parameters", Assert.Throws<ArgumentNullException>(static () => GradientClipping.ByValue(null!, 1)).ParamName);
    }

    private static Tensor<float> With(params float[] gradient)
    {
        var parameter = Tensor.Zeros<float>([gradient.Length], requiresGrad: true);
        parameter.Grad = Tensor.Create<float>(gradient);
        return parameter;
    }
}
