using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>
/// The gradients to targets of inputs up to the largest float: what double gives for the same numbers, rounded; nothing overflows or vanishes on the way that
/// the answer does not.
/// </summary>
public sealed class LargeTargetGradientTests
{
    private static readonly float[] Inputs = [3e38f, -3e38f, float.MaxValue, -float.MaxValue, 1e38f, -2e38f, 3e30f, -7e20f, 1e5f, -30, 2, 0];

    private static readonly float[] Targets = [0, 0.25f, 0.5f, 0.9f, 1];

    [Fact]
    public void OfElements()
    {
        foreach (var gamma in new[] { 0, 0.5, 1, 2, 3.7, 30 })
        foreach (var alpha in new[] { -1, 0.1, 0.25, 1 })
            Same(new FocalLoss { Gamma = gamma, Alpha = alpha, Reduction = Reduction.Mean }, Targets);
        Same(new BceWithLogitsLoss { Weight = [3] }, Targets);
        Same(new BceWithLogitsLoss { Weight = [0.25], PosWeight = [9] }, Targets);
        Same(new SoftMarginLoss(), [-1, 1, 0.5f]);
        Same(new KlDivLoss(), [0.25f, 0.5f, 1, 3e38f, 1e-38f]);
        Same(new KlDivLoss { LogTarget = true }, [-3e38f, -float.MaxValue, -2, 0, 0.5f, 2, -50]);
        Same(new MultiLabelSoftMarginLoss { Weight = [3] }, Targets);
    }

    [Fact]
    public void OfClassProbabilities()
    {
        foreach (var weight in new ClassWeights?[] { null, [3, 0.5, 2] })
        foreach (var smoothing in new[] { 0, 0.1 })
        foreach (var (shape, samples) in new (nint[], nint[])[] { ([4, 3], [4]), ([1, 3, 4], [1, 4]) })
        {
            var loss = new CrossEntropyLoss { Weight = weight, LabelSmoothing = smoothing };
            for (var offset = 0; offset < Inputs.Length; offset++)
            {
                float[] x = [.. Enumerable.Range(0, 12).Select(i => Inputs[(offset + i * 5) % Inputs.Length])], t = [.. x.Select(static (_, i) => i % 4 / 4f)];
                Compare(Of(loss, x, t, shape), Of(loss, Array.ConvertAll(x, static v => (double)v), Array.ConvertAll(t, static v => (double)v), shape),
                    $"{loss}, from {offset}");
            }
        }
    }

    [Fact]
    public void OfLongRows()
    {
        float[] x = [.. Enumerable.Range(0, 2 * 143).Select(static i => Inputs[i * 7 % Inputs.Length])], t = [.. x.Select(static (_, i) => i % 4 / 4f)];
        foreach (var loss in new[] { new CrossEntropyLoss(), new CrossEntropyLoss { Weight = CrossEntropyReference.Weights(3, 143) } })
            Compare(Of(loss, x, t, [2, 143]), Of(loss, Array.ConvertAll(x, static v => (double)v), Array.ConvertAll(t, static v => (double)v), [2, 143]),
                loss.ToString());
    }

    private static T[] Of<T>(CrossEntropyLoss loss, T[] x, T[] t, nint[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var gradient = new T[x.Length];
        loss.Evaluate(new ReadOnlyTensorSpan<T>(x, shape), new ReadOnlyTensorSpan<T>(t, shape), targetGradient: new TensorSpan<T>(gradient, shape));
        return gradient;
    }

    private static void Same(DenseLoss loss, float[] targets)
    {
        float[] x = [.. from a in Inputs from _ in targets select a], y = [.. from _ in Inputs from b in targets select b];
        var wide = DivergenceCall<double>.Of(loss, Array.ConvertAll(x, static v => (double)v), [1, x.Length], Array.ConvertAll(y, static v => (double)v));
        Compare(DivergenceCall<float>.Of(loss, x, [1, x.Length], y).TargetGradient, wide.TargetGradient, loss.ToString(), i => Math.Abs(x[i]) / x.Length);
    }

    private static void Compare(float[] actual, double[] expected, string about, Func<int, double>? size = null)
    {
        for (var i = 0; i < actual.Length; i++)
        {
            var rounded = (float)expected[i];
            // terms of the input's size may cancel
            var near = actual[i].Equals(rounded) || Math.Abs(actual[i] - expected[i]) <= 3e-6 * Math.Abs(expected[i]) + 1e-37 + 2e-7 * (size?.Invoke(i) ?? 0);
            Assert.True(near || (Math.Abs(expected[i]) > 3.4028e38 && float.IsInfinity(actual[i])), $"{about}: [{i}] is {actual[i]:R}, expected {rounded:R}");
        }
    }
}
