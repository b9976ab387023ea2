using FsCheck;
using FsCheck.Fluent;

namespace Surprisal.Tests.Losses;

/// <summary>Questions 4 to 7: laws, extremes, in place and without allocation.</summary>
public sealed class SoftmaxFocalLossTests
{
    private const int Classes = 37;
    private static readonly Config Quick = Config.QuickThrowOnFailure.WithQuietOnSuccess(true);

    private static void ForAll(Func<SoftmaxFocalLoss, int[], double[], long[], bool> law) => Check.One(Quick, Prop.ForAll(
        Gen.Choose(0, 100_000).ToArbitrary(), Gen.Elements(0, 0.4, 1, 2, 3.5).ToArbitrary(),
        (seed, gamma) => Reductions.All.All(reduction => new int[][] { [Classes], [6, Classes], [3, 2 * Classes], [2, Classes, 3] }.All(shape =>
        {
            var loss = new SoftmaxFocalLoss
            {
                Gamma = gamma, Reduction = reduction, Weight = seed % 2 == 0 ? null : CrossEntropyReference.Weights(seed, shape[shape.Length == 1 ? 0 : 1])
            };
            var (logits, targets) = CrossEntropyReference.Draw(seed, shape, loss.IgnoreIndex);
            return law(loss, shape, logits, targets);
        }))));

    [Fact]
    public void WithoutGammaItIsTheCrossEntropyBitByBit() => ForAll(static (loss, shape, logits, targets) =>
    {
        var (focal, plain) = (loss with { Gamma = 0 }, new CrossEntropyLoss { Weight = loss.Weight, Reduction = loss.Reduction });
        return Same(Evaluated<double>.Of(plain, logits, shape, targets), Evaluated<double>.Of(focal, logits, shape, targets))
            && Same(Evaluated<float>.Of(plain, Narrow(logits), shape, targets), Evaluated<float>.Of(focal, Narrow(logits), shape, targets));
    });

    [Fact]
    public void TwoClassesAreTheSigmoidFocalLossOfTheirDifference() =>
        Check.One(Quick, Prop.ForAll(Gen.Choose(0, 100_000).ToArbitrary(), Gen.Elements(0, 0.5, 2, 3.5).ToArbitrary(), static (seed, gamma) =>
        {
            var (logits, targets) = CrossEntropyReference.Draw(seed, [5, 2], 0);
            var softmax = Evaluated<double>.Of(
                new SoftmaxFocalLoss { Gamma = gamma, Reduction = Reduction.Sum, Weight = [0.75, 0.25] }, logits, [5, 2], targets);
            var sigmoid = FocalEvaluated<double>.Of(new() { Gamma = gamma }, [.. logits.Chunk(2).Select(static row => row[1] - row[0])],
                Array.ConvertAll(targets, static t => (double)t));
            return Close(sigmoid.Losses, softmax.Losses) && Close(sigmoid.Gradient, [.. softmax.Gradient.Chunk(2).Select(static row => row[1])]);
        }));

    [Fact]
    public void TheGradientOfEachSampleSumsToZero() => ForAll(static (loss, shape, logits, targets) =>
    {
        var gradient = Evaluated<double>.Of(loss, logits, shape, targets).Gradient;
        var (classes, inner) = (shape[shape.Length == 1 ? 0 : 1], shape.Length < 3 ? 1 : shape[2]);
        return Enumerable.Range(0, targets.Length)
            .All(i => Math.Abs(Enumerable.Range(0, classes).Sum(c => gradient[i / inner * classes * inner + i % inner + c * inner])) < 1e-14);
    });

    [Fact]
    public void SumIsTheSumOfNoneAndMeanIsItOverTheWeights() => ForAll(static (loss, shape, logits, targets) =>
    {
        var none = Evaluated<double>.Of(loss with { Reduction = Reduction.None }, logits, shape, targets);
        var sum = Evaluated<double>.Of(loss with { Reduction = Reduction.Sum }, logits, shape, targets);
        var mean = Evaluated<double>.Of(loss with { Reduction = Reduction.Mean }, logits, shape, targets);
        var divisor = targets.Where(t => t != loss.IgnoreIndex).Sum(t => loss.Weight?[(int)t] ?? 1);
        return Close([none.Losses.Sum()], [sum.Value]) && (divisor == 0
            ? double.IsNaN(mean.Value)
            : Close([sum.Value / divisor, .. sum.Gradient.Select(g => g / divisor)], [mean.Value, .. mean.Gradient]));
    });

    [Fact]
    public void AnIgnoredRowContributesNothingWhateverItsLogitsHold()
    {
        foreach (var inner in new[] { 1, 19 })
        foreach (var poison in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            var (logits, targets) = CrossEntropyReference.Draw(2, [4, 3, inner], 2);
            targets[^1] = -100;
            var loss = new SoftmaxFocalLoss();
            var clean = Evaluated<double>.Of(loss, logits, [4, 3, inner], Array.ConvertAll(targets, static t => t));
            for (var c = 0; c < 3; c++) logits[^(c * inner + 1)] = poison;
            Assert.True(Same(clean, Evaluated<double>.Of(loss, logits, [4, 3, inner], targets)));
            Assert.Equal(0, clean.Gradient[^1]);
        }
    }

    [Theory, InlineData(1), InlineData(19)]
    public void ConfidentSamplesKeepTheirRelativeAccuracy(int inner)
    {
        foreach (var gamma in new[] { 0, 0.25, 0.5, 1, 2, 2.5 })
        foreach (var gap in new[] { 20.0, 30, 90 })
        {
            // with e = exp(-gap) the miss is e / (1 + e) and the cost log1p(e)
            var e = Math.Exp(-gap);
            var (miss, cost) = (e - e * e, e - e * e / 2);
            var (loss, gradient) = (Math.Pow(miss, gamma) * cost, -Math.Pow(miss, gamma) * (miss + gamma * cost * (1 - miss)));
            double[] logits = [.. Enumerable.Repeat(gap, inner), .. new double[inner]];
            var result = Evaluated<double>.Of(new SoftmaxFocalLoss { Gamma = gamma, Reduction = Reduction.Sum }, logits, [1, 2, inner], new long[inner]);
            Assert.All(result.Losses, l => Assert.Equal(loss, l, 2e-14 * loss));
            Assert.All(result.Gradient[..inner], g => Assert.Equal(gradient, g, -2e-14 * gradient));
            Assert.All(result.Gradient[inner..], g => Assert.Equal(-gradient, g, -2e-14 * gradient));
        }
    }

    [Theory, InlineData(1), InlineData(19)]
    public void SaturatedProbabilitiesHaveTheirLimits(int inner)
    {
        // autograd gives NaN for gamma < 1: 0^(gamma - 1) times 0.
        foreach (var gamma in new[] { 0, 0.5, 1, 2, 2.5, 1e300 })
        foreach (var gap in new[] { 800.0, 1e30, double.PositiveInfinity })
        {
            var loss = new SoftmaxFocalLoss { Gamma = gamma, Reduction = Reduction.Sum };
            double[] logits = [.. new double[inner], .. Enumerable.Repeat(-gap, inner)];
            var right = Evaluated<double>.Of(loss, logits, [1, 2, inner], new long[inner]);
            Assert.All(right.Losses.Concat(right.Gradient), static v => Assert.Equal(0, v));
            var wrong = Evaluated<double>.Of(loss, logits, [1, 2, inner], Enumerable.Repeat(1L, inner).ToArray());
            Assert.All(wrong.Losses, l => Assert.Equal(gap, l));
            Assert.Equal([.. Enumerable.Repeat(1.0, inner), .. Enumerable.Repeat(-1.0, inner)], wrong.Gradient);
        }
    }

    [Fact]
    public void OneClassCostsNothing() => Assert.Equal([0, 0, 0],
        Evaluated<double>.Of(new SoftmaxFocalLoss { Gamma = 0.5, Reduction = Reduction.None }, [3, 4, 5], [3, 1], new long[3]).Gradient);

    [Fact]
    public void TheGradientMayOverwriteTheLogitsAndNothingIsAllocated()
    {
        foreach (var shape in new int[][] { [19], [5, 37], [3, 7, 21] })
        foreach (var gamma in new[] { 2, 2.5 })
        {
            var loss = new SoftmaxFocalLoss { Gamma = gamma, Weight = CrossEntropyReference.Weights(1, shape[shape.Length == 1 ? 0 : 1]) };
            var (logits, targets) = CrossEntropyReference.Draw(1, shape, loss.IgnoreIndex);
            Assert.Equal(Evaluated<float>.Of(loss, Narrow(logits), shape, targets).Gradient, Evaluated<float>.InPlace(loss, Narrow(logits), shape, targets));
            Assert.Equal(0, Evaluated<float>.Allocated(loss, Narrow(logits), shape, targets));
            Assert.Equal(0, Evaluated<double>.Allocated(loss, logits, shape, targets));
        }
    }

    [Fact]
    public void ATargetThatIsNoClassIsRefused() =>
        Assert.Equal("targets[1] = 3 is out of bounds: classes are 0..2 and ignore_index is -100. (Parameter 'targets')",
            Evaluated<float>.Message<ArgumentOutOfRangeException>(new SoftmaxFocalLoss(), [2, 3], [0, 3], [2]));

    private static float[] Narrow(double[] values) => Array.ConvertAll(values, static v => (float)v);

    private static bool Same<T>(Evaluated<T> a, Evaluated<T> b) where T : unmanaged, IFloatingPointIeee754<T> =>
        a.Value.Equals(b.Value) && a.Gradient.SequenceEqual(b.Gradient) && a.Losses.SequenceEqual(b.Losses);

    private static bool Close(double[] expected, double[] actual) =>
        expected.Zip(actual).All(static pair => Math.Abs(pair.First - pair.Second) <= 1e-12 * (1 + Math.Abs(pair.First)));
}
