using Surprisal.Modules;
using Surprisal.Tests.Kernels;

namespace Surprisal.Tests.Modules;

/// <summary>Adaptive log-softmax: laws, gradients against differences, sizes, NaN, what goes through a tail, and what is refused.</summary>
[Collection(Serial.Name)]
public sealed class AdaptiveLogSoftmaxWithLossTests
{
    private static readonly int seed = Environment.TickCount;

    private static readonly (int Features, int Classes, int[] Cutoffs, bool HasBias)[] sizes =
        [(16, 30, [5, 12], true), (7, 9, [8], false), (64, 200, [1, 2, 199], true), (4, 2, [1], false)];

    [Fact]
    public void ProbabilitiesAddUpToOneAndForwardAgrees()
    {
        foreach (var (features, classes, cutoffs, hasBias) in sizes)
        {
            var layer = Wide(features, classes, cutoffs, hasBias);
            var input = Tensor.Randn<float>([classes, features], new Seed(seed + 1));
            var all = layer.LogProb(input);
            foreach (var row in all.ToArray().Chunk(classes)) Assert.Equal(1, row.Sum(static logP => Math.Exp(logP)), 1e-5);
            var (output, loss) = layer.Forward(input, Tensor.Arange<long>(classes));
            for (var c = 0; c < classes; c++) Assert.Equal(all.Span[c * classes + c], output.Span[c], 1e-5f * (1 + MathF.Abs(output.Span[c])));
            Assert.Equal(-output.ToArray().Average(static logP => (double)logP), loss.Item(), 1e-6 * loss.Item());
            Assert.Equal(all.ToArray(), layer.Forward(input).ToArray());
        }
    }

    [Fact]
    public void PredictIsTheFirstOfTheLargest()
    {
        foreach (var (features, classes, cutoffs, hasBias) in sizes)
        {
            var layer = Wide(features, classes, cutoffs, hasBias);
            var input = Tensor.Randn<float>([300, features], new Seed(seed + 2));
            Assert.Equal(layer.LogProb(input).ArgMax(-1).ToArray(), layer.Predict(input).ToArray());
        }
        var even = new AdaptiveLogSoftmaxWithLoss(4, 12, [3, 7], new Seed(0), headBias: true, divValue: 1);
        foreach (var parameter in even.Parameters()) Fill(parameter, 0);
        var x = Tensor.Ones<float>(2, 4);
        Assert.Equal([0, 0], even.Predict(x).ToArray());
        Fill(even.NamedParameters().First(static named => named.Name == "head.bias").Parameter[4..], 5);
        Assert.Equal([7, 7], even.Predict(x).ToArray());
        Assert.Equal(even.LogProb(x).ArgMax(-1).ToArray(), even.Predict(x).ToArray());
    }

    /// <summary>The loss as the textbook writes it, in double; the gradients of the layer are its differences.</summary>
    [Fact]
    public void GradientsAreThoseOfDifferences()
    {
        var layer = Wide(8, 11, [3, 6], hasBias: true);
        var input = Tensor.Randn<float>([6, 8], new Seed(seed + 3)).WithGrad(true);
        long[] targets = [2, 10, 4, 5, 0, 6];
        var (_, loss) = layer.Forward(input, Tensor.Create<long>(targets));
        loss.Backward();
        var tensors = layer.NamedParameters().Prepend(("input", input)).ToDictionary(static named => named.Item1,
            static named => (named.Item2, Values: Array.ConvertAll(named.Item2.ToArray(), static x => (double)x)), StringComparer.Ordinal);
        Assert.Equal(Reference(), loss.Item(), 1e-6 * loss.Item());
        foreach (var (name, (tensor, values)) in tensors)
            for (var i = 0; i < values.Length; i++)
            {
                var at = values[i];
                values[i] = at + 1e-5;
                var above = Reference();
                values[i] = at - 1e-5;
                var difference = (above - Reference()) / 2e-5;
                values[i] = at;
                Assert.True(Math.Abs(difference - tensor.Grad!.Span[i]) < 2e-6, $"seed {seed}: {name}[{i}] is {tensor.Grad.Span[i]}, expected {difference}");
            }

        double Reference() => Enumerable.Range(0, 6).Average(row =>
        {
            var x = tensors["input"].Values[(row * 8)..(row * 8 + 8)];
            var first = LogSoftmax(Product("head.weight", x).Zip(tensors["head.bias"].Values, static (z, b) => z + b));
            var target = (int)targets[row];
            if (target < 3) return -first[target];
            var cluster = target < 6 ? 0 : 1;
            return -first[3 + cluster] - LogSoftmax(Product($"tail.{cluster}.1.weight", Product($"tail.{cluster}.0.weight", x)))[target - (target < 6 ? 3 : 6)];
        });

        double[] Product(string name, double[] x) =>
            [.. tensors[name].Values.Chunk(x.Length).Select(row => row.Zip(x, static (w, value) => w * value).Sum())];

        static double[] LogSoftmax(IEnumerable<double> logits)
        {
            double[] z = [.. logits];
            var sum = Math.Log(z.Sum(Math.Exp));
            return Array.ConvertAll(z, x => x - sum);
        }
    }

    [Fact]
    public void ThreadsChangeNoBit()
    {
        var expected = Serial.On(1, Run);
        foreach (var threads in new[] { 2, 3, 8 }) Assert.Equal(expected, Serial.On(threads, Run, minParallelWork: 0));

        static float[] Run()
        {
            var layer = new AdaptiveLogSoftmaxWithLoss(33, 700, [17, 190], new Seed(1), headBias: true);
            var input = Tensor.Randn<float>([150, 33], new Seed(2)).WithGrad(true);
            var (output, loss) = layer.Forward(input, Tensor.RandInt<long>(0, 700, [150], new Seed(3)));
            loss.Backward();
            return
            [
                .. output.ToArray(), .. input.Grad!.ToArray(), .. layer.Parameters().SelectMany(static p => p.Grad!.ToArray()),
                .. layer.LogProb(input).ToArray(),
            ];
        }
    }

    [Fact]
    public void AnyLeadingDimensionsAndNoRows()
    {
        var layer = Wide(16, 30, [5, 12], hasBias: true);
        var input = Tensor.Randn<float>([2, 3, 16], new Seed(seed + 4));
        var target = Tensor.Create<int>([0, 29, 5, 4, 12, 11], [2, 3]);
        var (output, loss) = layer.Forward(input, target);
        var (flat, same) = layer.Forward(input.Reshape([6, 16]), target.Reshape([6]));
        Assert.Equal([2, 3], output.Shape);
        Assert.Equal(flat.ToArray(), output.ToArray());
        Assert.Equal(same.Item(), loss.Item());
        Assert.Equal([2, 3, 30], layer.LogProb(input).Shape);
        Assert.Equal([2, 3], layer.Predict(input).Shape);
        var (single, _) = layer.Forward(input[0][1], Tensor.Scalar((byte)29));
        Assert.Equal([], single.Shape);
        Assert.Equal(flat.Span[1], single.Item(), 1e-5f);
        Assert.Equal([30], layer.LogProb(input[0][1]).Shape);
        Assert.Equal([], layer.Predict(input[0][1]).Shape);
        var (none, nan) = layer.Forward(Tensor.Zeros<float>([0, 16]), Tensor.Zeros<long>([0]));
        Assert.Equal([0], none.Shape);
        Assert.True(float.IsNaN(nan.Item()));
        Assert.Equal([0], layer.Predict(Tensor.Zeros<float>([0, 16])).Shape);
        Assert.Equal([0, 30], layer.LogProb(Tensor.Zeros<float>([0, 16])).Shape);
    }

    /// <summary>A tail that no row goes through may hold what it likes, and gets no gradient; a row of NaN is NaN alone.</summary>
    [Fact]
    public void OnlyRowsOfAClusterGoThroughItsTail()
    {
        var layer = Wide(16, 30, [5, 12], hasBias: false);
        var input = Tensor.Randn<float>([4, 16], new Seed(seed + 5));
        var target = Tensor.Create<long>([3, 12, 29, 0]);
        var clean = layer.Forward(input, target).Output.ToArray();
        Fill(layer.NamedParameters().First(static named => named.Name == "tail.0.1.weight").Parameter, float.NaN);
        Fill(input[0], float.NaN);
        var (output, loss) = layer.Forward(input.WithGrad(true), target);
        Assert.True(float.IsNaN(output.Span[0]) && float.IsNaN(loss.Item()));
        Assert.Equal(clean[1..], output.ToArray()[1..]);
        (output[1..]).Sum().Backward();
        Assert.All(layer.NamedParameters(), static named =>
            Assert.Equal(named.Name.StartsWith("tail.0.", StringComparison.Ordinal), named.Parameter.Grad is null));
        Assert.All(input.Grad![1..].ToArray(), static g => Assert.True(float.IsFinite(g)));
        Assert.Equal(0, layer.Predict(input[..1]).Item());
    }

    [Fact]
    public void ParametersHaveTheirNamesAndWidths()
    {
        var layer = new AdaptiveLogSoftmaxWithLoss(64, 1000, [10, 100, 500], new Seed(0), headBias: true);
        Assert.Equal(
            [
                "head.weight [13, 64]", "head.bias [13]", "tail.0.0.weight [16, 64]", "tail.0.1.weight [90, 16]", "tail.1.0.weight [4, 64]",
                "tail.1.1.weight [400, 4]", "tail.2.0.weight [1, 64]", "tail.2.1.weight [500, 1]",
            ],
            layer.NamedParameters().Select(static named => $"{named.Name} {named.Parameter.Shape}"));
        Assert.Equal(29, new AdaptiveLogSoftmaxWithLoss(3, 5, [2], new Seed(0), divValue: 0.1).NamedParameters().First(
            static named => named.Name == "tail.0.0.weight").Parameter.Shape[0]); // 3 // 0.1 in Python
    }

    [Fact]
    public void WhatIsNoLayerIsRefused()
    {
        foreach (var cutoffs in new int[][] { [], [0, 3], [3, 3], [5, 4], [10], [-1] })
            Refuses("cutoffs should be a sequence of unique, positive integers sorted in an increasing order, where each value is between 1 and " +
                $"n_classes - 1 = 9, and not empty; they are [{string.Join(", ", cutoffs)}]. (Parameter 'cutoffs')",
                () => new AdaptiveLogSoftmaxWithLoss(4, 10, cutoffs, new Seed(0)));
        Refuses("cutoffs make a cluster 1 of the classes 5..9 whose tail would be 0 wide, 15 / 4^2 rounded down; it needs 1 or more: fewer cutoffs, more " +
            "inFeatures or a smaller divValue. (Parameter 'divValue')", static () => new AdaptiveLogSoftmaxWithLoss(15, 10, [2, 5], new Seed(0)));
        Refuses("inFeatures is 0; a hidden state has at least 1 number. (Parameter 'inFeatures')",
            static () => new AdaptiveLogSoftmaxWithLoss(0, 10, [2], new Seed(0)));
        Refuses("nClasses is 1; a frequent class and a cluster of others are at least 2. (Parameter 'nClasses')",
            static () => new AdaptiveLogSoftmaxWithLoss(4, 1, [1], new Seed(0)));
        Refuses("divValue is 0; it divides the widths of tails, so it must be positive and finite. (Parameter 'divValue')",
            static () => new AdaptiveLogSoftmaxWithLoss(4, 10, [1], new Seed(0), divValue: 0));
        var layer = new AdaptiveLogSoftmaxWithLoss(4, 10, [2], new Seed(0));
        Refuses("Target values should be in [0, 9], but target[1, 0] = -100; no target is ignored. (Parameter 'target')",
            () => layer.Forward(Tensor.Zeros<float>([2, 2, 4]), Tensor.Create<long>([0, 9, -100, 3], [2, 2])));
        Refuses("Target values should be in [0, 9], but target[0] = 10; no target is ignored. (Parameter 'target')",
            () => layer.Forward(Tensor.Zeros<float>([4]), Tensor.Scalar(10L)));
        Refuses("Input and target should have the same size in the batch dimension: target has shape [3], but the input [2, 4] needs [2], a class for each " +
            "row. (Parameter 'target')", () => layer.Forward(Tensor.Zeros<float>([2, 4]), Tensor.Zeros<long>([3])));
        Refuses("the input has shape [2, 5], but its last dimension must be 4, in_features. (Parameter 'input')",
            () => layer.LogProb(Tensor.Zeros<float>([2, 5])));
        Refuses("the input has shape [], but its last dimension must be 4, in_features. (Parameter 'input')", () => layer.Predict(Tensor.Scalar(1f)));
    }

    /// <summary>The page's example.</summary>
    [Fact]
    public void TheExampleOfThePage()
    {
        // snippet: adaptive-softmax
        var layer = new AdaptiveLogSoftmaxWithLoss(inFeatures: 64, nClasses: 50_257, cutoffs: [2000, 10_000], new Seed(0));
        var hidden = Tensor.Randn<float>([32, 64], new Seed(1));
        var target = Tensor.RandInt<long>(0, 50_257, [32], new Seed(2));

        var (logProbabilities, loss) = layer.Forward(hidden, target);   // of the targets, and the mean of their negatives
        loss.Backward();
        var classes = layer.Predict(hidden);                            // the most probable ones
        // end
        Assert.Equal([32], logProbabilities.Shape);
        Assert.Equal([32], classes.Shape);
    }

    private static void Refuses(string message, Func<object> call) => Assert.Equal(message, Assert.ThrowsAny<ArgumentException>(call).Message.Split('\n')[0]);

    /// <summary>A layer whose probabilities are far from even.</summary>
    private static AdaptiveLogSoftmaxWithLoss Wide(int features, int classes, int[] cutoffs, bool hasBias)
    {
        var layer = new AdaptiveLogSoftmaxWithLoss(features, classes, cutoffs, new Seed(seed), divValue: 1.5, hasBias);
        using var scope = Tensor.NoGrad();
        foreach (var parameter in layer.Parameters()) parameter.CopyFrom(parameter * 3);
        return layer;
    }

    private static void Fill(Tensor<float> tensor, float value)
    {
        using var scope = Tensor.NoGrad();
        tensor.Span.Fill(value);
    }
}
