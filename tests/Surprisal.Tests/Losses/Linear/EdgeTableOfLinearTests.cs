namespace Surprisal.Tests.Losses;

/// <summary>
/// LinearCrossEntropyLoss at 0, 1, 0.5, -1, both infinities and NaN, of logits, targets and class weights: what CrossEntropyLoss makes of the same logits,
/// whose own table is compared with PyTorch's formulas.
/// </summary>
public sealed class EdgeTableOfLinearTests
{
    private static readonly double[] Numbers = EdgeNumbers.All;

    [Theory, InlineData(0, 0), InlineData(0.5, 0), InlineData(1, 0), InlineData(0, 0.5), InlineData(0.5, 0.25)]
    public void OfIndices(double smoothing, double penalty)
    {
        foreach (var weight in new ClassWeights?[] { null, [1, 0, 2], [0.5, -1, 1], [double.PositiveInfinity, 1, 0] })
        foreach (var logits in All())
            for (var target = 0; target < 3; target++)
            {
                if (penalty > 0 && weight is not null) continue; // the other loss weighs its penalty
                if (smoothing > 0 && weight is [double.PositiveInfinity, ..]) continue;
                var linear = new LinearCrossEntropyLoss { Weight = weight, LabelSmoothing = smoothing, ZLoss = penalty, Reduction = Reduction.Sum };
                var dense = new CrossEntropyLoss { Weight = weight, LabelSmoothing = smoothing, ZLoss = penalty, Reduction = Reduction.Sum };
                double[] gradient = new double[3], expected = new double[3];
                var result = linear.Evaluate<double, int>([1], new double[3], [target], 1, logits, biasGradient: gradient);
                var answer = dense.Evaluate<double, int>(logits, [target], 3, expected);
                var about = $"{linear}, logits {string.Join(" ", logits)}, target {target}";
                Near.Equal([answer.Value], (double[])[result.Value], about, 1e-14, 1e-14);
                Near.Equal(expected, gradient, about, 1e-14, 1e-14);
            }
    }

    [Theory, InlineData(0), InlineData(0.5)]
    public void OfProbabilities(double smoothing)
    {
        foreach (var logits in All())
            foreach (var targets in new double[][] { [0.5, 0.25, 0.25], [1, 0, 0], [0, 0, 1], [1, 1, -1] })
            {
                var linear = new LinearCrossEntropyLoss { LabelSmoothing = smoothing };
                double[] gradient = new double[3], expected = new double[3];
                var result = linear.Evaluate<double>([1], new double[3], targets, 1, logits, biasGradient: gradient);
                var answer = new CrossEntropyLoss { LabelSmoothing = smoothing }.Evaluate<double>(logits, targets, 3, expected);
                var about = $"{linear}, logits {string.Join(" ", logits)}, targets {string.Join(" ", targets)}";
                Near.Equal([answer.Value], (double[])[result.Value], about, 1e-14, 1e-14);
                Near.Equal(expected, gradient, about, 1e-14, 1e-14);
            }
    }

    private static IEnumerable<double[]> All() => from a in Numbers from b in Numbers from c in Numbers select new[] { a, b, c };
}
