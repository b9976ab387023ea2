using Surprisal.Modules;

namespace Surprisal.Tests.Modules;

/// <summary>Batch normalisation against loops in double: any mean and size, every small shape, and what becomes of the running statistics.</summary>
public sealed class BatchNorm2dTests
{
    private const double Epsilon = 1e-5;

    /// <summary>Deviations are 1 after normalisation, so errors are relative to them.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(10_000, 0.29)]
    [InlineData(-10_000, 0.29)]
    [InlineData(1e6, 0.29)]
    [InlineData(1e6, 1000)]
    [InlineData(-3e7, 40)]
    [InlineData(1e-3, 1e-6)]
    [InlineData(0, 1e25)]
    [InlineData(1e30, 1e29)]
    [InlineData(1e38, 5e37)]
    public void AnyMeanAndDeviationAreNormalised(double mean, double deviation)
    {
        for (var seed = 1; seed <= 3; seed++) Check([16, 3, 7, 9], seed, mean, deviation);
    }

    [Fact]
    public void AllSmallShapes()
    {
        for (var n = 1; n <= 3; n++)
        for (var channels = 1; channels <= 3; channels++)
        for (var height = 1; height <= 3; height++)
        for (var width = 1; width <= 20; width++)
            if (n * height * width > 1)
                Check([n, channels, height, width], n * 1000 + channels * 100 + width, 3, 2);
    }

    private static void Check(int[] shape, int seed, double mean, double deviation)
    {
        var x = Tensor.Create<float>([.. Tensor.Randn<double>(shape, new Seed(seed)).ToArray().Select(z => (float)(mean + deviation * z))], shape,
            requiresGrad: true);
        var (layer, weight, bias) = Layer(shape[1], seed);
        var g = Tensor.Randn<float>(shape, new Seed(seed + 50)).ToArray();
        var y = layer.Forward(x);
        y.Backward(Tensor.Create<float>(g, shape));
        var inner = shape[2] * shape[3];
        for (var c = 0; c < shape[1]; c++)
        {
            int[] own = [.. Enumerable.Range(0, x.Length).Where(i => i / inner % shape[1] == c)];
            var center = own.Average(i => (double)x.Span[i]);
            var variance = own.Average(i => (x.Span[i] - center) * (x.Span[i] - center));
            var scale = 1 / Math.Sqrt(variance + Epsilon);
            double H(int i) => (x.Span[i] - center) * scale;
            var (plain, along) = (own.Sum(i => (double)g[i]), own.Sum(i => g[i] * H(i)));
            var at = $"shape [{string.Join(", ", shape)}], seed {seed}, mean {mean}, deviation {deviation}, channel {c}";
            foreach (var i in own)
            {
                Near(H(i) * weight[c] + bias[c], y.Span[i], 3, at);
                Near((g[i] - plain / own.Length - H(i) * along / own.Length) * weight[c], x.Grad!.Span[i] / scale, 3 * Math.Abs(weight[c]), at);
            }
            Near(along, Parameter(layer, "weight").Grad!.Span[c], own.Length, at);
            Near(plain, Parameter(layer, "bias").Grad!.Span[c], own.Length, at);
            Near(center * 0.1, Running(layer, "running_mean")[c], Math.Abs(center) + 1, at);
            var unbiased = variance * own.Length / (own.Length - 1);
            Near(0.9 + 0.1 * unbiased, Running(layer, "running_var")[c], 0.9 + unbiased, at);
        }
    }

    /// <summary>As good as running statistics in float allow: what they are exactly, in double, and rounded once.</summary>
    [Theory]
    [InlineData(10_000, 0.29)]
    [InlineData(1e6, 0.29)]
    [InlineData(0, 1e-4)]
    [InlineData(1e25, 1e18)]
    public void EvaluationTakesTheRunningStatisticsAsTheyAre(float mean, float deviation)
    {
        int[] shape = [5, 2, 3, 7];
        var x = Tensor.Create<float>([.. Tensor.Randn<double>(shape, new Seed(3)).ToArray().Select(z => (float)(mean + deviation * z))], shape,
            requiresGrad: true);
        var (layer, weight, bias) = Layer(2, 4);
        float[] variance = [deviation * deviation, 0.5f * deviation * deviation];
        Buffer(layer, "running_mean").CopyFrom(Tensor.Create<float>([mean, mean]));
        Buffer(layer, "running_var").CopyFrom(Tensor.Create<float>(variance));
        layer.Eval();
        var g = Tensor.Randn<float>(shape, new Seed(5)).ToArray();
        var y = layer.Forward(x);
        y.Backward(Tensor.Create<float>(g, shape));
        for (var i = 0; i < x.Length; i++)
        {
            var c = i / 21 % 2;
            var scale = 1 / Math.Sqrt(variance[c] + Epsilon);
            Near(((double)x.Span[i] - mean) * scale * weight[c] + bias[c], y.Span[i], Math.Abs(y.Span[i]), $"output {i}");
            Near(g[i] * scale * weight[c], x.Grad!.Span[i], Math.Abs(g[i] * scale * weight[c]), $"gradient {i}");
        }
        Assert.Equal([mean, mean], Running(layer, "running_mean"));
        Assert.Equal(variance, Running(layer, "running_var"));
    }

    /// <summary>Of 1, 2, 4: mean 7/3, unbiased variance 7/3.</summary>
    [Fact]
    public void RunningStatisticsMoveInDouble()
    {
        var x = Tensor.Create<float>([1, 2, 4], [1, 1, 1, 3]);
        var layer = new BatchNorm2d(1);
        layer.Forward(x);
        Assert.Equal([(float)(0.7 / 3)], Running(layer, "running_mean"));
        Assert.Equal([(float)(0.9 + 0.7 / 3)], Running(layer, "running_var"));

        layer = new BatchNorm2d(1, momentum: 1);
        Buffer(layer, "running_mean").CopyFrom(Tensor.Create<float>([1e8f]));
        Buffer(layer, "running_var").CopyFrom(Tensor.Create<float>([1e30f]));
        layer.Forward(x);
        Assert.Equal([(float)(7.0 / 3)], Running(layer, "running_mean"));
        Assert.Equal([(float)(7.0 / 3)], Running(layer, "running_var"));

        layer = new BatchNorm2d(1, momentum: 0);
        layer.Forward(x);
        Assert.Equal([0f], Running(layer, "running_mean"));
        Assert.Equal([1f], Running(layer, "running_var"));
    }

    [Fact]
    public void WithoutImagesTheStatisticsStayAndTheBatchCounts()
    {
        var (layer, _, _) = Layer(2, 1);
        var x = Tensor.Zeros<float>([0, 2, 3, 3], requiresGrad: true);
        var y = layer.Forward(x);
        Assert.Equal([0, 2, 3, 3], y.Shape);
        y.Sum().Backward();
        Assert.Equal([0f, 0], Parameter(layer, "weight").Grad!.ToArray());
        Assert.Equal([0f, 0], Parameter(layer, "bias").Grad!.ToArray());
        Assert.Equal([0f, 0], Running(layer, "running_mean"));
        Assert.Equal([1f, 1], Running(layer, "running_var"));
        Assert.Equal(1, ((Tensor<long>)layer.NamedBuffers().Single(static named => named.Name == "num_batches_tracked").Buffer).Item());
    }

    [Fact]
    public void OneValueAChannelIsRefusedOnlyInTraining()
    {
        var layer = new BatchNorm2d(2);
        var pixel = Tensor.Ones<float>([1, 2, 1, 1]);
        Assert.StartsWith("Expected more than 1 value per channel when training, got input size [1, 2, 1, 1]",
            Assert.Throws<ArgumentException>(() => layer.Forward(pixel)).Message, StringComparison.Ordinal);
        layer.Eval();
        Assert.Equal((float)(1 / Math.Sqrt(1 + Epsilon)), layer.Forward(pixel).ToArray()[0]);
    }

    [Fact]
    public void ANegativeRunningVarianceGivesNaN()
    {
        var layer = new BatchNorm2d(1);
        Buffer(layer, "running_var").CopyFrom(Tensor.Create<float>([-1]));
        layer.Eval();
        Assert.Equal([float.NaN], layer.Forward(Tensor.Ones<float>([1, 1, 1, 1])).ToArray());
    }

    private static (BatchNorm2d Layer, float[] Weight, float[] Bias) Layer(int channels, int seed)
    {
        var layer = new BatchNorm2d(channels, Epsilon);
        var (weight, bias) = (Tensor.Randn<float>([channels], new Seed(seed + 1000)), Tensor.Randn<float>([channels], new Seed(seed + 2000)));
        using var scope = Tensor.NoGrad();
        Parameter(layer, "weight").CopyFrom(weight);
        Parameter(layer, "bias").CopyFrom(bias);
        return (layer, weight.ToArray(), bias.ToArray());
    }

    private static Tensor<float> Parameter(BatchNorm2d layer, string name) => layer.NamedParameters().Single(named => named.Name == name).Parameter;

    private static Tensor<float> Buffer(BatchNorm2d layer, string name) => (Tensor<float>)layer.NamedBuffers().Single(named => named.Name == name).Buffer;

    private static float[] Running(BatchNorm2d layer, string name) => Buffer(layer, name).ToArray();

    private static void Near(double expected, double actual, double size, string at) =>
        Assert.True((float)expected == actual || Math.Abs(expected - actual) <= 3e-7 * size, $"{at}: {actual:R}, expected {expected:R}, beside {size:R}");
}
