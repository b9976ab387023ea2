using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>
/// No tensor span of rank 0 has an element, so on spans a single one has shape [1], wherever one stands; what has no dimensions is nothing and refused.
/// </summary>
public sealed class SingleElementTests
{
    private static readonly double[] X = [0.3, -1, 2], Y = [0.2, 0.5, 0.3];

    [Fact]
    public void TheLossAndTheSampleWeightOfOneRowOfProbabilities() =>
        Check(new CrossEntropyLoss { Reduction = Reduction.Mean }, static (loss, losses, weights) =>
            ((CrossEntropyLoss)loss).Evaluate(new ReadOnlyTensorSpan<double>(X, [3]), new ReadOnlyTensorSpan<double>(Y, [3]), losses: losses,
                sampleWeights: weights));

    [Fact]
    public void TheLossAndTheSampleWeightOfOneMultiLabelRow() => Check(new MultiLabelSoftMarginLoss(), static (loss, losses, weights) =>
        ((DenseLoss)loss).Evaluate(new ReadOnlyTensorSpan<double>(X, [3]), new ReadOnlyTensorSpan<double>(Y, [3]), losses: losses, sampleWeights: weights));

    [Fact]
    public void TheLossAndTheSampleWeightOfOneTarget()
    {
        foreach (var each in EveryLoss.OfIndices)
            Check(each, static (loss, losses, weights) => ((ClassIndexLoss)loss).Evaluate(new ReadOnlyTensorSpan<double>(X, [3]),
                new ReadOnlyTensorSpan<int>([2], [1]), losses: losses, sampleWeights: weights));
    }

    [Fact]
    public void OneIndexHasOneRowWithItsDimensionOrWithout()
    {
        foreach (var shape in new nint[][] { [3], [1, 3] })
        {
            var row = new double[3];
            SpanFunctions.OneHot(new ReadOnlyTensorSpan<int>([1], [1]), new TensorSpan<double>(row, shape));
            Assert.Equal([0, 1, 0], row);
        }
    }

    [Fact]
    public void OneSumOfOneRow()
    {
        var (sum, gradient) = (new double[1], new double[3]);
        SpanFunctions.LogSumExp(new ReadOnlyTensorSpan<double>(X, [3]), 0, new TensorSpan<double>(sum, [1]));
        Assert.Equal(Math.Log(X.Sum(Math.Exp)), sum[0], 1e-15);
        SpanFunctions.LogSumExpGradient(new ReadOnlyTensorSpan<double>(X, [3]), new ReadOnlyTensorSpan<double>(sum, [1]),
            new ReadOnlyTensorSpan<double>([1.0], [1]), 0, new TensorSpan<double>(gradient, [3]));
        Assert.Equal(1, gradient.Sum(), 1e-15);
    }

    [Fact]
    public void WhatHasNoDimensionsHasNoElements()
    {
        static string Said(Action call) => Assert.Throws<ArgumentException>(call).Message;
        static string Text(string name) => $"{name} has no dimensions, and so no elements: a span of a single one has shape [1]. (Parameter '{name}')";
        foreach (var loss in EveryLoss.OfIndices)
            Assert.Equal(Text("targets"), Said(() => loss.Evaluate<double, int>(new ReadOnlyTensorSpan<double>(X, [3]), default)));
        foreach (var loss in EveryLoss.OfNumbers.Where(static loss => ((IDenseLoss)loss).Broadcasts))
            Assert.Equal(Text("targets"), Said(() => loss.Evaluate(new ReadOnlyTensorSpan<double>(X, [3]), default)));
        foreach (var loss in EveryLoss.OfNumbers.Where(static loss => loss is not MultiLabelSoftMarginLoss))
            if (loss is not (BceLoss or BceWithLogitsLoss) || loss is BceLoss { Weight: null } or BceWithLogitsLoss { Weight: null })
                Assert.Equal(Text("inputs"), Said(() => loss.Evaluate<double>(default, default)));
    }

    private delegate LossResult Call(Loss loss, TensorSpan<double> losses, ReadOnlyTensorSpan<double> weights);

    private static void Check(Loss loss, Call call)
    {
        var losses = new double[1];
        var plain = call(loss, new TensorSpan<double>(losses, [1]), default);
        Assert.Equal(plain.Sum, losses[0]);
        var weighted = call(loss, new TensorSpan<double>(losses, [1]), new ReadOnlyTensorSpan<double>([3.0], [1]));
        Assert.Equal(3 * plain.Sum, losses[0], 1e-14);
        Assert.Equal(3 * plain.Sum, weighted.Sum, 1e-14);
        Assert.Equal(3 * plain.Divisor, weighted.Divisor, 1e-14);
        Assert.Throws<ArgumentException>(() => call(loss, new TensorSpan<double>(new double[2], [2]), default));
        Assert.Throws<ArgumentException>(() => call(loss, default, new ReadOnlyTensorSpan<double>(new double[2], [2])));
    }
}
