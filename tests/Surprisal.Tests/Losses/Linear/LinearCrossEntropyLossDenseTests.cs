using Surprisal.Kernels;
using Surprisal.Tests.Kernels;

namespace Surprisal.Tests.Losses;

/// <summary>Question 3: is it our own linear layer and cross-entropy? The same logits to the bit, 2 ulp of the loss, 1e-6 of the gradients' norm.</summary>
public sealed class LinearCrossEntropyLossDenseTests
{
    public static TheoryData<int, int, int> Sizes => new() { { 1, 1, 1 }, { 65, 17, 193 }, { 130, 40, 577 }, { 200, 300, 1000 }, { 33, 700, 2000 } };

    [Theory, MemberData(nameof(Sizes))]
    public void ItIsLinearAndCrossEntropy(int rows, int features, int classes)
    {
        var example = LinearExample.Draw(101, rows, features, classes);
        var weights = ClassWeights.Create(Enumerable.Range(0, classes).Select(static c => 0.5 + c % 3).ToArray());
        foreach (var reduction in new[] { Reduction.Mean, Reduction.Sum })
        {
            Check(example, new() { Reduction = reduction }, new() { Reduction = reduction });
            Check(example, new() { Weight = weights, LabelSmoothing = 0.1, Reduction = reduction },
                new() { Weight = weights, LabelSmoothing = 0.1, Reduction = reduction });
            Check(example, new() { SoftCap = 3, Temperature = 1.5, ZLoss = 0.01, Reduction = reduction },
                new() { SoftCap = 3, Temperature = 1.5, ZLoss = 0.01, Reduction = reduction });
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void OfProbabilitiesToo(int rows, int features, int classes)
    {
        var example = LinearExample.Draw(102, Math.Min(rows, 70), features, classes, hasProbabilities: true);
        Check(example, new() { LabelSmoothing = 0.1 }, new() { LabelSmoothing = 0.1 });
        Check(example, new() { Reduction = Reduction.Sum }, new() { Reduction = Reduction.Sum });
    }

    /// <summary>Each logit adds its products in the order of a linear layer.</summary>
    [Theory, MemberData(nameof(Sizes))]
    public unsafe void TheLogitsAreThoseOfALinearLayer(int rows, int features, int classes)
    {
        if (!WeightRows<float>.FitsInPlace(classes, features)) return;
        var example = LinearExample.Draw(103, rows, features, classes, hasBias: false);
        var expected = Tensor.Create<float>(example.Hidden, [rows, features]).Linear(Tensor.Create<float>(example.Weight, [classes, features])).ToArray();
        var panels = Partition.Pieces(rows, LinearTile.Rows);
        var packed = new float[(rows + 32) * features];
        var tile = new float[panels * LinearTile.Size + LinearTile.Slack];
        fixed (float* x = example.Hidden, w = example.Weight, pack = packed, z = tile)
        {
            var block = new RowPanels<float> { Start = x, Count = rows, Features = features, Pitch = features, Packed = pack };
            for (var panel = 0; panel < block.PanelCount; panel++) block.Pack(panel);
            for (var first = 0; first < classes; first += LinearTile.Classes)
            {
                var end = Math.Min(classes, first + LinearTile.Classes);
                LinearTile.Logits(new WeightRows<float>(w, classes, features, isCopy: false), first, end, block, z);
                for (var row = 0; row < rows; row++)
                    for (var c = first; c < end; c++)
                        Assert.True(expected[row * classes + c]
                            .Equals(z[row / LinearTile.Rows * LinearTile.Size + (c - first) * LinearTile.Rows + row % LinearTile.Rows]),
                            $"seed {example.Seed}: row {row}, class {c}");
            }
        }
    }

    private static void Check(LinearExample example, LinearCrossEntropyLoss loss, CrossEntropyLoss dense)
    {
        var hidden = Tensor.Create<float>(example.Hidden, [example.Rows, example.Features], requiresGrad: true);
        var weight = Tensor.Create<float>(example.Weight, [example.Classes, example.Features], requiresGrad: true);
        var bias = Tensor.Create<float>(example.Bias, [example.Classes], requiresGrad: true);
        var logits = hidden.Linear(weight, bias);
        var expected = example.HasProbabilities
            ? dense.Forward(logits, Tensor.Create<float>(example.Probabilities, [example.Rows, example.Classes]))
            : dense.Forward(logits, Tensor.Create<long>(example.Targets));
        expected.Backward();
        var (result, _, gradients) = example.Evaluate<float>(loss);
        var about = $"{loss} of seed {example.Seed}";
        Assert.True(Near.Ulps(expected.Item(), (float)result.Value) <= 2 || (float.IsNaN(expected.Item()) && double.IsNaN(result.Value)),
            $"{about}: {(float)result.Value:R}, {expected.Item():R}");
        double[] all = [.. new[] { hidden, weight, bias }.SelectMany(static tensor => tensor.Grad!.ToArray()).Select(static g => (double)g)];
        var distance = LinearExample.Distance<float>(all, gradients);
        Assert.True(distance <= 1e-6, $"{about}: {distance:E2}");
    }
}
