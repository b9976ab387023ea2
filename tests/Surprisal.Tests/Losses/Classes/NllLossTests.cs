using System.Numerics.Tensors;
using FsCheck;
using FsCheck.Fluent;

namespace Surprisal.Tests.Losses;

/// <summary>Questions 2 to 5 and 7: a reference, slopes, laws, extremes; in place, any integer, without allocation.</summary>
public sealed class NllLossTests
{
    private static readonly Config Quick = Config.QuickThrowOnFailure.WithQuietOnSuccess(true);
    private static readonly int[][] Shapes = [[19], [5, 37], [3, 7, 21], [2, 5, 3, 4], [600, 3], [2, 3, 1, 2, 200]];

    private static IEnumerable<NllLoss> Options(int[] shape) =>
        from reduction in Reductions.All
        from weight in new[] { null, CrossEntropyReference.Weights(8, shape[shape.Length == 1 ? 0 : 1]) }
        select new NllLoss { Reduction = reduction, Weight = weight };

    private static void ForAll(int[] shape, Action<NllLoss, double[], long[]> check)
    {
        foreach (var loss in Options(shape))
        {
            var (inputs, targets) = CrossEntropyReference.Draw(4, shape, loss.IgnoreIndex);
            check(loss, inputs, targets);
        }
    }

    public static TheoryData<int> Lengths => new([.. Enumerable.Range(1, 70), 255, 256, 257, 513]);

    [Theory, MemberData(nameof(Lengths))]
    public void AnyLengthMatchesTheReference(int length)
    {
        foreach (var shape in new int[][] { [3, length], [length, 3], [2, 3, length], [length] }) ForAll(shape, (loss, inputs, targets) =>
        {
            var expected = Reference(loss, inputs, shape, targets);
            var wide = Evaluated<double>.Of(loss, inputs, shape, targets);
            Assert.Equal(expected.Losses, wide.Losses);
            Near.Equal<double>(expected.Gradient, wide.Gradient, $"{loss}: gradient", 1e-15, 0);
            Near.Equal<double>([expected.Value], [wide.Value], loss.ToString(), 1e-13, 1e-13);
            var narrow = Evaluated<float>.Of(loss, Array.ConvertAll(inputs, static v => (float)v), shape, targets);
            Near.Equal<float>(expected.Losses, narrow.Losses, $"{loss}: float losses", 1e-7, 0);
            Near.Equal<float>(expected.Gradient, narrow.Gradient, $"{loss}: float gradient", 1e-7, 0);
        });
    }

    /// <summary>The definition, a target at a time.</summary>
    private static Evaluated<double> Reference(NllLoss loss, double[] inputs, int[] shape, long[] targets)
    {
        var (classes, inner) = (shape[shape.Length == 1 ? 0 : 1], shape.Length < 3 ? 1 : Shape.Length(shape.AsSpan(2)));
        var (gradient, losses, divisor) = (new double[inputs.Length], new double[targets.Length], 0.0);
        foreach (var t in targets) divisor += t == loss.IgnoreIndex ? 0 : loss.Weight?[(int)t] ?? 1;
        if (loss.Reduction != Reduction.Mean) divisor = 1;
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i] == loss.IgnoreIndex) continue;
            var (at, w) = ((i / inner * classes + (int)targets[i]) * inner + i % inner, loss.Weight?[(int)targets[i]] ?? 1);
            losses[i] = -w * inputs[at];
            if (divisor != 0) gradient[at] = -w / divisor;
        }
        return new(losses.Sum() / divisor, gradient, losses);
    }

    [Fact]
    public void GradientIsTheSlope()
    {
        foreach (var shape in new int[][] { [6], [3, 4], [2, 3, 5], [2, 3, 2, 2] }) ForAll(shape, (loss, inputs, targets) =>
            GradientCheck.Run(6, x => loss.Forward(x[0], Tensor.Create<long>(targets, shape.Length == 1 ? [] : [shape[0], .. shape[2..]])),
                [Tensor.Create<double>(inputs, shape)]));
    }

    [Fact]
    public void OfLogSoftmaxItIsTheCrossEntropy() => Check.One(Quick, Prop.ForAll(Gen.Choose(0, 100_000).ToArbitrary(), static seed =>
    {
        var (drawn, targets) = CrossEntropyReference.Draw(seed, [5, 7, 2], -100);
        var (logits, target) = (Tensor.Create<double>(drawn, [5, 7, 2], requiresGrad: true), Tensor.Create<long>(targets, [5, 2]));
        var weight = CrossEntropyReference.Weights(seed, 7);
        Functional.Nll(logits.LogSoftmax(1), target, weight, reduction: Reduction.Sum).Backward();
        var two = logits.Grad!.ToArray();
        logits.ZeroGrad();
        Functional.CrossEntropy(logits, target, weight, reduction: Reduction.Sum).Backward();
        return two.Zip(logits.Grad!.ToArray()).All(static pair => Math.Abs(pair.First - pair.Second) < 1e-13);
    }));

    [Fact]
    public void ItIsLinearInItsInputs() =>
        Check.One(Quick, Prop.ForAll(Gen.Choose(0, 100_000).ToArbitrary(), Gen.Choose(-8, 8).ToArbitrary(), static (seed, factor) =>
        {
            var (inputs, targets) = CrossEntropyReference.Draw(seed, [6, 5], -100);
            var loss = new NllLoss { Reduction = Reduction.None };
            var (once, often) =
                (Evaluated<double>.Of(loss, inputs, [6, 5], targets), Evaluated<double>.Of(loss, Array.ConvertAll(inputs, v => factor * v), [6, 5], targets));
            return once.Losses.Select(l => factor * l).SequenceEqual(often.Losses) && once.Gradient.SequenceEqual(often.Gradient);
        }));

    [Fact]
    public void SumIsTheSumOfNoneAndIgnoringIsRemoving() => Check.One(Quick, Prop.ForAll(Gen.Choose(0, 100_000).ToArbitrary(), static seed =>
    {
        var (inputs, targets) = CrossEntropyReference.Draw(seed, [6, 5], -100);
        var loss = new NllLoss { Reduction = Reduction.Sum, Weight = CrossEntropyReference.Weights(seed, 5) };
        var all = Evaluated<double>.Of(loss, inputs, [6, 5], targets);
        var kept = Enumerable.Range(0, 6).Where(n => targets[n] != -100).ToArray();
        var some = Evaluated<double>.Of(loss, [.. kept.SelectMany(n => inputs.AsSpan(5 * n, 5).ToArray())], [kept.Length, 5],
            [.. kept.Select(n => targets[n])]);
        return Math.Abs(all.Losses.Sum() - all.Value) < 1e-13 && Math.Abs(some.Value - all.Value) < 1e-13;
    }));

    [Theory, InlineData(double.NaN), InlineData(double.PositiveInfinity), InlineData(double.NegativeInfinity)]
    public void WhatIsNotTheTargetsDoesNotLeak(double poison)
    {
        foreach (var inner in new[] { 1, 19 })
        {
            var inputs = Enumerable.Repeat(poison, 4 * 3 * inner).ToArray();
            for (var i = 0; i < 3 * inner; i++) inputs[(i / inner * 3 + 1) * inner + i % inner] = -2; // class 1 of the first three samples
            long[] targets = [.. Enumerable.Repeat(1L, 3 * inner), .. Enumerable.Repeat(-100L, inner)];
            foreach (var reduction in Reductions.All)
            {
                var result = Evaluated<double>.Of(new NllLoss { Reduction = reduction }, inputs, [4, 3, inner], targets);
                Assert.Equal(reduction == Reduction.Mean ? 2 : 6.0 * inner, result.Value);
                Assert.All(result.Gradient, static g => Assert.True(g <= 0 && double.IsFinite(g)));
                Assert.Equal(3 * inner, result.Gradient.Count(static g => g < 0));
                Assert.All(result.Losses[(3 * inner)..], static l => Assert.Equal(0, l));
            }
        }
    }

    [Fact]
    public void AnyIntegerTypeIsATargetOnSpansAndOnTheTape()
    {
        foreach (var shape in Shapes)
        {
            var (drawn, targets) = CrossEntropyReference.Draw(5, shape, 1);
            var (inputs, loss) = (Array.ConvertAll(drawn, static v => (float)v), new NllLoss { IgnoreIndex = 1 });
            var expected = Evaluated<float>.Of(loss, inputs, shape, targets);
            void Same<TTarget>() where TTarget : unmanaged, IBinaryInteger<TTarget>
            {
                var indices = Array.ConvertAll(targets, static t => TTarget.CreateChecked(t));
                var actual = Evaluated<float>.Of(loss, inputs, shape, indices);
                Assert.Equal(expected.Value, actual.Value);
                Assert.Equal(expected.Gradient, actual.Gradient);
                Assert.Equal(expected.Losses, actual.Losses);
                var input = Tensor.Create<float>(inputs, shape, requiresGrad: true);
                var output = loss.Forward(input, Tensor.Create<TTarget>(indices, shape.Length == 1 ? [] : [shape[0], .. shape[2..]]));
                output.Backward();
                Assert.Equal((float)expected.Value, output.Item());
                Assert.Equal(expected.Gradient, input.Grad!.ToArray());
            }
            Same<byte>();
            Same<short>();
            Same<int>();
            Same<long>();
        }
    }

    [Fact]
    public void TheGradientMayOverwriteTheLogProbabilitiesAndNothingIsAllocated()
    {
        foreach (var shape in Shapes) ForAll(shape, (loss, inputs, targets) =>
        {
            Assert.Equal(Evaluated<double>.Of(loss, inputs, shape, targets).Gradient, Evaluated<double>.InPlace(loss, inputs, shape, targets));
            Assert.Equal(0, Evaluated<double>.Allocated(loss, inputs, shape, targets));
        });
    }

    [Fact]
    public void HalfIsComputedInFloatAndRoundedOnce()
    {
        foreach (var shape in Shapes) ForAll(shape, (loss, drawn, targets) =>
        {
            var inputs = Array.ConvertAll(drawn, static v => (Half)v);
            var expected = Reference(loss, Array.ConvertAll(inputs, static v => (double)v), shape, targets);
            var actual = Evaluated<Half>.Of(loss, inputs, shape, targets);
            Near.Equal<Half>(expected.Losses, actual.Losses, $"{loss}: losses", 5e-4, 1e-7);
            Near.Equal<Half>(expected.Gradient, actual.Gradient, $"{loss}: gradient", 5e-4, 1e-7);
            Near.Equal<double>([expected.Value], [actual.Value], loss.ToString(), 1e-6, 1e-4);
        });
    }

    [Fact]
    public void NothingIsReadOrWrittenBesideTheSpans()
    {
        const int Margin = 40;
        foreach (var shape in Shapes)
        {
            var (inputs, targets) = CrossEntropyReference.Draw(6, shape, -100);
            var expected = Evaluated<double>.Of(new NllLoss(), inputs, shape, targets).Gradient;
            double[] Framed(double[] inside) => [.. Enumerable.Repeat(double.NaN, Margin), .. inside, .. Enumerable.Repeat(double.NaN, Margin)];
            var (memory, gradient, lengths) = (Framed(inputs), Framed(new double[inputs.Length]), Evaluated<double>.Lengths(shape));
            new NllLoss().Evaluate(new ReadOnlyTensorSpan<double>(memory.AsSpan(Margin, inputs.Length), lengths),
                new ReadOnlyTensorSpan<long>(targets, shape.Length == 1 ? [1] : [lengths[0], .. lengths[2..]]),
                new TensorSpan<double>(gradient.AsSpan(Margin, inputs.Length), lengths));
            Assert.Equal(Framed(expected), gradient);
        }
    }
}
