using Surprisal.Kernels;

namespace Surprisal.Tests.Losses;

/// <summary>Questions 2 and 3: does it match a slow double reference on all lanes and lengths; is the gradient the slope?</summary>
public sealed class CrossEntropyLossReferenceTests
{
    private const double Tight = 1e-13, Float = 2e-6;

    /// <summary>Every tail of a block of lanes, of 2 blocks, and around the 256 numbers that are added before they go to double.</summary>
    public static TheoryData<int> Lengths =>
        new([.. Enumerable.Range(1, 34), 47, 63, 64, 65, 127, 128, 129, 255, 256, 257, 271, 272, 273, 511, 512, 513, 1000]);

    [Theory, MemberData(nameof(Lengths))]
    public void RowsOfAnyLengthMatchTheReference(int classes) => Check([3, classes], seed: classes);

    [Theory, MemberData(nameof(Lengths))]
    public void ColumnsOfAnyNumberMatchTheReference(int inner) => Check([2, 5, inner], seed: inner);

    [Theory, InlineData(1), InlineData(2), InlineData(15), InlineData(16), InlineData(17), InlineData(300)]
    public void ColumnsOfAnyNumberOfClassesMatchTheReference(int classes) => Check([2, classes, 19], seed: classes);

    [Theory, InlineData(new[] { 7 }), InlineData(new[] { 3, 4, 1 }), InlineData(new[] { 1, 3, 5, 7 }), InlineData(new[] { 2, 3, 1, 4, 3 }),
        InlineData(new[] { 2, 2, 2, 2, 2, 3 })]
    public void AnyRankMatchesTheReference(int[] shape) => Check(shape, seed: 1);

    [Theory, InlineData(new[] { 1, 131072 }, Reduction.Mean), InlineData(new[] { 2, 131072 }, Reduction.Sum),
        InlineData(new[] { 1, 131072, 2 }, Reduction.Mean)]
    public void AVocabularyOfClassesMatchesTheReference(int[] shape, Reduction reduction) =>
        Check(new CrossEntropyLoss { Reduction = reduction }, shape, seed: 3, spread: 5);

    [Fact]
    public void GradientIsTheSlopeOfTheLoss()
    {
        foreach (var shape in new int[][] { [6], [3, 4], [2, 3, 5], [2, 3, 2, 2] })
        foreach (var loss in Options(shape))
        {
            var (logits, targets) = CrossEntropyReference.Draw(5, shape, loss.IgnoreIndex);
            var gradient = Evaluated<double>.Of(loss, logits, shape, targets).Gradient;
            var random = new RandomStream(9);
            for (var i = 0; i < logits.Length; i++)
            {
                const double Step = 1e-5;
                var (here, there) = (logits.ToArray(), logits.ToArray());
                here[i] -= Step;
                there[i] += Step;
                var slope = (Evaluated<double>.Of(loss, there, shape, targets).Value - Evaluated<double>.Of(loss, here, shape, targets).Value) / (2 * Step);
                Assert.True(Math.Abs(slope - gradient[i]) <= 1e-8, $"{loss} on {Shape.Format(shape)}: slope {slope} at {i}, gradient {gradient[i]}");
            }
        }
    }

    private static IEnumerable<CrossEntropyLoss> Options(int[] shape) =>
        from reduction in Reductions.All
        from smoothing in new[] { 0, 0.1, 1 }
        from weight in new[] { null, CrossEntropyReference.Weights(8, shape[shape.Length == 1 ? 0 : 1]) }
        select new CrossEntropyLoss { Reduction = reduction, LabelSmoothing = smoothing, Weight = weight };

    private static void Check(int[] shape, int seed)
    {
        foreach (var loss in Options(shape)) Check(loss, shape, seed, 2);
    }

    private static void Check(CrossEntropyLoss loss, int[] shape, int seed, double spread)
    {
        var (logits, targets) = CrossEntropyReference.Draw(seed, shape, loss.IgnoreIndex, spread);
        var expected = CrossEntropyReference.Of(loss, logits, shape, targets);
        var about = $"{loss} on {Shape.Format(shape)}";
        var wide = Evaluated<double>.Of(loss, logits, shape, targets);
        Near.Equal<double>(expected.Gradient, wide.Gradient, about + " gradient", Tight, Tight);
        Near.Equal<double>(expected.Losses, wide.Losses, about + " losses", Tight, Tight);
        Near.Equal<double>([expected.Value], [wide.Value], about, Tight, Tight);
        var narrow = Evaluated<float>.Of(loss, Array.ConvertAll(logits, static v => (float)v), shape, targets);
        Near.Equal<float>(expected.Gradient, narrow.Gradient, about + " gradient in float", Float, 1e-7);
        Near.Equal<float>(expected.Losses, narrow.Losses, about + " losses in float", Float, 1e-7);
        Near.Equal<double>([expected.Value], [narrow.Value], about + " in float", Float, 1e-7);
    }
}
