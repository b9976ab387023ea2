using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>What all losses share: the sum and the divisor, a caller's normaliser, the empty mean, accumulation over batches.</summary>
public sealed class LossResultTests
{
    private static readonly CrossEntropyLoss Loss = new() { Weight = [0.5, 2, 1.25, 3, 1], LabelSmoothing = 0.1 };

    [Fact]
    public void MicroBatchesAddUpToTheMeanOfTheWholeBatch()
    {
        var (logits, targets) = CrossEntropyReference.Draw(41, [12, 5], -100);
        var whole = Evaluate(Loss, logits, targets);
        var (accumulator, halves) = (new LossAccumulator(), new[] { new LossAccumulator(), new LossAccumulator() });
        foreach (var (from, to) in new[] { (0, 5), (5, 6), (6, 12) })
        {
            var part = Evaluate(Loss, logits[(from * 5)..(to * 5)], targets[from..to]);
            accumulator.Add(part);
            halves[from % 2].Add(part.Sum, part.Divisor);
        }
        Assert.Equal(whole.Value, accumulator.Value, 1e-15);
        Assert.Equal(whole.Divisor, accumulator.Divisor, 1e-15);
        halves[0].Add(halves[1]);
        Assert.Equal(whole.Value, halves[0].Value, 1e-15);
        halves[0].Clear();
        Assert.Equal(double.NaN, halves[0].Value);
    }

    [Fact]
    public void ANormalizerKnownFromTheTargetsMakesGradientsOfMicroBatchesAddUp()
    {
        var (logits, indices) = CrossEntropyReference.Draw(42, [12, 5], -100);
        var weight = Tensor.Create<double>(logits, [12, 5], requiresGrad: true);
        var mean = Loss.Forward(weight, Tensor.Create<long>(indices, [12]));
        mean.Backward();
        var (expected, whole) = (weight.Grad!, mean.Item());
        weight.ZeroGrad();

        var loss = Loss;
        (Tensor<double> Inputs, Tensor<long> Targets) Part(int from, int to) => (weight[from..to], Tensor.Create<long>(indices.AsSpan(from..to), [to - from]));
        (Tensor<double> Inputs, Tensor<long> Targets)[] parts = [Part(0, 5), Part(5, 6), Part(6, 12)];
        // snippet: accumulate
        var step = loss with { Normalizer = parts.Sum(part => loss.Divisor(part.Targets.AsReadOnlySpan(), classes: 5)) };
        var accumulator = new LossAccumulator();
        foreach (var (inputs, targets) in parts)
            step.Forward(inputs, targets, accumulator: accumulator).Backward();   // the gradients add up to the large batch's
        Console.WriteLine(accumulator.Value);                                     // and so does the mean
        // end
        Assert.Equal(whole, accumulator.Value, 1e-15);
        Golden.AssertClose(expected, weight.Grad, "accumulated gradient");
        Assert.Equal(step.Normalizer.Value, accumulator.Divisor, 1e-14);
    }

    [Theory, InlineData(Reduction.Mean), InlineData(Reduction.Sum), InlineData(Reduction.None)]
    public void TheResultCarriesSumAndDivisorWhateverTheReduction(Reduction reduction)
    {
        var (logits, targets) = CrossEntropyReference.Draw(43, [12, 5], -100);
        var mean = Evaluate(Loss, logits, targets);
        var result = Evaluate(Loss with { Reduction = reduction }, logits, targets);
        Assert.Equal((mean.Sum, mean.Divisor), (result.Sum, result.Divisor));
        Assert.Equal(reduction == Reduction.Mean ? mean.Sum / mean.Divisor : mean.Sum, result.Value);
        double value = result;
        Assert.Equal(result.Value, value);
        Assert.Equal(result.Value, result.ToDouble());
    }

    [Fact]
    public void AnEmptyMeanIsWhatIsAskedFor()
    {
        foreach (var weight in new double[][] { [1, 1, 1], [0, 1, 1] })
        {
            // All ignored, or all of a class whose weight is 0.
            var targets = weight[0] == 0 ? new long[] { 0, 0 } : [-100, -100];
            var loss = new CrossEntropyLoss { Weight = ClassWeights.Create(weight) };
            Assert.Equal(double.NaN, Gradient(loss, targets).Value);
            var (value, gradient) = Gradient(loss with { WhenEmpty = EmptyMean.Zero }, targets);
            Assert.Equal(0, value);
            Assert.All(gradient, static g => Assert.Equal(0, g));
            var untouched = new float[6];
            var error = Assert.Throws<InvalidOperationException>(() => (loss with { WhenEmpty = EmptyMean.Error }).Evaluate(
                new ReadOnlyTensorSpan<float>(new float[6], [2, 3]), new ReadOnlyTensorSpan<long>(targets, [2]), new TensorSpan<float>(untouched, [2, 3])));
            Assert.Equal("the mean of CrossEntropyLoss is over nothing: there is no sample, every one is ignored, or every weight is 0; " +
                "WhenEmpty = Zero or NaN gives a value instead.", error.Message);
        }
        Assert.Equal(0, new BceWithLogitsLoss { WhenEmpty = EmptyMean.Zero }.Forward(Tensor.Zeros<float>([0, 3]), Tensor.Zeros<float>([0, 3])).Item());
        Assert.Equal(0, (Loss with { Normalizer = 7 }).Forward(Tensor.Zeros<float>([2, 5]), Tensor.Full<long>([2], -100)).Item());
        Assert.Equal(0,
            (Loss with { Reduction = Reduction.Sum, WhenEmpty = EmptyMean.Error }).Forward(Tensor.Zeros<float>([2, 5]), Tensor.Full<long>([2], -100)).Item());
    }

    [Fact]
    public void WeightsThatCancelAreNotEmpty() =>
        Assert.True(double.IsInfinity(new CrossEntropyLoss { Weight = [1, -1], WhenEmpty = EmptyMean.Error }
            .Forward(Tensor.Create<double>([[1, 2], [1, 5]]), Tensor.Create<long>([0, 1])).Item()));

    [Fact]
    public void SampleWeightsCountASampleAsOftenAsTheySay()
    {
        var (logits, targets) = CrossEntropyReference.Draw(44, [3, 5], ignore: 1);
        double[] repeated = [.. logits[..5], .. logits[..5], .. logits[10..]];
        var expected = Evaluate(Loss, repeated, [targets[0], targets[0], targets[2]]);
        var actual = Loss.Evaluate(new ReadOnlyTensorSpan<double>(logits, [3, 5]), new ReadOnlyTensorSpan<long>(targets, [3]),
            sampleWeights: new ReadOnlyTensorSpan<double>([2.0, 0, 1], [3]));
        Assert.Equal(expected.Value, actual.Value, 1e-15);
        Assert.Equal(expected.Divisor, actual.Divisor, 1e-15);
    }

    [Fact]
    public void SampleWeightsBroadcastOverPositions()
    {
        var (logits, targets) = CrossEntropyReference.Draw(45, [3, 5, 4], ignore: 1);
        var (input, target) = (Tensor.Create<double>(logits, [3, 5, 4], requiresGrad: true), Tensor.Create<long>(targets, [3, 4]));
        double[] each = [2, 2, 2, 2, 0, 0, 0, 0, 0.5, 0.5, 0.5, 0.5];
        var expected = Loss.Forward(input, target, Tensor.Create<double>(each, [3, 4]));
        expected.Backward();
        var gradient = input.Grad!;
        input.ZeroGrad();
        var actual = Loss.Forward(input, target, Tensor.Create<double>([2, 0, 0.5], [3, 1]));
        actual.Backward();
        Assert.Equal(expected.Item(), actual.Item());
        Assert.Equal(gradient.ToArray(), input.Grad!.ToArray());
        Assert.Equal("The size of tensor a (4) must match the size of tensor b (3) at non-singleton dimension 1: " +
            "sampleWeights of shape [3] does not broadcast to [3, 4]. (Parameter 'sampleWeights')",
            Assert.Throws<ArgumentException>(() => Loss.Forward(input, target, Tensor.Create<double>([2, 0, 0.5]))).Message);
        Assert.Equal("output with shape [3, 4] doesn't match the broadcast shape [1, 3, 4]: sampleWeights has more dimensions than what it weighs. " +
            "(Parameter 'sampleWeights')",
            Assert.Throws<ArgumentException>(() => Loss.Forward(input, target, Tensor.Zeros<double>([1, 3, 4]))).Message);
    }

    [Fact]
    public void AWeightOfZeroHidesNaNAlsoFromAnInfiniteUpstream()
    {
        var input = Tensor.Create<double>([[double.NaN, 1], [2, 3]], requiresGrad: true);
        var none = new CrossEntropyLoss { Reduction = Reduction.None }.Forward(input, Tensor.Create<long>([0, 1]), Tensor.Create<double>([0, 1]));
        none.Backward(Tensor.Create<double>([double.PositiveInfinity, 1]));
        Assert.Equal([0, 0], input.Grad!.ToArray()[..2]);
        Assert.Equal(0, none.ToArray()[0]);
    }

    [Theory, InlineData(0), InlineData(-1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void ANormalizerIsPositiveAndFinite(double value) =>
        Assert.Equal(
            $"Normalizer is {value}; it divides the sum of the losses, so it must be positive and finite. (Parameter 'Normalizer')\nActual value was {value}.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new NllLoss { Normalizer = value }).Message.ReplaceLineEndings("\n"));

    [Theory, InlineData("Half"), InlineData("BFloat16")]
    public void NarrowLogitsAreComputedInFloatAndRoundedOnce(string type)
    {
        if (type == "Half") Narrow<Half>();
        else Narrow<BFloat16>();
    }

    private static void Narrow<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var shape in new int[][] { [5], [6, 5], [2, 5, 3] })
        {
            var (logits, targets) = CrossEntropyReference.Draw(46, shape, ignore: 1);
            var stored = Array.ConvertAll(logits, T.CreateTruncating);
            var exact = Evaluated<double>.Of(Loss, Array.ConvertAll(stored, double.CreateTruncating), shape, targets);
            var narrow = Evaluated<T>.Of(Loss, stored, shape, targets);
            Assert.Equal(exact.Value, narrow.Value, 1e-6 * exact.Value);
            AssertRounded<T>(exact.Losses, narrow.Losses);
            AssertRounded<T>(exact.Gradient, narrow.Gradient);

            var input = Tensor.Create<T>(stored, shape, requiresGrad: true);
            var output = Loss.Forward(input, Tensor.Create<long>(targets, shape.Length == 1 ? [] : [shape[0], .. shape[2..]]));
            output.Backward();
            AssertRounded<T>([exact.Value], output.ToArray());
            AssertRounded<T>(exact.Gradient, input.Grad!.ToArray());
        }
    }

    /// <summary>Within half a unit of the last place of the narrow type, and float's own error.</summary>
    private static void AssertRounded<T>(ReadOnlySpan<double> expected, ReadOnlySpan<T> actual) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = 0; i < expected.Length; i++)
        {
            var nearest = T.CreateTruncating(Math.Abs(expected[i]));
            var unit = double.CreateTruncating(T.BitIncrement(nearest)) - double.CreateTruncating(nearest);
            Assert.Equal(expected[i], double.CreateTruncating(actual[i]), 0.501 * unit + 1e-6 * Math.Abs(expected[i]));
        }
    }

    private static LossResult Evaluate(CrossEntropyLoss loss, double[] logits, long[] targets) =>
        loss.Evaluate(new ReadOnlyTensorSpan<double>(logits, [targets.Length, 5]), new ReadOnlyTensorSpan<long>(targets, [targets.Length]));

    private static (double Value, float[] Gradient) Gradient(CrossEntropyLoss loss, long[] targets)
    {
        var gradient = new float[6];
        var value = loss.Evaluate(new ReadOnlyTensorSpan<float>([1f, 2, 3, 4, 5, 6], [2, 3]), new ReadOnlyTensorSpan<long>(targets, [2]),
            new TensorSpan<float>(gradient, [2, 3]));
        return (value, gradient);
    }
}
