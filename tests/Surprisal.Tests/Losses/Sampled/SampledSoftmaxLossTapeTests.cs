namespace Surprisal.Tests.Losses;

/// <summary>Question 5: do gradients pass, for every input, reduction and shape? What is refused, and what happens to nothing.</summary>
public sealed class SampledSoftmaxLossTapeTests
{
    [Theory, InlineData(Reduction.None), InlineData(Reduction.Mean), InlineData(Reduction.Sum)]
    public void GradientsAreThoseOfDifferences(Reduction reduction)
    {
        foreach (var loss in new SampledSoftmaxLoss[]
        {
            new() { Reduction = reduction, Samples = 4, Seed = 5 }, new() { Reduction = reduction, Samples = 4, WithReplacement = true, CorrectTarget = true },
        })
            GradientCheck.Run(131, inputs =>
                loss.Forward(inputs[0], inputs[1], Tensor.Create<long>([4, 0, -100, 3, 1, 11], [2, 3]), step: 7, inputs[2]), [2, 3, 4], [12, 4], [12]);
    }

    [Fact]
    public void LeadingDimensionsAreRowsAndNoneAreNone()
    {
        var (weight, hidden) = (Tensor.Randn<float>([90, 4], new Seed(1)), Tensor.Randn<float>([2, 3, 4], new Seed(2)));
        var target = Tensor.Create<short>([1, 2, 3, 4, 5, 6], [2, 3]);
        var loss = new SampledSoftmaxLoss { Reduction = Reduction.None, Samples = 20 };
        var losses = loss.Forward(hidden, weight, target, step: 1);
        Assert.Equal([2, 3], losses.Shape);
        Assert.Equal(loss.Forward(hidden.View([6, 4]), weight, target.View([6]), step: 1).ToArray(), losses.ToArray());
        Assert.Equal([], loss.Forward(hidden[0][1], weight, Tensor.Scalar(2L), step: 1).Shape);
        Assert.Equal([0], loss.Forward(Tensor.Zeros<float>([0, 4]), weight, Tensor.Zeros<long>([0]), step: 1).Shape);
        Assert.Equal(losses.ToArray(), Functional.SampledSoftmax(hidden, weight, target, loss, step: 1).ToArray());
    }

    [Fact]
    public void AnEmptyMeanIsNaNWithGradientsOfZero()
    {
        var (weight, hidden) = (Tensor.Randn<float>([90, 4], new Seed(1)).WithGrad(true), Tensor.Randn<float>([2, 4], new Seed(2)).WithGrad(true));
        var ignored = Tensor.Create<long>([-100, -100]);
        var loss = new SampledSoftmaxLoss { Samples = 20 };
        var mean = loss.Forward(hidden, weight, ignored, step: 1);
        mean.Backward();
        Assert.True(float.IsNaN(mean.Item()));
        Assert.All([.. weight.Grad!.ToArray(), .. hidden.Grad!.ToArray()], static g => Assert.Equal(0, g));
        Assert.Equal(0, (loss with { WhenEmpty = EmptyMean.Zero }).Forward(hidden, weight, ignored, step: 1).Item());
        Assert.Equal(0, (loss with { Reduction = Reduction.Sum }).Forward(hidden, weight, ignored, step: 1).Item());
        Assert.Throws<InvalidOperationException>(() => (loss with { WhenEmpty = EmptyMean.Error }).Forward(hidden, weight, ignored, step: 1));
    }

    /// <summary>A normalizer makes micro-batches add up to the batch, and the accumulator knows the mean.</summary>
    [Fact]
    public void PartsAddUp()
    {
        var (weight, hidden, target) = (Tensor.Randn<float>([90, 4], new Seed(1)), Tensor.Randn<float>([6, 4], new Seed(2)), Tensor.Arange<long>(6));
        var loss = new SampledSoftmaxLoss { Samples = 20 };
        var (whole, accumulator) = (loss.Forward(hidden, weight, target, step: 1).Item(), new LossAccumulator());
        var part = loss with { Normalizer = 6 };
        var sum = part.Forward(hidden[..2], weight, target[..2], step: 1, accumulator: accumulator).Item()
            + part.Forward(hidden[2..], weight, target[2..], step: 1, accumulator: accumulator).Item();
        Assert.Equal(whole, sum, 1e-5f);
        Assert.Equal(whole, accumulator.Value, 1e-5);
    }

    /// <summary>16-bit numbers are computed in float: value and gradients are those of the same numbers in float, rounded.</summary>
    [Fact]
    public void SixteenBitsAreComputedInFloat()
    {
        Check<Half>(0.001);
        Check<BFloat16>(0.008);

        static void Check<T>(double rounding) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var loss = new SampledSoftmaxLoss { Samples = 30 };
            Tensor<T>[] narrow = [.. new[] { new TensorShape([9, 8]), [90, 8], [90] }.Select(static (shape, i) =>
                Tensor.Create<T>(Tensor.Randn<float>(shape, new Seed(i)).To<T>().ToArray(), shape, requiresGrad: true))];
            Tensor<float>[] wide = [.. narrow.Select(static x => x.Detach().To<float>().WithGrad(true))];
            var target = Tensor.RandInt<long>(0, 90, [9], new Seed(4));
            var value = loss.Forward(narrow[0], narrow[1], target, step: 1, narrow[2]);
            var expected = loss.Forward(wide[0], wide[1], target, step: 1, wide[2]);
            value.Backward();
            expected.Backward();
            Assert.Equal(expected.Item(), float.CreateTruncating(value.Item()), rounding * expected.Item());
            for (var i = 0; i < 3; i++)
                foreach (var (e, a) in wide[i].Grad!.ToArray().Zip(narrow[i].Grad!.ToArray()))
                    Assert.Equal(e, float.CreateTruncating(a), rounding * (Math.Abs(e) + 0.1f));
        }
    }

    [Fact]
    public void ARowOfNaNIsNaNAlone()
    {
        var (weight, hidden) = (Tensor.Randn<float>([90, 4], new Seed(1)), Tensor.Randn<float>([3, 4], new Seed(2)));
        hidden.Span[5] = float.NaN;
        var losses = new SampledSoftmaxLoss { Samples = 20, Reduction = Reduction.None }
            .Forward(hidden.WithGrad(true), weight, Tensor.Arange<long>(3), step: 1);
        losses.Sum().Backward();
        Assert.Equal([false, true, false], losses.ToArray().Select(float.IsNaN));
        Assert.Equal([false, true, false], hidden.Grad!.ToArray().Chunk(4).Select(static row => float.IsNaN(row[0])));
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        var (loss, weight, hidden) = (new SampledSoftmaxLoss { Samples = 3 }, Tensor.Zeros<float>([5, 4]), Tensor.Zeros<float>([2, 2, 4]));
        Refuses("Samples is 0; a sample has at least 1 class. (Parameter 'Samples')", static () => new SampledSoftmaxLoss { Samples = 0 });
        Refuses("target[1, 0] = 5 is out of bounds: classes are 0..4 and ignore_index is -100. (Parameter 'target')",
            () => loss.Forward(hidden, weight, Tensor.Create<long>([0, 1, 5, 9], [2, 2]), step: 0));
        Refuses("target has shape [4], but hidden of shape [2, 2, 4] needs [2, 2]: a class for each of its rows. (Parameter 'target')",
            () => loss.Forward(hidden, weight, Tensor.Zeros<long>([4]), step: 0));
        Refuses("bias has shape [4]; it needs [5], one for each class of weight. (Parameter 'bias')",
            () => loss.Forward(hidden, weight, Tensor.Zeros<long>([2, 2]), step: 0, Tensor.Zeros<float>([4])));
        Assert.Equal("SampledSoftmaxLoss { Samples = 3, CorrectTarget = True }", (loss with { CorrectTarget = true }).ToString());

        static void Refuses(string message, Func<object> call) => Assert.Equal(message, Assert.ThrowsAny<ArgumentException>(call).Message.Split('\n')[0]);
    }

    /// <summary>The page's example.</summary>
    [Fact]
    public void TheExampleOfThePage()
    {
        // snippet: sampled-softmax
        var hidden = Tensor.Randn<float>([32, 64], new Seed(0), requiresGrad: true);
        var weight = Tensor.Randn<float>([50_257, 64], new Seed(1), requiresGrad: true);
        var target = Tensor.RandInt<long>(0, 50_257, [32], new Seed(2));
        var loss = new SampledSoftmaxLoss { Samples = 1024, Seed = 3 };

        for (var step = 0; step < 2; step++)
            loss.Forward(hidden, weight, target, step).Backward();                     // another sample each step

        var exact = new LinearCrossEntropyLoss().Forward(hidden, weight, target);      // what to report
        // end
        Assert.True(exact.Item() > 0);
        Assert.Equal(weight.Shape, weight.Grad!.Shape);
    }
}
