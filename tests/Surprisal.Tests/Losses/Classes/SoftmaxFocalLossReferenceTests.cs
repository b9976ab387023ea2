namespace Surprisal.Tests.Losses;

/// <summary>Questions 2 and 3: does it match a slow double reference on all lanes and lengths; is the gradient the slope?</summary>
public sealed class SoftmaxFocalLossReferenceTests
{
    public static TheoryData<int> Lengths => new([.. Enumerable.Range(1, 70), 127, 129, 255, 256, 257, 513, 1000]);

    [Theory, MemberData(nameof(Lengths))]
    public void RowsOfAnyLengthMatchTheReference(int classes) => Check([3, classes], seed: classes);

    [Theory, MemberData(nameof(Lengths))]
    public void ColumnsOfAnyNumberMatchTheReference(int inner) => Check([2, 5, inner], seed: inner);

    [Theory, InlineData(new[] { 7 }), InlineData(new[] { 3, 4, 1 }), InlineData(new[] { 1, 3, 5, 7 }), InlineData(new[] { 2, 3, 1, 4, 3 }),
        InlineData(new[] { 2, 17, 19 })]
    public void AnyRankMatchesTheReference(int[] shape) => Check(shape, seed: 1);

    [Theory, InlineData(new[] { 6 }), InlineData(new[] { 3, 4 }), InlineData(new[] { 2, 3, 5 }), InlineData(new[] { 2, 3, 2, 2 })]
    public void GradientIsTheSlopeOfTheLoss(int[] shape)
    {
        foreach (var loss in Options(shape))
        {
            var (logits, targets) = CrossEntropyReference.Draw(5, shape, loss.IgnoreIndex);
            var target = Tensor.Create<long>(targets, shape.Length == 1 ? [] : [shape[0], .. shape[2..]]);
            GradientCheck.Run(7, tensors => loss.Forward(tensors[0], target), [Tensor.Create<double>(logits, shape)]);
        }
    }

    [Fact]
    public void HalfIsComputedInFloatAndRoundedOnce()
    {
        foreach (var shape in new int[][] { [9], [4, 9], [2, 5, 3] })
        foreach (var loss in Options(shape))
        {
            var (drawn, targets) = CrossEntropyReference.Draw(6, shape, loss.IgnoreIndex);
            var logits = Array.ConvertAll(drawn, static v => (Half)v);
            var expected = Reference(loss, Array.ConvertAll(logits, static v => (double)v), shape, targets);
            var actual = Evaluated<Half>.Of(loss, logits, shape, targets);
            Near.Equal<Half>(expected.Losses, actual.Losses, $"{loss}: losses", 5e-4, 1e-7);
            Near.Equal<Half>(expected.Gradient, actual.Gradient, $"{loss}: gradient", 5e-4, 1e-7);
            Near.Equal<double>([expected.Value], [actual.Value], loss.ToString(), 2e-6, 1e-7);
        }
    }

    private static IEnumerable<SoftmaxFocalLoss> Options(int[] shape) =>
        from reduction in Reductions.All
        from gamma in new[] { 0, 0.5, 2, 3.25 }
        from weight in new[] { null, CrossEntropyReference.Weights(8, shape[shape.Length == 1 ? 0 : 1]) }
        select new SoftmaxFocalLoss { Reduction = reduction, Gamma = gamma, Weight = weight };

    private static void Check(int[] shape, int seed)
    {
        foreach (var loss in Options(shape))
        {
            var (logits, targets) = CrossEntropyReference.Draw(seed, shape, loss.IgnoreIndex);
            var expected = Reference(loss, logits, shape, targets);
            var about = $"{loss} on {Shape.Format(shape)}";
            var wide = Evaluated<double>.Of(loss, logits, shape, targets);
            Near.Equal<double>(expected.Losses, wide.Losses, about + " losses", 1e-11, 1e-12); // the reference itself cancels in 1 - p_t
            Near.Equal<double>(expected.Gradient, wide.Gradient, about + " gradient", 1e-11, 1e-12);
            Near.Equal<double>([expected.Value], [wide.Value], about, 1e-11, 1e-12);
            var narrow = Evaluated<float>.Of(loss, Array.ConvertAll(logits, static v => (float)v), shape, targets);
            Near.Equal<float>(expected.Losses, narrow.Losses, about + " losses in float", 3e-6, 1e-7);
            Near.Equal<float>(expected.Gradient, narrow.Gradient, about + " gradient in float", 3e-6, 1e-7);
            Near.Equal<double>([expected.Value], [narrow.Value], about + " in float", 3e-6, 1e-7);
        }
    }

    /// <summary>The derivative of w (1 - p)^g (-ln p) by p, times the softmax's; everything in double, a sample at a time.</summary>
    private static Evaluated<double> Reference(SoftmaxFocalLoss loss, double[] logits, int[] shape, long[] targets)
    {
        var classes = shape[shape.Length == 1 ? 0 : 1];
        var inner = shape.Length < 3 ? 1 : Shape.Length(shape.AsSpan(2));
        var (gradient, losses) = (new double[logits.Length], new double[targets.Length]);
        double Weight(long c) => loss.Weight?[(int)c] ?? 1;
        var divisor = loss.Reduction == Reduction.Mean ? targets.Where(t => t != loss.IgnoreIndex).Sum(Weight) : 1;
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i] == loss.IgnoreIndex) continue;
            var first = i / inner * classes * inner + i % inner;
            double[] row = [.. Enumerable.Range(0, classes).Select(c => logits[first + c * inner])];
            var total = row.Sum(Math.Exp);
            var p = Math.Exp(row[targets[i]]) / total;
            losses[i] = Weight(targets[i]) * Math.Pow(1 - p, loss.Gamma) * -Math.Log(p);
            var slope = classes == 1 ? 0 : Weight(targets[i]) * (loss.Gamma * Math.Pow(1 - p, loss.Gamma - 1) * Math.Log(p) - Math.Pow(1 - p, loss.Gamma) / p);
            for (var c = 0; c < classes; c++)
                gradient[first + c * inner] = slope * p * ((c == targets[i] ? 1 : 0) - Math.Exp(row[c]) / total) / divisor;
        }
        return new(losses.Sum() / divisor, gradient, losses);
    }
}
