namespace Surprisal.Tests.Losses;

/// <summary>Question 2: is it right? Against a slow reference in double, at the sizes where tiles, panels, lanes and stretches of features end.</summary>
public sealed class LinearCrossEntropyLossReferenceTests
{
    private static readonly ClassWeights Weights = ClassWeights.Create(Enumerable.Range(0, 577).Select(static c => 0.25 + c % 7).ToArray());

    public static TheoryData<int, int, int> Sizes
    {
        get
        {
            var sizes = new TheoryData<int, int, int>();
            foreach (var rows in new[] { 1, 63, 64, 65 })
                foreach (var features in new[] { 1, 15, 16, 17 })
                    foreach (var classes in new[] { 1, 2, 191, 192, 193 }) sizes.Add(rows, features, classes);
            foreach (var features in new[] { 31, 32, 33, 255, 256, 257 }) sizes.Add(65, features, 193);
            foreach (var classes in new[] { 11, 12, 13, 383, 384, 385, 576, 577 }) sizes.Add(130, 33, classes);
            foreach (var rows in new[] { 127, 128, 129, 191, 192, 193, 257 }) sizes.Add(rows, 40, 60);
            return sizes;
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void AtEverySize(int rows, int features, int classes)
    {
        var seed = 110;
        foreach (var loss in new[] { new LinearCrossEntropyLoss(), new() { LabelSmoothing = 0.1, Weight = Take(classes), Reduction = Reduction.Sum } })
        {
            Check(loss, LinearExample.Draw(seed, rows, features, classes, hasBias: rows % 2 == 0));
            Check(loss, LinearExample.Draw(seed, rows, features, classes, hasBias: rows % 2 == 1, hasProbabilities: true));
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public void WithEveryOption(bool hasProbabilities)
    {
        var seed = 111;
        foreach (var reduction in new[] { Reduction.None, Reduction.Mean, Reduction.Sum })
        foreach (var smoothing in new[] { 0, 0.2, 1 })
        foreach (var (cap, temperature) in new (double?, double)[] { (null, 1), (2, 1), (null, 0.5), (1.5, 2) })
        foreach (var penalty in new[] { 0, 0.01 })
        foreach (var isWeighted in new[] { false, true })
            Check(
                new() { Reduction = reduction, LabelSmoothing = smoothing, SoftCap = cap, Temperature = temperature, ZLoss = penalty,
                    Weight = isWeighted ? Take(197) : null },
                LinearExample.Draw(seed, 70, 20, 197, hasProbabilities: hasProbabilities, hasSampleWeights: isWeighted));
    }

    /// <summary>Far logits, and rows whose target is nearly certain.</summary>
    [Theory, InlineData(20), InlineData(200)]
    public void WithLargeLogits(double spread)
    {
        var seed = 112;
        Check(new(), LinearExample.Draw(seed, 130, 24, 400, spread: spread), 3e-5);
        Check(new() { SoftCap = 30 }, LinearExample.Draw(seed, 130, 24, 400, spread: spread), 3e-5);
        Check(new(), LinearExample.Draw(seed, 40, 24, 200, hasProbabilities: true, spread: spread), 3e-5);
    }

    private static void Check(LinearCrossEntropyLoss loss, LinearExample example, double tolerance = 5e-6)
    {
        var expected = example.Reference(loss);
        var about = $"{loss} of seed {example.Seed}, {example.Rows} x {example.Features} x {example.Classes}";
        Check<float>(loss, example, expected, about, tolerance, 1e-5);
        Check<double>(loss, example, expected, about, 1e-12, 1e-12);
    }

    private static void Check<T>(
        LinearCrossEntropyLoss loss, LinearExample example, LinearExample.Answer expected, string about, double ofGradient, double ofLosses)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (result, losses, gradients) = example.Evaluate<T>(loss);
        if (expected.Losses.Any(static each => each != 0))
        {
            var value = loss.Reduction == Reduction.None ? expected.Losses.Sum() : expected.Value;
            Assert.True(Math.Abs(result.Value - value) <= ofLosses * Math.Abs(value) + 1e-6 * ofLosses, $"{about}: {result.Value:R}, expected {value:R}");
        }
        Near.Equal(expected.Losses, losses, about, relative: ofLosses, absolute: ofLosses * (1 + expected.Losses.Max()));
        var distance = LinearExample.Distance<T>(expected.Gradients, gradients);
        Assert.True(distance <= ofGradient || expected.Gradients.All(static g => Math.Abs(g) < 1e-13), $"{about}: the gradients are off by {distance:E2}");
    }

    private static ClassWeights Take(int classes) => ClassWeights.Create(Weights.Take(classes).ToArray());
}
