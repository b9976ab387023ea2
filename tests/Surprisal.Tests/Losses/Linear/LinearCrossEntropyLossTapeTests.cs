namespace Surprisal.Tests.Losses;

/// <summary>Question 5: do gradients pass through the tape, for every input, reduction and shape, once and again?</summary>
public sealed class LinearCrossEntropyLossTapeTests
{
    [Theory, InlineData(Reduction.None), InlineData(Reduction.Mean), InlineData(Reduction.Sum)]
    public void GradientsAreThoseOfDifferences(Reduction reduction)
    {
        foreach (var loss in new LinearCrossEntropyLoss[]
        {
            new() { Reduction = reduction },
            new() { Reduction = reduction, LabelSmoothing = 0.2, Weight = [1, 2, 0.5, 0.25, 1.5], ZLoss = 0.02, SoftCap = 2, Temperature = 1.5 },
        })
        {
            GradientCheck.Run(118, inputs =>
                loss.Forward(inputs[0], inputs[1], Tensor.Create<long>([4, 0, -100, 3, 1, 2], [2, 3]), inputs[2]), [2, 3, 4], [5, 4], [5]);
            var probabilities = Tensor.Rand<double>([3, 5], new Seed(5));
            GradientCheck.Run(119, inputs => loss.Forward(inputs[0], inputs[1], probabilities, inputs[2]), [3, 4], [5, 4], [5]);
        }
    }

    [Fact]
    public void LeadingDimensionsAreRows()
    {
        var weight = Tensor.Randn<float>([20, 4], new Seed(1));
        var hidden = Tensor.Randn<float>([2, 3, 4], new Seed(2));
        var target = Tensor.Create<long>([1, 2, 3, 4, 5, 6], [2, 3]);
        var loss = new LinearCrossEntropyLoss { Reduction = Reduction.None };
        var losses = loss.Forward(hidden, weight, target);
        Assert.Equal([2, 3], losses.Shape);
        Assert.Equal(loss.Forward(hidden.View([6, 4]), weight, target.View([6])).ToArray(), losses.ToArray());
        Assert.Equal([], loss.Forward(hidden[0][1], weight, Tensor.Scalar(2L)).Shape);
        Assert.Equal(losses.ToArray()[1], loss.Forward(hidden[0][1], weight, Tensor.Scalar(2L)).Item());
        Assert.Equal([0], loss.Forward(Tensor.Zeros<float>([0, 4]), weight, Tensor.Zeros<long>([0])).Shape);
    }

    /// <summary>Four times a loss, a power of two, has four times the gradients to the bit, in every type.</summary>
    [Fact]
    public void AFactorGoesToAllGradients()
    {
        Check<float>();
        Check<double>();
        Check<Half>();
        Check<BFloat16>();

        static void Check<T>() where T : unmanaged, IFloatingPointIeee754<T>
        {
            T[][] Gradients(T factor)
            {
                Tensor<T>[] inputs = [.. new[] { new TensorShape([3, 4]), [5, 4], [5] }.Select(static (shape, i) =>
                    Tensor.Create<T>(Tensor.Randn<float>(shape, new Seed(i)).To<T>().ToArray(), shape, requiresGrad: true))];
                var loss = new LinearCrossEntropyLoss().Forward(inputs[0], inputs[1], Tensor.Create<long>([4, 0, 2]), inputs[2]);
                (loss * factor).Backward();
                return [.. inputs.Select(static input => input.Grad!.ToArray())];
            }
            var (once, fourTimes) = (Gradients(T.One), Gradients(T.CreateTruncating(4)));
            for (var i = 0; i < 3; i++) Assert.Equal(Array.ConvertAll(once[i], static g => T.CreateTruncating(4) * g), fourTimes[i]);
        }
    }

    /// <summary>A graph that is retained gives the gradient again; one whose inputs were overwritten refuses.</summary>
    [Fact]
    public void ASecondBackwardComputesAgain()
    {
        var weight = Tensor.Randn<float>([20, 40], new Seed(1)).WithGrad(true);
        var hidden = Tensor.Randn<float>([3, 40], new Seed(2)).WithGrad(true);
        var loss = new LinearCrossEntropyLoss().Forward(hidden, weight, Tensor.Create<long>([1, 2, 3]));
        loss.Backward(retainGraph: true);
        var (first, ofHidden) = (weight.Grad!.ToArray(), hidden.Grad!.ToArray());
        weight.ZeroGrad();
        hidden.ZeroGrad();
        loss.Backward(retainGraph: true);
        Assert.Equal(first, weight.Grad!.ToArray());
        Assert.Equal(ofHidden, hidden.Grad!.ToArray());
        using (Tensor.NoGrad()) weight.Fill(0);
        Assert.Throws<InvalidOperationException>(() => loss.Backward());
    }

    [Fact]
    public void OnlyWhatIsWantedHasAGradient()
    {
        var weight = Tensor.Randn<float>([20, 40], new Seed(1)).WithGrad(true);
        var hidden = Tensor.Randn<float>([3, 40], new Seed(2));
        foreach (var reduction in new[] { Reduction.Mean, Reduction.None })
        {
            var loss = new LinearCrossEntropyLoss { Reduction = reduction }.Forward(hidden, weight, Tensor.Create<long>([1, 2, 3]));
            loss.Sum().Backward();
            Assert.NotNull(weight.Grad);
            Assert.Null(hidden.Grad);
            weight.ZeroGrad();
            using var scope = Tensor.NoGrad();
            Assert.False(new LinearCrossEntropyLoss { Reduction = reduction }.Forward(hidden, weight, Tensor.Create<long>([1, 2, 3])).RequiresGrad);
        }
    }

    /// <summary>An upstream NaN reaches what counts, and not rows that are ignored.</summary>
    [Theory, InlineData(Reduction.Mean), InlineData(Reduction.None)]
    public void AnUpstreamNaNLeavesIgnoredRows(Reduction reduction)
    {
        var weight = Tensor.Randn<float>([20, 40], new Seed(1)).WithGrad(true);
        var hidden = Tensor.Randn<float>([2, 40], new Seed(2)).WithGrad(true);
        var loss = new LinearCrossEntropyLoss { Reduction = reduction }.Forward(hidden, weight, Tensor.Create<long>([1, -100]));
        (loss * float.NaN).Sum().Backward();
        Assert.All(hidden.Grad![0].ToArray(), static g => Assert.True(float.IsNaN(g)));
        Assert.All(hidden.Grad![1].ToArray(), static g => Assert.Equal(0, g));
    }

    [Fact]
    public void TheFunctionIsTheLoss()
    {
        var (hidden, weight) = (Tensor.Randn<float>([3, 4], new Seed(1)), Tensor.Randn<float>([5, 4], new Seed(2)));
        var (bias, target) = (Tensor.Randn<float>([5], new Seed(3)), Tensor.Create<int>([1, 2, 3]));
        var loss = new LinearCrossEntropyLoss { Weight = [1, 2, 3, 4, 5], Reduction = Reduction.Sum, IgnoreIndex = 2, LabelSmoothing = 0.1 };
        Assert.Equal(loss.Forward(hidden, weight, target, bias).Item(), Functional.LinearCrossEntropy(hidden, weight, target, bias, loss.Weight,
            Reduction.Sum, 2, 0.1).Item());
        Assert.Equal(loss.Forward(hidden, weight, target, bias).Item(), Functional.LinearCrossEntropy(hidden, weight, target, loss, bias).Item());
        var probabilities = Tensor.Rand<float>([3, 5], new Seed(4));
        loss = loss with { IgnoreIndex = -100 };
        Assert.Equal(loss.Forward(hidden, weight, probabilities, bias).Item(), Functional.LinearCrossEntropy(hidden, weight, probabilities, bias,
            loss.Weight, Reduction.Sum, 0.1).Item());
        Assert.Equal(loss.Forward(hidden, weight, probabilities, bias).Item(), Functional.LinearCrossEntropy(hidden, weight, probabilities, loss, bias).Item());
    }
}
