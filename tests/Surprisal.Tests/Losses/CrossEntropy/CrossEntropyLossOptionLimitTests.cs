using System.Globalization;

namespace Surprisal.Tests.Losses;

/// <summary>Each option at the edge of what it may be: refused with a whole message, or kept; and what its limits mean for the loss.</summary>
public sealed class CrossEntropyLossOptionLimitTests
{
    private static readonly double[] Outside = [-1, double.NaN, double.PositiveInfinity, double.NegativeInfinity];

    private static readonly double[,] Logits = { { 0.5, -1, 2 }, { 3, 0, -0.25 } };

    [Fact]
    public void WhatNoOptionMayBe()
    {
        foreach (var value in Outside.Append(0))
        {
            Refused("SoftCap", value, $"SoftCap is {Text(value)}; it bounds the logits, so it must be positive and finite.",
                () => new CrossEntropyLoss { SoftCap = value });
            Refused("Temperature", value, $"Temperature is {Text(value)}; it divides the logits, so it must be positive and finite.",
                () => new CrossEntropyLoss { Temperature = value });
        }
        foreach (var value in Outside.Append(-double.Epsilon))
            Refused("ZLoss", value, $"ZLoss is {Text(value)}; it scales a penalty, so it must be 0 or more and finite.",
                () => new CrossEntropyLoss { ZLoss = value });
        foreach (var value in Outside.Where(static value => value != -1))
            Refused("PriorStrength", value, $"PriorStrength is {Text(value)}; it scales the logarithm of the prior, so it must be finite.",
                () => new CrossEntropyLoss { PriorStrength = value });
        foreach (var value in Outside.Append(-double.Epsilon).Append(Math.BitIncrement(1.0)))
            Refused("LabelSmoothing", value, $"label_smoothing must be between 0.0 and 1.0. Got: {Text(value)}",
                () => new CrossEntropyLoss { LabelSmoothing = value });
        foreach (var value in Outside.Append(0).Append(-double.Epsilon))
            for (var at = 0; at < 3; at++)
            {
                double[] prior = [0.5, 1, 2];
                prior[at] = value;
                var error = Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyLoss { Prior = ClassWeights.Create(prior) });
                Assert.Equal($"Prior[{at}] = {Text(value)}; its logarithm is added to the logits, so it must be positive and finite. (Parameter 'Prior')",
                    error.Message);
            }
        Refused("SmoothingWeight", (SmoothingWeight)2, "2 is not a valid value for the smoothing's weight; it is PerClass or PerTarget.",
            () => new CrossEntropyLoss { SmoothingWeight = (SmoothingWeight)2 });
        Refused("SmoothingWeight", (SmoothingWeight)(-1), "-1 is not a valid value for the smoothing's weight; it is PerClass or PerTarget.",
            () => new CrossEntropyLoss { SmoothingWeight = (SmoothingWeight)(-1) });
    }

    [Fact]
    public void WhatOptionsMayBeToTheEdge()
    {
        foreach (var value in new[] { double.Epsilon, 1, double.MaxValue })
        {
            Assert.Equal((value, value, value), (new CrossEntropyLoss { SoftCap = value }.SoftCap, new CrossEntropyLoss { Temperature = value }.Temperature,
                new CrossEntropyLoss { ZLoss = value }.ZLoss));
            Assert.Equal(value, new CrossEntropyLoss { Prior = [value] }.Prior![0]);
        }
        foreach (var value in new[] { -double.MaxValue, -1, 0, double.MaxValue })
            Assert.Equal(value, new CrossEntropyLoss { PriorStrength = value }.PriorStrength);
        foreach (var value in new[] { 0, double.Epsilon, 1 }) Assert.Equal(value, new CrossEntropyLoss { LabelSmoothing = value }.LabelSmoothing);
        Assert.Equal(0, new CrossEntropyLoss { ZLoss = 0 }.ZLoss);
        Assert.Null(new CrossEntropyLoss { SoftCap = null, Prior = null }.SoftCap);
        Assert.Empty(new CrossEntropyLoss { Prior = [] }.Prior!);
        var plain = new CrossEntropyLoss();
        Assert.Equal((0, SmoothingWeight.PerClass, false, 0, null, 1, null, 1), (plain.LabelSmoothing, plain.SmoothingWeight, plain.ZeroTimesInfinityIsZero,
            plain.ZLoss, plain.SoftCap, plain.Temperature, plain.Prior, plain.PriorStrength));
        Assert.Equal((-100L, null, Reduction.Mean, null, EmptyMean.NaN), (plain.IgnoreIndex, plain.Weight, plain.Reduction, plain.Normalizer, plain.WhenEmpty));
    }

    /// <summary>Options at the value that changes nothing give the very bits of the plain loss; a hair beside it they do not.</summary>
    [Fact]
    public void OptionsThatChangeNothing()
    {
        var plain = Bits(new());
        foreach (var same in new CrossEntropyLoss[] { new() { Temperature = 1 }, new() { ZLoss = 0 }, new() { LabelSmoothing = 0 },
            new() { PriorStrength = -3 }, new() { SmoothingWeight = SmoothingWeight.PerTarget } })
            Assert.Equal(plain, Bits(same));
        foreach (var near in new CrossEntropyLoss[] { new() { Prior = [0.2, 0.3, 0.5], PriorStrength = 0 }, new() { Prior = [1, 1, 1] },
            new() { SoftCap = 1e9 } })
            Close(plain, Bits(near), 1e-9);
        foreach (var other in new CrossEntropyLoss[] { new() { Temperature = 1.001 }, new() { ZLoss = 1e-3 }, new() { LabelSmoothing = 1e-3 },
            new() { Prior = [0.2, 0.3, 0.5], PriorStrength = 1e-2 }, new() { SoftCap = 100 } })
            Assert.DoesNotContain(plain.Zip(Bits(other)), static pair => pair.First == pair.Second);
    }

    /// <summary>A negative strength takes the prior away again, twice the strength is the squared prior, and any factor of the prior is no matter.</summary>
    [Fact]
    public void TheStrengthIsTheFactorOfTheLogarithm()
    {
        ClassWeights prior = [0.2, 0.3, 0.5];
        double[] logs = [Math.Log(0.2), Math.Log(0.3), Math.Log(0.5)];
        foreach (var strength in new[] { -1.0, 0.5, 2 })
        {
            var bent = (double[,])Logits.Clone();
            for (var i = 0; i < 6; i++) bent[i / 3, i % 3] += strength * logs[i % 3];
            Close(Bits(new(), bent), Bits(new() { Prior = prior, PriorStrength = strength }), 1e-14);
        }
        Close(Bits(new() { Prior = [0.04, 0.09, 0.25] }), Bits(new() { Prior = prior, PriorStrength = 2 }), 1e-14);
        Close(Bits(new() { Prior = [2, 3, 5] }), Bits(new() { Prior = prior }), 1e-14);
    }

    [Fact]
    public void TheOrderIsCapThenTemperatureThenPrior()
    {
        var loss = new CrossEntropyLoss { SoftCap = 1.5, Temperature = 0.5, Prior = [0.2, 0.3, 0.5], PriorStrength = 0.7 };
        var bent = (double[,])Logits.Clone();
        for (var i = 0; i < 6; i++) bent[i / 3, i % 3] = 1.5 * Math.Tanh(Logits[i / 3, i % 3] / 1.5) / 0.5 + 0.7 * Math.Log(loss.Prior![i % 3]);
        Assert.Equal(Bits(new(), bent)[0], Bits(loss)[0], 1e-14);
        Assert.Equal(Bits(new(), bent, probabilities: true)[0], Bits(loss, probabilities: true)[0], 1e-14);
    }

    [Theory]
    [InlineData(1, "NllLossBackward0"), InlineData(2, "NllLossBackward0"), InlineData(3, "NllLoss2DBackward0"), InlineData(4, "NllLoss2DBackward0")]
    public void TheNodesName(int rank, string name)
    {
        int[] shape = [.. new[] { 2, 3, 1, 1 }.Take(rank)];
        var input = Tensor.Zeros<double>(rank == 1 ? [3] : shape, requiresGrad: true);
        var target = Tensor.Zeros<long>(rank == 1 ? [] : [2, .. shape[2..]]);
        Assert.Contains($"grad_fn=<{name}>", (new CrossEntropyLoss { Reduction = Reduction.Sum }.Forward(input, target)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ProbabilitiesHaveNoIgnoredClass()
    {
        var (x, t) = (Tensor.Create<double>(Logits), Tensor.Ones<double>([2, 3]));
        foreach (var index in new[] { 0, 1, 255 })
            Assert.Equal($"ignore_index is not supported for floating point target: IgnoreIndex is {index}, and no probability is a class index; " +
                "leave samples out by a sample weight of 0.",
                Assert.Throws<InvalidOperationException>(() => new CrossEntropyLoss { IgnoreIndex = index }.Forward(x, t)).Message);
        foreach (var index in new[] { -1, -100, long.MinValue })
            Assert.Equal(new CrossEntropyLoss().Forward(x, t).Item(), new CrossEntropyLoss { IgnoreIndex = index }.Forward(x, t).Item());
    }

    [Theory]
    [InlineData(new int[0], new int[0], "Expected 1 or more dimensions (got 0): input needs (C), (N, C) or (N, C, d1 .. dK). (Parameter 'input')")]
    [InlineData(new[] { 2, 3 }, new[] { 4, 3 },
        "Expected input batch_size (2) to match target batch_size (4): input has shape [2, 3], target [4, 3]. (Parameter 'target')")]
    [InlineData(new[] { 2, 3 }, new[] { 2 },
        "class probabilities have the shape of input, [2, 3], but target has [2]; class indices are integers: target.To<long>(). (Parameter 'target')")]
    [InlineData(new[] { 3 }, new[] { 4 },
        "class probabilities have the shape of input, [3], but target has [4]; class indices are integers: target.To<long>(). (Parameter 'target')")]
    [InlineData(new[] { 2, 3 }, new int[0],
        "class probabilities have the shape of input, [2, 3], but target has []; class indices are integers: target.To<long>(). (Parameter 'target')")]
    public void ShapesOfProbabilities(int[] input, int[] target, string message) =>
        Assert.Equal(message,
            Assert.Throws<ArgumentException>(() => new CrossEntropyLoss().Forward(Tensor.Zeros<float>(input), Tensor.Zeros<float>(target))).Message);

    [Theory]
    [InlineData(new[] { 4 }, 4), InlineData(new[] { 2, 4 }, 4), InlineData(new[] { 4, 2, 3 }, 2)]
    public void OneWeightForEachClass(int[] shape, int classes)
    {
        var x = Tensor.Zeros<float>(shape);
        var right = new CrossEntropyLoss
        {
            Weight = ClassWeights.Create(new double[classes]), Prior = ClassWeights.Create([.. Enumerable.Repeat(1.0, classes)])
        };
        right.Forward(x, x);
        Assert.Equal($"cross_entropy: weight tensor should be defined either for all {classes} classes or no classes but got weight tensor of shape: " +
            "[5] (Parameter 'Weight')",
            Assert.Throws<ArgumentException>(() => (right with { Weight = [1, 2, 3, 4, 5] }).Forward(x, x)).Message);
        Assert.Equal($"Prior has 5 classes, but the logits have {classes}; it needs one probability for each. (Parameter 'Prior')",
            Assert.Throws<ArgumentException>(() => (right with { Prior = [1, 2, 3, 4, 5] }).Forward(x, x)).Message);
    }

    [Fact]
    public void NoClassesCostNothing()
    {
        var (x, ignored) = (Tensor.Zeros<double>([2, 0]), Tensor.Create<long>([-100, -100]));
        foreach (var smoothing in new[] { 0, 0.1 })
        {
            var loss = new CrossEntropyLoss { LabelSmoothing = smoothing, Reduction = Reduction.None };
            Assert.Equal([0, 0], loss.Forward(x, x).ToArray());
            Assert.Equal([0, 0], loss.Forward(x, ignored).ToArray());
            foreach (var (reduction, value) in new[] { (Reduction.Sum, 0), (Reduction.Mean, double.NaN) })
            {
                var reduced = loss with { Reduction = reduction };
                Assert.Equal((value, value), (reduced.Forward(x, x).Item(), reduced.Forward(x, ignored).Item()));
            }
        }
        double[] losses = [7, 7];
        var nothing = new System.Numerics.Tensors.ReadOnlyTensorSpan<double>(new double[2], [2, 0]);
        new CrossEntropyLoss().Evaluate(nothing, nothing, losses: new System.Numerics.Tensors.TensorSpan<double>(losses));
        Assert.Equal([0, 0], losses);
        // one class is certain, as in PyTorch
        Assert.Equal(0, new CrossEntropyLoss().Forward(Tensor.Create<double>([[3], [-2]]), Tensor.Create<double>([[1], [1]])).Item());
    }

    private static double[] Bits(CrossEntropyLoss loss, double[,]? logits = null, bool probabilities = false)
    {
        var input = Tensor.Create<double>(logits ?? Logits, requiresGrad: true);
        var output = probabilities
            ? loss.Forward(input, Tensor.Create<double>([[0.25, 0.25, 0.5], [0, 1, 0]]))
            : loss.Forward(input, Tensor.Create<long>([1, 2]));
        output.Backward();
        return [output.Item(), .. input.Grad!.ToArray()];
    }

    private static void Close(double[] expected, double[] actual, double allowed)
    {
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], allowed);
    }

    private static void Refused<T>(string name, T value, string message, Func<object> make)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(make);
        Assert.Equal($"{message} (Parameter '{name}')\nActual value was {value}.", error.Message.ReplaceLineEndings("\n"));
        Assert.Equal((name, (object?)value), (error.ParamName, error.ActualValue));
    }

    private static string Text(double value) => value.ToString(CultureInfo.CurrentCulture);
}
