using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>Both binary losses, questions 2, 3 and 7: a slow double reference, differences, nothing allocated.</summary>
public sealed class BinaryLossReferenceTests
{
    private static readonly int[][] broadcasts = [[1], [4], [3, 1], [3, 4], [2, 1, 1], [2, 3, 1], [1, 3, 4], [2, 1, 4], [2, 3, 4], []];

    public static TheoryData<int> Lengths => new(Enumerable.Range(0, 71).Concat([255, 256, 257, 1000]));

    [Theory, MemberData(nameof(Lengths))]
    public void AnyLengthMatchesTheReference(int length)
    {
        foreach (var loss in BinaryReference.Losses(BinaryReference.Weights(1, length), BinaryReference.Weights(2, 1))) Check(loss, [length], null);
        foreach (var loss in BinaryReference.Losses(null, null)) Check(loss, [length], [.. Enumerable.Range(0, length).Select(static i => i % 4 * 0.5)]);
    }

    [Fact]
    public void WeightsOfEveryBroadcastShapeMatchTheReference()
    {
        foreach (var weight in broadcasts)
        foreach (var positive in broadcasts)
        foreach (var loss in BinaryReference.Losses(BinaryReference.Weights(3, weight), BinaryReference.Weights(4, positive)))
            Check(loss, [2, 3, 4], [.. Enumerable.Range(0, 24).Select(static i => i % 4 * 0.5)]);
    }

    [Fact]
    public void LongRunsOfOneWeightMatchTheReference()
    {
        foreach (var shape in new int[][] { [3, 1], [37], [3, 37] })
        foreach (var loss in BinaryReference.Losses(BinaryReference.Weights(5, shape), BinaryReference.Weights(6, 3, 1)))
            Check(loss, [3, 37], null);
    }

    [Fact]
    public void GradientsAreTheSlopes()
    {
        foreach (var weight in broadcasts)
        foreach (var loss in BinaryReference.Losses(BinaryReference.Weights(7, weight), BinaryReference.Weights(8, 3, 1)))
        {
            var (inputs, targets) = BinaryReference.Draw(loss, 9, 24);
            var mask = Tensor.Create<double>([.. Enumerable.Range(0, 24).Select(static i => i % 4 * 0.5)], [2, 3, 4]);
            double[] inner = [.. targets.Select(static t => 0.1 + 0.8 * t)]; // away from 0 and 1, where BceLoss would refuse a step
            GradientCheck.Run(10, both => loss.Forward(both[0], both[1], mask),
                [Tensor.Create<double>([.. inputs.Select(x => loss is BceLoss ? 0.2 + 0.6 * x : x)], [2, 3, 4]), Tensor.Create<double>(inner, [2, 3, 4])]);
        }
    }

    [Fact]
    public void HalfIsComputedInFloatAndRoundedOnce()
    {
        foreach (var loss in BinaryReference.Losses(BinaryReference.Weights(11, 7), BinaryReference.Weights(12, 5, 1)))
        {
            var (inputs, targets) = BinaryReference.Draw(loss, 13, 35);
            var (x, y) = (Array.ConvertAll(inputs, static v => (Half)v), Array.ConvertAll(targets, static v => (Half)v));
            var expected = BinaryReference.Of(loss, Array.ConvertAll(x, static v => (double)v), Array.ConvertAll(y, static v => (double)v), [5, 7]);
            var actual = BinaryAnswer<Half>.Of(loss, x, y, [5, 7]);
            if (loss.Reduction != Reduction.None) Assert.Equal(expected.Value, actual.Value, 1e-6 * Math.Abs(expected.Value));
            Rounded(expected.Losses, actual.Losses);
            Rounded(expected.Gradient, actual.Gradient);
            Rounded(expected.TargetGradient, actual.TargetGradient);
        }
    }

    /// <summary>Within half a unit of the last place of Half, and float's own error.</summary>
    private static void Rounded(double[] expected, Half[] actual)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            var nearest = (Half)Math.Abs(expected[i]);
            Assert.Equal(expected[i], (double)actual[i], 0.501 * (double)(Half.BitIncrement(nearest) - nearest) + 2e-6 * Math.Abs(expected[i]) + 1e-7);
        }
    }

    [Fact]
    public void EvaluateAllocatesNothing()
    {
        foreach (var shape in broadcasts)
        foreach (var loss in BinaryReference.Losses(BinaryReference.Weights(14, shape), BinaryReference.Weights(15, shape)))
        {
            Assert.Equal(0, Allocated<float>(loss));
            Assert.Equal(0, Allocated<double>(loss));
        }
    }

    private static long Allocated<T>(DenseLoss loss) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (inputs, targets) = BinaryReference.Draw(loss, 16, 24);
        nint[] lengths = [2, 3, 4];
        var x = new ReadOnlyTensorSpan<T>(Array.ConvertAll(inputs, T.CreateTruncating), lengths);
        var y = new ReadOnlyTensorSpan<T>(Array.ConvertAll(targets, T.CreateTruncating), lengths);
        var gradient = new TensorSpan<T>(new T[24], lengths);
        var targetGradient = new TensorSpan<T>(new T[24], lengths);
        var losses = new TensorSpan<T>(new T[24], lengths);
        var weights = new ReadOnlyTensorSpan<T>([.. Enumerable.Repeat(T.One, 24)], lengths);
        var before = 0L;
        for (var i = 0; i < 3; i++) // the first rounds load the code
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            loss.Evaluate(x, y);
            loss.Evaluate(x, y, gradient);
            loss.Evaluate(x, y, gradient, losses, weights, targetGradient);
        }
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Check(DenseLoss loss, int[] shape, double[]? sampleWeights)
    {
        var (inputs, targets) = BinaryReference.Draw(loss, 17 + shape[^1], Shape.Length(shape));
        var about = $"{loss} on {Shape.Format(shape)}";
        Same(BinaryReference.Of(loss, inputs, targets, shape, sampleWeights), BinaryAnswer<double>.Of(loss, inputs, targets, shape, sampleWeights), about,
            1e-12);
        var (x, y) = (Array.ConvertAll(inputs, static v => (float)v), Array.ConvertAll(targets, static v => (float)v));
        var stored = BinaryReference.Of(loss, Array.ConvertAll(x, static v => (double)v), Array.ConvertAll(y, static v => (double)v), shape, sampleWeights);
        Same(stored, BinaryAnswer<float>.Of(loss, x, y, shape, sampleWeights is null ? null : Array.ConvertAll(sampleWeights, static v => (float)v)),
            about + " in float", 2e-6);
    }

    private static void Same<T>(
        (double Value, double[] Gradient, double[] TargetGradient, double[] Losses) expected,
        BinaryAnswer<T> actual,
        string about,
        double relative)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Near.Equal<double>([expected.Value], [actual.Value], about, relative, relative);
        Near.Equal<T>(expected.Losses, actual.Losses, about + ": losses", relative, relative);
        Near.Equal<T>(expected.Gradient, actual.Gradient, about + ": gradient", relative, relative);
        Near.Equal<T>(expected.TargetGradient, actual.TargetGradient, about + ": gradient of the target", relative, relative);
    }
}
