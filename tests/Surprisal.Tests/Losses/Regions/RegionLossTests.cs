using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>The losses of regions against loops in double and against differences, and their laws.</summary>
public sealed class RegionLossTests
{
    private static readonly RegionLoss[] Losses =
    [
        new DiceLoss(), new JaccardLoss(), new TverskyLoss { Alpha = 0.3, Beta = 0.7 }, new DiceLoss { Squared = true, Smooth = 0.01 },
        new JaccardLoss { Squared = true, PerImage = true }, new TverskyLoss { Squared = true, Absent = AbsentClasses.Count },
        new DiceLoss { PerImage = true, Absent = AbsentClasses.Count, Reduction = Reduction.Sum },
        new JaccardLoss { Absent = AbsentClasses.Count, Smooth = 1e-5 },
        new DiceLoss { IgnoreIndex = 1 },
    ];

    /// <summary>Random shapes around lane blocks, tiles and blocks of threads.</summary>
    [Fact]
    public void MatchesLoopsInDouble()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        int[] sizes = [1, 2, 7, 8, 9, 15, 16, 17, 255, 256, 257, 4095, 4097];
        for (var round = 0; round < 120; round++)
        {
            var (images, classes, pixels) = (random.Next(1, 4), random.Next(1, 6), sizes[random.Next(round % 10 == 0 ? sizes.Length : 9)]);
            if (round % 7 == 0) classes = 40;
            foreach (var loss in Losses) Check(loss, random, images, classes, pixels, $"seed {seed}, round {round}");
        }
    }

    private static void Check(RegionLoss loss, Random random, int images, int classes, int pixels, string about)
    {
        float[] logits = [.. Enumerable.Range(0, images * classes * pixels).Select(_ => (float)(8 * random.NextDouble() - 4))];
        long[] targets =
            [.. Enumerable.Range(0, images * pixels).Select(_ => random.Next(6) == 0 ? loss.IgnoreIndex : random.Next(classes))];
        if (loss.IgnoreIndex == 1 && classes < 2) return;
        var (value, gradient, counted) = RegionReference.Of(loss, Array.ConvertAll(logits, static x => (double)x), targets, images, classes);
        about = $"{about}: {loss} of [{images}, {classes}, {pixels}]";
        nint[] shape = pixels == 1 ? [images, classes] : [images, classes, pixels], samples = pixels == 1 ? [images] : [images, pixels];
        var (narrow, wide) = (new float[logits.Length], new double[logits.Length]);
        var result = loss.Evaluate(new ReadOnlyTensorSpan<float>(logits, shape), new ReadOnlyTensorSpan<long>(targets, samples),
            new TensorSpan<float>(narrow, shape));
        var same = loss.Evaluate(new ReadOnlyTensorSpan<double>(Array.ConvertAll(logits, static x => (double)x), shape),
            new ReadOnlyTensorSpan<long>(targets, samples), new TensorSpan<double>(wide, shape));
        Assert.Equal(result.Value, same.Value);
        Assert.Equal(counted, result.Divisor);
        Near.Equal<double>([value], [result.Value], about, 1e-12);
        Near.Equal<double>(gradient, wide, about, 1e-12);
        Assert.Equal(Array.ConvertAll(wide, static g => (float)g), narrow);
    }

    [Fact]
    public void GradientsAreDifferences()
    {
        foreach (var loss in Losses)
            foreach (var (shape, samples) in new (int[], int[])[] { ([5, 3], [5]), ([2, 3, 9], [2, 9]), ([2, 2, 3, 5], [2, 3, 5]) })
            {
                var count = ((TensorShape)samples).ElementCount;
                var target = Tensor.Create<long>([.. Enumerable.Range(0, count).Select(i => i % 4 == 3 ? loss.IgnoreIndex : i * 5 % 2)], samples);
                GradientCheck.Run(1, x => loss.Forward(x[0], target), shape);
            }
    }

    /// <summary>Half and BFloat16 are computed in float on the tape, whatever comes from above; on spans each number is rounded once.</summary>
    [Fact]
    public void SixteenBitsAreTaken()
    {
        Check16Bit<Half>();
        Check16Bit<BFloat16>();
    }

    private static void Check16Bit<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] logits = [.. new[] { 1, 2, 0.5, -1, 2, 0 }.Select(T.CreateTruncating)];
        var (x, wide) = (Tensor.Create<T>(logits, [3, 2], requiresGrad: true), Array.ConvertAll(logits, double.CreateTruncating));
        var (gradient, narrow) = (new double[6], new T[6]);
        var value = new DiceLoss().Evaluate(wide, [0, 1, 1], 2, gradient).Value;
        var output = new DiceLoss().Forward(x, Tensor.Create<long>([0, 1, 1]));
        output.Backward(Tensor.Scalar(T.CreateTruncating(2)));
        new DiceLoss().Evaluate<T, int>(logits, [0, 1, 1], 2, narrow);
        Assert.Equal(T.CreateTruncating(value), output.Item());
        Assert.Equal(Array.ConvertAll(gradient, T.CreateTruncating), narrow);
        foreach (var (e, a) in gradient.Zip(x.Grad!.ToArray())) Assert.Equal(2 * e, double.CreateTruncating(a), 0.01);
    }

    [Fact]
    public void WithoutAClassThatCountsItIsNaNAndTheGradientZero()
    {
        foreach (var loss in Losses)
        {
            var plain = loss with { Reduction = Reduction.Mean };
            var gradient = Enumerable.Repeat(7f, 6).ToArray();
            var result = plain.Evaluate([1f, 2, 3, 4, 5, 6], new[] { (int)loss.IgnoreIndex, (int)loss.IgnoreIndex }, 3, gradient);
            Assert.True(double.IsNaN(result.Value));
            Assert.Equal((0.0, 0.0), (result.Sum, result.Divisor));
            Assert.Equal(new float[6], gradient);
            Assert.Equal(0, (plain with { WhenEmpty = EmptyMean.Zero }).Evaluate([1f, 2], [(int)loss.IgnoreIndex], 2).Value);
            Assert.Throws<InvalidOperationException>(() => (plain with { WhenEmpty = EmptyMean.Error }).Evaluate([1f, 2], [(int)loss.IgnoreIndex], 2));
            Assert.True(double.IsNaN(plain.Evaluate(Array.Empty<float>(), Array.Empty<int>(), 3).Value));
        }
    }

    /// <summary>Ignoring pixels is removing them, whatever their logits; the order of classes and a shift of the logits do not matter.</summary>
    [Fact]
    public void Laws()
    {
        foreach (var loss in Losses.Where(static loss => !loss.PerImage && loss.IgnoreIndex == -100))
        {
            var gradient = new double[8];
            var four = loss.Evaluate([1.0, 2, double.NaN, double.PositiveInfinity, 0.5, -1, 2, 0], [0, -100, 1, 1], 2, gradient);
            var three = loss.Evaluate([1.0, 2, 0.5, -1, 2, 0], [0, 1, 1], 2);
            Assert.Equal(three.Value, four.Value, 15);
            Assert.Equal([0.0, 0.0], gradient[2..4]);
            for (var i = 0; i < 8; i += 2) Assert.Equal(0, gradient[i] + gradient[i + 1], 15);
            var swapped = loss.Evaluate([2.0, 1, -1, 0.5, 0, 2], [1, 0, 0], 2);
            Assert.Equal(three.Value, swapped.Value, 15);
            Assert.Equal(three.Value, loss.Evaluate([101.0, 102, 0.5, -1, 2, 0], [0, 1, 1], 2).Value, 14);
            Assert.Equal((loss with { Reduction = Reduction.Sum }).Evaluate([1.0, 2, 0.5, -1, 2, 0], [0, 1, 1], 2).Value / three.Divisor,
                (loss with { Reduction = Reduction.Mean }).Evaluate([1.0, 2, 0.5, -1, 2, 0], [0, 1, 1], 2).Value, 15);
        }
    }

    /// <summary>An absent class predicted with P = 0.004, as other libraries count it: nearly 1 with a small s, nearly 0 with s = 1.</summary>
    [Theory, InlineData(1e-5, 0.9975), InlineData(1.0, 0.0040)]
    public void AnAbsentClassCountsByItsSmoothing(double smooth, double expected)
    {
        var logits = new[] { Math.Log(0.996), Math.Log(0.004) };
        var counted = new DiceLoss { Smooth = smooth, Absent = AbsentClasses.Count, Reduction = Reduction.Sum }.Evaluate(logits, [0], 2).Value;
        var own = 1 - (2 * 0.996 + smooth) / (1.996 + smooth);
        Assert.Equal(expected, counted - own, 4);
        Assert.Equal(own, new DiceLoss { Smooth = smooth }.Evaluate(logits, [0], 2).Value, 12);
    }

    [Fact]
    public void TverskyOfOneIsJaccardAndOfHalfIsDiceWithTwiceTheSmoothing()
    {
        double[] logits = [1, 2, 0.5, -1, 2, 0];
        int[] targets = [0, 1, 1];
        Assert.Equal(new JaccardLoss().Evaluate(logits, targets, 2).Value, new TverskyLoss { Alpha = 1, Beta = 1 }.Evaluate(logits, targets, 2).Value, 15);
        Assert.Equal(new DiceLoss { Smooth = 2 }.Evaluate(logits, targets, 2).Value, new TverskyLoss().Evaluate(logits, targets, 2).Value, 15);
    }

    [Fact]
    public void WhatCannotBeIsRefused()
    {
        void Says<T>(string message, Action call) where T : ArgumentException =>
            Assert.StartsWith(message, Assert.Throws<T>(call).Message, StringComparison.Ordinal);
        Says<ArgumentOutOfRangeException>("None is not a valid value for reduction; it is Mean or Sum: a region has a loss, a pixel has none.",
            static () => _ = new DiceLoss { Reduction = Reduction.None });
        Says<ArgumentOutOfRangeException>("Smooth is -1; it must be 0 or more and finite.", static () => _ = new JaccardLoss { Smooth = -1 });
        Says<ArgumentOutOfRangeException>("Alpha is NaN; it must be 0 or more and finite.", static () => _ = new TverskyLoss { Alpha = double.NaN });
        Says<ArgumentOutOfRangeException>("5 is not a valid value for absent classes; it is Skip or Count.",
            static () => _ = new DiceLoss { Absent = (AbsentClasses)5 });
        Says<ArgumentOutOfRangeException>("targets[1] = 2 is out of bounds: classes are 0..1 and ignore_index is -100.",
            static () => new DiceLoss().Evaluate([1f, 2, 3, 4], [0, 2], 2));
    }
}
