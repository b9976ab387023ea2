using System.Numerics.Tensors;
using FsCheck;
using FsCheck.Fluent;
using Surprisal.Kernels;

namespace Surprisal.Tests.Losses;

/// <summary>
/// Questions 2 to 4 and 7, the same for the divergence, the logistic and the multi-label loss and those of differences: reference, slope, laws, memory.
/// </summary>
public abstract class DivergenceLossTests
{
    public static TheoryData<int> Lengths => [.. Enumerable.Range(0, 71)];

    /// <summary>Every combination of the loss's options, for inputs of a shape.</summary>
    private protected abstract IEnumerable<DenseLoss> Options(int[] shape);

    /// <summary>The loss of one element as the textbook writes it, and its slopes.</summary>
    private protected abstract (double Loss, double Slope, double TargetSlope) Element(DenseLoss loss, double x, double t);

    private protected abstract double Target(RandomStream random);

    private protected abstract Tensor<T> Function<T>(DenseLoss loss, Tensor<T> input, Tensor<T> target) where T : unmanaged, IFloatingPointIeee754<T>;

    [Theory, MemberData(nameof(Lengths))]
    public void AnyLengthMatchesTheReference(int length)
    {
        foreach (var shape in new int[][] { [length], [3, length], [2, length, 2] })
        foreach (var loss in Options(shape))
        {
            var (x, t, s) = Draw(length, shape);
            var about = $"{loss} on {Shape.Format(shape)}";
            // a single row has no dimension for weights
            foreach (var weights in new[] { null, Rows(loss, shape, s) }.Take(loss is MultiLabelSoftMarginLoss && shape.Length == 1 ? 1 : 2))
            {
                Same(Reference(loss, shape, x, t, weights), DivergenceCall<double>.Of(loss, x, shape, t, sampleWeights: weights), about, 1e-13);
                Same(Reference(loss, shape, x, t, weights), DivergenceCall<float>.Of(loss, Narrow<float>(x), shape, Narrow<float>(t),
                    sampleWeights: weights is null ? null : Narrow<float>(weights)), about + " in float", 2e-6);
            }
        }
    }

    [Theory]
    [InlineData(new[] { 3, 5 }, new[] { 5 }), InlineData(new[] { 3, 5 }, new[] { 3, 1 }), InlineData(new[] { 2, 3, 21 }, new[] { 3, 1 }),
        InlineData(new[] { 2, 3, 21 }, new[] { 2, 1, 21 }), InlineData(new[] { 4, 0 }, new[] { 1 })]
    public void TargetsBroadcastAsIfTheyWereRepeated(int[] shape, int[] targetShape)
    {
        foreach (var loss in Options(shape))
        {
            var ((x, _, _), (_, t, _)) = (Draw(1, shape), Draw(2, targetShape));
            if (!((IDenseLoss)loss).Broadcasts)
            {
                Assert.Throws<ArgumentException>(() => DivergenceCall<double>.Of(loss, x, shape, t, targetShape));
                continue;
            }
            var repeated = Tensor.Create<double>(t, targetShape).Expand(shape).ToArray();
            var (expected, actual) = (DivergenceCall<double>.Of(loss, x, shape, repeated), DivergenceCall<double>.Of(loss, x, shape, t, targetShape));
            Assert.Equal(expected.Result, actual.Result);
            Assert.Equal(expected.Gradient, actual.Gradient);
            Assert.Equal(expected.TargetGradient, actual.TargetGradient);
            Assert.Equal(expected.Losses, actual.Losses);
        }
    }

    [Fact]
    public void BothGradientsAreTheSlopesOfTheLoss()
    {
        foreach (var (shape, targetShape) in new (int[], int[])[] { ([4], [4]), ([2, 3], [2, 3]), ([2, 3, 2], [3, 1]), ([2, 1, 2, 3], [2, 3]) })
        foreach (var loss in Options(shape))
        {
            var fits = ((IDenseLoss)loss).Broadcasts ? targetShape : shape;
            var ((x, _, _), (_, t, _)) = (Draw(3, shape), Draw(4, fits));
            GradientCheck.Run(5, inputs => Function(loss, inputs[0], inputs[1]), [Tensor.Create<double>(x, shape), Tensor.Create<double>(t, fits)]);
        }
    }

    [Fact]
    public void ReducingIsAddingUpAndDividing() => ForAll((loss, shape, x, t) =>
    {
        var call = DivergenceCall<double>.Of(loss, x, shape, t);
        Near.Equal<double>([call.Losses.Sum()], [call.Result.Sum], $"{loss}", 1e-12, 1e-12);
        Assert.Equal(loss.Reduction == Reduction.BatchMean ? shape[0] : call.Losses.Length, call.Result.Divisor);
        var divisor = IsMean(loss) ? call.Result.Divisor : 1;
        Assert.Equal(call.Result.Sum / divisor, call.Result.Value);
        var sum = DivergenceCall<double>.Of(loss with { Reduction = Reduction.Sum }, x, shape, t);
        Assert.Equal(sum.Result.Sum, call.Result.Sum);
        Near.Equal<double>([.. sum.Gradient.Select(g => g / divisor)], call.Gradient, $"{loss}", 1e-13, 1e-16);
        Assert.Equal(sum.Result.Sum / (IsMean(loss) ? 3 : 1), DivergenceCall<double>.Of(loss with { Normalizer = 3 }, x, shape, t).Result.Value);
    });

    [Fact]
    public void ReversingTheBatchReversesTheLosses() => ForAll((loss, shape, x, t) =>
    {
        if (loss is MultiLabelSoftMarginLoss { Weight.Lengths.Length: > 1 }) return; // a weight a row does not follow its row
        double[] Reversed(double[] rows) => [.. rows.Chunk(shape[1]).Reverse().SelectMany(static row => row)];
        var (whole, reversed) = (DivergenceCall<double>.Of(loss, x, shape, t), DivergenceCall<double>.Of(loss, Reversed(x), shape, Reversed(t)));
        Near.Equal<double>(Reversed(whole.Gradient), reversed.Gradient, $"{loss}", 1e-14, 1e-15);
        Near.Equal<double>([whole.Result.Value], [reversed.Result.Value], $"{loss}", 1e-12, 1e-13);
    });

    [Fact]
    public void AWeightOfZeroIsRemovingTheRowWhateverItHolds()
    {
        foreach (var loss in Options([3, 4]).Where(static loss => loss is not MultiLabelSoftMarginLoss { Weight.Lengths.Length: > 1 }))
        foreach (var poison in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            var (x, t, _) = Draw(8, [3, 4]);
            var some = DivergenceCall<double>.Of(loss, x[..8], [2, 4], t[..8]);
            Array.Fill(x, poison, 8, 4);
            double[] weights = loss is MultiLabelSoftMarginLoss ? [1, 1, 0] : [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0];
            var all = DivergenceCall<double>.Of(loss, x, [3, 4], t, sampleWeights: weights);
            Near.Equal<double>([some.Result.Value, some.Result.Divisor], [all.Result.Value, all.Result.Divisor], $"{loss}", 1e-14, 0);
            Near.Equal<double>([.. some.Gradient, 0, 0, 0, 0], all.Gradient, $"{loss}", 1e-14, 0);
            Near.Equal<double>([.. some.TargetGradient, 0, 0, 0, 0], all.TargetGradient, $"{loss}", 1e-14, 0);

            var nothing = DivergenceCall<double>.Of(loss, x, [3, 4], t, sampleWeights: new double[weights.Length]);
            Assert.Equal(IsMean(loss) ? double.NaN : 0, nothing.Result.Value);
            Assert.All([.. nothing.Gradient, .. nothing.TargetGradient, .. nothing.Losses], static g => Assert.Equal(0, g));
            Assert.Equal(0,
                DivergenceCall<double>.Of(loss with { WhenEmpty = EmptyMean.Zero }, x, [3, 4], t, sampleWeights: new double[weights.Length]).Result.Value);
        }
    }

    [Fact]
    public void EvaluateAllocatesNothingAndMayOverwriteTheInputs()
    {
        foreach (var shape in new int[][] { [19], [5, 37], [2, 3, 21] })
        foreach (var loss in Options(shape))
        {
            var (x, t, _) = Draw(6, shape);
            var expected = DivergenceCall<float>.Of(loss, Narrow<float>(x), shape, Narrow<float>(t));
            var memory = Narrow<float>(x);
            var lengths = DivergenceCall<float>.Lengths(shape);
            var inputs = new ReadOnlyTensorSpan<float>(memory, lengths);
            var targets = new ReadOnlyTensorSpan<float>(Narrow<float>(t), lengths);
            var gradient = new TensorSpan<float>(memory, lengths);
            var allocated = 0L;
            for (var i = 0; i < 3; i++) // the first rounds load the code
            {
                Narrow<float>(x).CopyTo(memory, 0);
                allocated = GC.GetAllocatedBytesForCurrentThread();
                var result = loss.Evaluate(inputs, targets, gradient);
                allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
                Assert.Equal(expected.Result, result);
            }
            Assert.Equal(0, allocated);
            Assert.Equal(expected.Gradient, memory);
        }
    }

    [Fact]
    public void HalfIsComputedInFloatAndRoundedOnce()
    {
        foreach (var loss in Options([3, 19]))
        {
            var (x, t, _) = Draw(7, [3, 19]);
            var (halfX, halfT) = (Narrow<Half>(x), Narrow<Half>(t));
            var expected = Reference(loss, [3, 19], Array.ConvertAll(halfX, static v => (double)v), Array.ConvertAll(halfT, static v => (double)v), null);
            Same(expected, DivergenceCall<Half>.Of(loss, halfX, [3, 19], halfT), $"{loss}", 6e-4, 2e-6);
        }
    }

    [Fact]
    public void TheFunctionIsTheLoss()
    {
        foreach (var loss in Options([3, 5]))
        {
            var (x, t, _) = Draw(9, [3, 5]);
            var (input, target) = (Tensor.Create<float>(Narrow<float>(x), [3, 5]), Tensor.Create<float>(Narrow<float>(t), [3, 5]));
            Assert.Equal(loss.Forward(input, target).ToArray(), Function(loss, input, target).ToArray());
        }
    }

    private void ForAll(Action<DenseLoss, int[], double[], double[]> law) =>
        Check.One(Config.QuickThrowOnFailure.WithQuietOnSuccess(true),
            Prop.ForAll(Gen.Choose(1, 6).Zip(Gen.Choose(1, 40)).Zip(Gen.Choose(0, 1 << 20)).ToArbitrary(), drawn =>
            {
                var ((rows, classes), seed) = drawn;
                var (x, t, _) = Draw(seed, [rows, classes]);
                foreach (var loss in Options([rows, classes])) law(loss, [rows, classes], x, t);
            }));

    private (double[] Inputs, double[] Targets, double[] Weights) Draw(int seed, int[] shape)
    {
        var random = new RandomStream(seed);
        var length = Shape.Length(shape);
        double[] Numbers(Func<double> next) => [.. Enumerable.Range(0, length).Select(_ => (double)(float)next())]; // the same numbers in float and in double
        return (Numbers(() => 3 * random.Normal()), Numbers(() => Target(random)), Numbers(() => random.Below(4)));
    }

    private static bool IsMean(DenseLoss loss) => loss.Reduction is Reduction.Mean or Reduction.BatchMean;

    /// <summary>One weight for each loss; 1 for a row that has no elements.</summary>
    private static double[] Rows(DenseLoss loss, int[] shape, double[] weights) =>
        loss is not MultiLabelSoftMarginLoss ? weights
        : shape[^1] == 0 ? [.. Enumerable.Repeat(1.0, Shape.Length(shape.AsSpan(..^1)))] : [.. weights.Chunk(shape[^1]).Select(static row => row[0])];

    private static T[] Narrow<T>(double[] values) where T : INumberBase<T> => Array.ConvertAll(values, T.CreateTruncating);

    private DivergenceCall<double> Reference(DenseLoss loss, int[] shape, double[] x, double[] t, double[]? weights)
    {
        var ofRows = loss is MultiLabelSoftMarginLoss;
        var run = ofRows ? shape[^1] : 1;
        var (count, gradient, targetGradient) = (ofRows ? Shape.Length(shape.AsSpan(..^1)) : x.Length, new double[x.Length], new double[x.Length]);
        var losses = new double[count];
        if (ofRows && run == 0) Array.Fill(losses, double.NaN);
        var total = weights?.Sum() ?? count;
        if (loss.Reduction == Reduction.BatchMean) total = weights is { Length: > 0 } ? total * shape[0] / count : shape[0];
        var scale = IsMean(loss) ? 1 / total : 1;
        for (var i = 0; i < x.Length; i++)
        {
            var factor = (loss is MultiLabelSoftMarginLoss { Weight: { } w } ? w[(i / ElementStride(w, shape)) % w.Count] : 1) * (weights?[i / run] ?? 1) / run;
            if (factor == 0) continue;
            var (l, dx, dt) = Element(loss, x[i], t[i]);
            losses[i / run] += factor * l;
            gradient[i] = scale * factor * dx;
            targetGradient[i] = scale * factor * dt;
        }
        var sum = losses.Sum();
        return new(new() { Value = IsMean(loss) ? sum / total : sum, Sum = sum, Divisor = total }, gradient, targetGradient, losses);
    }

    /// <summary>How many elements share a weight: none where there is one a class, a row where there is one a row.</summary>
    private static int ElementStride(ElementWeights weights, int[] shape) => weights.Lengths[^1] == 1 ? shape[^1] : 1;

    private static void Same<T>(DivergenceCall<double> expected, DivergenceCall<T> actual, string about, double relative, double? absolute = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Near.Equal<T>(expected.Gradient, actual.Gradient, about + " gradient", relative, absolute ?? relative);
        Near.Equal<T>(expected.TargetGradient, actual.TargetGradient, about + " target's gradient", relative, absolute ?? relative);
        Near.Equal<T>(expected.Losses, actual.Losses, about + " losses", relative, absolute ?? relative);
        var allowed = relative * (1 + expected.Losses.Sum(Math.Abs)); // losses of both signs may cancel
        Near.Equal<double>([expected.Result.Sum, expected.Result.Divisor], [actual.Result.Sum, actual.Result.Divisor], about, 0, allowed);
        var reduced = expected.Result.Value.Equals(expected.Result.Sum) ? 1 : expected.Result.Divisor;
        Near.Equal<double>([expected.Result.Value], [actual.Result.Value], about + " value", 0, allowed / reduced);
    }
}
