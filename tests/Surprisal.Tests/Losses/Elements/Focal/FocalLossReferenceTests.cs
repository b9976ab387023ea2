namespace Surprisal.Tests.Losses;

/// <summary>Questions 2 and 3: does it match a slow double reference on all lanes and lengths; are both gradients the slopes?</summary>
public sealed class FocalLossReferenceTests
{
    private static IEnumerable<FocalLoss> Options =>
        from alpha in new[] { -1, 0, 0.25, 1 }
        from gamma in new[] { 0, 0.5, 1, 2, 2.5, 3, 10 }
        from reduction in Reductions.All
        select new FocalLoss { Alpha = alpha, Gamma = gamma, Reduction = reduction };

    public static TheoryData<int> Lengths => new([.. Enumerable.Range(1, 70), 127, 128, 129, 1000]);

    [Theory, MemberData(nameof(Lengths))]
    public void AnyLengthMatchesTheReference(int length)
    {
        var (inputs, targets) = FocalEvaluated<double>.Draw(length, length);
        foreach (var loss in Options)
        {
            var expected = FocalEvaluated<double>.Reference(loss, inputs, targets);
            Check(expected, FocalEvaluated<double>.Of(loss, inputs, targets), $"{loss} on {length}", 1e-10, 1e-11); // the reference itself cancels in 1 - p_t
            Check(expected, FocalEvaluated<float>.Of(loss, Array.ConvertAll(inputs, static v => (float)v), Array.ConvertAll(targets, static v => (float)v)),
                $"{loss} on {length} floats", 4e-6, 1e-6);
        }
    }

    private static void Check<T>(FocalEvaluated<double> expected, FocalEvaluated<T> actual, string about, double relative, double absolute)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Near.Equal<T>(expected.Losses, actual.Losses, about + ": losses", relative, absolute);
        Near.Equal<T>(expected.Gradient, actual.Gradient, about + ": gradient", relative, absolute);
        Near.Equal<T>(expected.TargetGradient, actual.TargetGradient, about + ": gradient of the targets", relative, absolute);
        Near.Equal<double>([expected.Value], [actual.Value], about, relative, absolute);
    }

    [Theory, InlineData(new int[0]), InlineData(new[] { 3, 2 }), InlineData(new[] { 2, 1, 3, 2 })]
    public void GradientsOfInputsAndTargetsAreTheSlopes(int[] shape)
    {
        var (inputs, targets) = FocalEvaluated<double>.Draw(3, Shape.Length(shape));
        foreach (var loss in Options)
            GradientCheck.Run(5, tensors => loss.Forward(tensors[0], tensors[1]),
                [Tensor.Create<double>(inputs, shape), Tensor.Create<double>([.. targets.Select(static y => 0.02 + 0.96 * y)], shape)]);
    }

    [Fact]
    public void HalfIsComputedInFloatAndRoundedOnce()
    {
        var (drawn, between) = FocalEvaluated<double>.Draw(6, 33);
        var (inputs, targets) = (Array.ConvertAll(drawn, static v => (Half)v), Array.ConvertAll(between, static v => (Half)v));
        foreach (var loss in Options)
        {
            var expected = FocalEvaluated<double>.Reference(loss, Array.ConvertAll(inputs, static v => (double)v),
                Array.ConvertAll(targets, static v => (double)v));
            var actual = FocalEvaluated<Half>.Of(loss, inputs, targets);
            Check(expected with { Value = actual.Value }, actual, loss.ToString(), 5e-4, 1e-6); // half a unit of the last place of Half
            Assert.Equal(expected.Value, actual.Value, 1e-5 * (1 + expected.Value));
        }
    }
}
