using Surprisal.Kernels;

namespace Surprisal.Tests.Losses;

/// <summary>What users of other implementations have reported in public, each as a test.</summary>
public sealed class LinearCrossEntropyLossReportTests
{
    /// <summary>Without a reduction the upstream vector, a mask with zeros among them, weighs each row.</summary>
    [Fact]
    public void NoneTimesAMaskIsSampleWeights()
    {
        var example = LinearExample.Draw(113, 70, 40, 200);
        float[] mask = [.. Enumerable.Range(0, 70).Select(static row => row % 3 / 2f)];
        var (hidden, weight, bias) = Tensors(example);
        var losses = new LinearCrossEntropyLoss { Reduction = Reduction.None }.Forward(hidden, weight, Tensor.Create<long>(example.Targets), bias);
        (losses * Tensor.Create<float>(mask)).Sum().Backward();
        var (result, _, gradients) = (example with { SampleWeights = mask }).Evaluate<float>(new() { Reduction = Reduction.Sum });
        double[] expected = [.. gradients.Select(static g => (double)g)];
        float[] actual = [.. hidden.Grad!.ToArray(), .. weight.Grad!.ToArray(), .. bias.Grad!.ToArray()];
        Assert.True(LinearExample.Distance<float>(expected, actual) < 1e-7, $"seed {example.Seed}");
        Assert.Equal(result.Value, losses.ToArray().Zip(mask, static (loss, m) => (double)loss * m).Sum(), 1e-5 * result.Value);
    }

    /// <summary>The gradient of a bf16 weight is summed in float and rounded once: its error is that of one rounding at any number of rows.</summary>
    [Fact]
    public void ManyRowsOfBFloat16HaveOneRounding()
    {
        var example = LinearExample.Draw(114, 8192, 8, 40, hasBias: false);
        var (_, _, gradients) = example.Evaluate<BFloat16>(new());
        float[] Round(float[] numbers) => [.. numbers.Select(static x => (float)(BFloat16)x)];
        double[] expected = [.. (example with { Hidden = Round(example.Hidden), Weight = Round(example.Weight) })
            .Evaluate<float>(new()).Gradients.Select(static g => (double)g)];
        Assert.InRange(LinearExample.Distance<BFloat16>(expected, gradients), 1e-4, 0.0025);
    }

    /// <summary>A bias of 10 on one class: losses stay positive, and are those of the reference.</summary>
    [Fact]
    public void ALargeBiasOnOneClass()
    {
        var example = LinearExample.Draw(115, 70, 20, 200);
        example.Bias[137] += 10;
        var (_, losses, _) = example.Evaluate<float>(new());
        Near.Equal(example.Reference(new()).Losses, losses, $"seed {example.Seed}");
        Assert.All(losses, static loss => Assert.True(loss >= 0));
    }

    /// <summary>The last class as target, where the padding of a tile begins behind it.</summary>
    [Theory, InlineData(191), InlineData(192), InlineData(193), InlineData(383), InlineData(385), InlineData(1)]
    public void TheLastClassIsAClass(int classes)
    {
        var example = LinearExample.Draw(116, 66, 33, classes);
        example.Targets.AsSpan().Fill(classes - 1);
        var (_, losses, gradients) = example.Evaluate<float>(new());
        var expected = example.Reference(new());
        Near.Equal(expected.Losses, losses, $"seed {example.Seed}");
        Assert.True(classes == 1 || LinearExample.Distance<float>(expected.Gradients, gradients) < 2e-6, $"seed {example.Seed}");
    }

    /// <summary>All logits at -cap: no padding has a share of the probabilities.</summary>
    [Fact]
    public void PaddingHasNoProbability()
    {
        var (rows, classes) = (3, 200);
        float[] hidden = [.. Enumerable.Repeat(1f, rows * 4)], weight = [.. Enumerable.Repeat(-100f, classes * 4)], result = new float[rows];
        new LinearCrossEntropyLoss { SoftCap = 30 }.LogSumExp<float>(hidden, weight, 4, result);
        Assert.All(result, l => Assert.Equal(Math.Log(classes) - 30, l, 1e-5));
    }

    /// <summary>The cap bends: at u = 4 cap the logit is cap tanh 4, and its slope that of sech^2.</summary>
    [Fact]
    public void TheCapBends()
    {
        float[] hidden = [1], weight = [120, 0], gradient = new float[1];
        var loss = new LinearCrossEntropyLoss { SoftCap = 30 }.Evaluate<float, int>(hidden, weight, [1], features: 1, hiddenGradient: gradient);
        var z = 30 * Math.Tanh(4);
        Assert.Equal(Math.Log(1 + Math.Exp(-z)) + z, loss.Value, 1e-5);
        Assert.Equal(120 / Math.Pow(Math.Cosh(4), 2) / (1 + Math.Exp(-z)), gradient[0], 1e-5 * gradient[0]);
    }

    /// <summary>sech^2 far in the saturation, where 1 - tanh^2 has lost its digits: cap 30, u 200.</summary>
    [Fact]
    public void TheSlopeOfTheCapKeepsItsDigits()
    {
        float[] hidden = [1], weight = [200, 0], gradient = new float[2];
        new LinearCrossEntropyLoss { SoftCap = 30 }.Evaluate<float, int>(hidden, weight, [1], features: 1, weightGradient: gradient);
        Assert.Equal(6.478e-6, gradient[0], 0.001e-6);
    }

    /// <summary>More logits than an int counts; none of them is ever held.</summary>
    [Fact]
    public void MoreLogitsThanAnInteger()
    {
        var (rows, classes) = (23_200, 93_000);
        Assert.True((long)rows * classes > int.MaxValue);
        var hidden = new float[rows];
        var weight = new float[classes];
        for (var row = 0; row < rows; row++) hidden[row] = row % 2;
        for (var c = 0; c < classes; c++) weight[c] = c % 2;
        var targets = new int[rows];
        targets.AsSpan().Fill(classes - 1);
        var losses = new float[rows];
        new LinearCrossEntropyLoss().Evaluate<float, int>(hidden, weight, targets, features: 1, losses: losses);
        Assert.Equal(Math.Log(classes), losses[0], 1e-5);
        Assert.Equal(Math.Log(classes / 2.0 * (1 + Math.E)) - 1, losses[^1], 1e-5);
        Assert.Equal(losses[0], losses[^2]);
    }

    /// <summary>A micro-batch in which nothing counts adds nothing: no NaN reaches the sum of the others.</summary>
    [Fact]
    public void AnEmptyMicroBatchAddsNothing()
    {
        var accumulator = new LossAccumulator();
        var loss = new LinearCrossEntropyLoss { Normalizer = 5 };
        var (hidden, weight, _) = Tensors(LinearExample.Draw(1, 4, 33, 20));
        loss.Forward(hidden, weight, Tensor.Create<long>([-100, -100, -100, -100]), accumulator: accumulator).Backward();
        Assert.All(weight.Grad!.ToArray(), static g => Assert.Equal(0, g));
        loss.Forward(hidden, weight, Tensor.Create<long>([1, 2, 3, 4]), accumulator: accumulator);
        Assert.True(double.IsFinite(accumulator.Value));
    }

    /// <summary>An embedding's weight is the head's too: one tensor, whose gradient has both.</summary>
    [Fact]
    public void TiedWeightsHaveOneGradient()
    {
        var weight = Tensor.Randn<float>([20, 33], new Seed(3)).WithGrad(true);
        var hidden = weight.IndexSelect(0, Tensor.Create<long>([1, 5, 5]));
        new LinearCrossEntropyLoss().Forward(hidden, weight, Tensor.Create<long>([5, 5, 7])).Backward();
        var dense = weight.Detach().Clone().WithGrad(true);
        new CrossEntropyLoss().Forward(dense.IndexSelect(0, Tensor.Create<long>([1, 5, 5])).Linear(dense), Tensor.Create<long>([5, 5, 7])).Backward();
        Near.Equal([.. dense.Grad!.ToArray().Select(static g => (double)g)], weight.Grad!.ToArray(), "tied");
    }

    private static (Tensor<float> Hidden, Tensor<float> Weight, Tensor<float> Bias) Tensors(LinearExample example) =>
        (Tensor.Create<float>(example.Hidden, [example.Rows, example.Features], requiresGrad: true),
            Tensor.Create<float>(example.Weight, [example.Classes, example.Features], requiresGrad: true),
            Tensor.Create<float>(example.Bias, [example.Classes], requiresGrad: true));
}
