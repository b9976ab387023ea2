using FsCheck;
using FsCheck.Fluent;
using Surprisal.Kernels;

namespace Surprisal.Tests.Losses;

/// <summary>Both binary losses, question 4: do they obey their laws, above all that a masked element is none?</summary>
public sealed class BinaryLossLawTests
{
    private const int Count = 43;

    private static IEnumerable<DenseLoss> Losses => BinaryReference.Losses(null, [3]);

    private static void ForAll(Action<DenseLoss, int, float[], float[]> law) => Prop.ForAll<int>(seed =>
    {
        foreach (var loss in Losses)
        {
            var (inputs, targets) = BinaryReference.Draw(loss, seed, Count);
            law(loss, seed, Array.ConvertAll(inputs, static v => (float)v), Array.ConvertAll(targets, static v => (float)v));
        }
    }).QuickCheckThrowOnFailure();

    private static int[] Kept(int seed)
    {
        var random = new RandomStream(seed, 1);
        return [.. Enumerable.Range(0, Count).Where(i => i == 20 || random.Uniform() < 0.6)];
    }

    [Fact]
    public void AMaskedElementIsNoElementWhateverItHolds() => ForAll(static (loss, seed, inputs, targets) =>
    {
        var kept = Kept(seed);
        var (x, y, mask) = Masked(inputs, targets, kept);
        var expected = BinaryAnswer<float>.Of(loss, [.. kept.Select(i => inputs[i])], [.. kept.Select(i => targets[i])], [kept.Length]);
        var actual = BinaryAnswer<float>.Of(loss, x, y, [Count], mask);
        Assert.Equal(expected.Result, actual.Result); // floats of this size add up exactly in double, in whatever order
        Assert.Equal(Scattered(expected.Losses, kept), actual.Losses);
        Assert.Equal(Scattered(expected.Gradient, kept), actual.Gradient);
        Assert.Equal(Scattered(expected.TargetGradient, kept), actual.TargetGradient);
    });

    [Fact]
    public void OnTheTapeTooAlsoUnderAnUpstreamOfNaN() => ForAll(static (loss, seed, inputs, targets) =>
    {
        var kept = Kept(seed);
        var (x, y, mask) = Masked(inputs, targets, kept);
        var (few, all) = (OnTape(loss, [.. kept.Select(i => inputs[i])], [.. kept.Select(i => targets[i])], null, 2), OnTape(loss, x, y, mask, 2));
        Assert.Equal(loss.Reduction == Reduction.None ? Scattered(few.Output, kept) : few.Output, all.Output);
        Assert.Equal(Scattered(few.Gradient, kept), all.Gradient);
        Assert.Equal(Scattered(few.TargetGradient, kept), all.TargetGradient);
        foreach (var upstream in new[] { float.NaN, float.PositiveInfinity })
        {
            var (_, gradient, targetGradient) = OnTape(loss, x, y, mask, upstream);
            foreach (var i in Enumerable.Range(0, Count).Except(kept)) Assert.Equal((0f, 0f), (gradient[i], targetGradient[i]));
            if (float.IsNaN(upstream)) Assert.All(kept, i => Assert.True(float.IsNaN(gradient[i]) && float.IsNaN(targetGradient[i])));
        }
    });

    /// <summary>The same numbers with NaN, infinity and what is no probability at the elements that are not kept, and their mask.</summary>
    private static (float[] X, float[] Y, float[] Mask) Masked(float[] inputs, float[] targets, int[] kept)
    {
        var (x, y, mask) = (inputs.ToArray(), targets.ToArray(), new float[Count]);
        float[] junk = [float.NaN, float.PositiveInfinity, -7, float.NegativeInfinity];
        foreach (var i in Enumerable.Range(0, Count).Except(kept)) (x[i], y[i]) = (junk[i % 4], junk[i % 3]);
        foreach (var i in kept) mask[i] = 1;
        return (x, y, mask);
    }

    private static float[] Scattered(float[] values, int[] kept)
    {
        var all = new float[Count];
        for (var i = 0; i < kept.Length; i++) all[kept[i]] = values[i];
        return all;
    }

    private static (float[] Output, float[] Gradient, float[] TargetGradient) OnTape(DenseLoss loss, float[] x, float[] y, float[]? mask, float upstream)
    {
        var (input, target) = (Tensor.Create<float>(x, [x.Length], requiresGrad: true), Tensor.Create<float>(y, [y.Length], requiresGrad: true));
        var output = loss.Forward(input, target, mask is null ? null : Tensor.Create<float>(mask, [mask.Length]));
        output.Backward(Tensor.Full(output.Shape, upstream));
        return (output.ToArray(), input.Grad!.ToArray(), target.Grad!.ToArray());
    }

    [Fact]
    public void AMaskOfZerosIsAnEmptyMean()
    {
        foreach (var loss in new DenseLoss[] { new BceLoss(), new BceWithLogitsLoss() })
        {
            float[] nothing = [float.NaN, float.NaN];
            var answer = BinaryAnswer<float>.Of(loss, nothing, nothing, [2], new float[2]);
            Assert.Equal(double.NaN, answer.Value);
            Assert.Equal([0, 0], answer.Gradient);
            Assert.Equal(0, BinaryAnswer<float>.Of(loss with { WhenEmpty = EmptyMean.Zero }, nothing, nothing, [2], new float[2]).Value);
        }
    }

    [Fact]
    public void ASampleWeightOfTwoIsTheElementTwice() => ForAll(static (loss, _, inputs, targets) =>
    {
        var once = BinaryAnswer<float>.Of(loss, [.. inputs, .. inputs], [.. targets, .. targets], [2 * Count]);
        var twice = BinaryAnswer<float>.Of(loss, inputs, targets, [Count], [.. Enumerable.Repeat(2f, Count)]);
        Assert.Equal(once.Result, twice.Result);
    });

    [Fact]
    public void SumIsTheSumOfNoneAndMeanIsItOverTheElementsWhateverTheWeights() => ForAll(static (loss, seed, inputs, targets) =>
    {
        var weight = BinaryReference.Weights(seed, Count);
        var weighted = loss is BceWithLogitsLoss logits ? logits with { Weight = weight } : (DenseLoss)(((BceLoss)loss) with { Weight = weight });
        var none = BinaryAnswer<float>.Of(weighted with { Reduction = Reduction.None }, inputs, targets, [Count]);
        var sum = none.Losses.Sum(static l => (double)l);
        Assert.Equal(sum, BinaryAnswer<float>.Of(weighted with { Reduction = Reduction.Sum }, inputs, targets, [Count]).Value, 1e-13 * sum);
        Assert.Equal(sum / Count, BinaryAnswer<float>.Of(weighted with { Reduction = Reduction.Mean }, inputs, targets, [Count]).Value, 1e-13 * sum);
    });

    [Fact]
    public void YesAndNoAreMirrorImages() => Prop.ForAll<int>(static seed =>
    {
        var random = new RandomStream(seed);
        double[] y = [.. Enumerable.Range(0, Count).Select(static i => i % 5 / 4.0)];
        double[] z = [.. Enumerable.Range(0, Count).Select(_ => 20 * random.Normal())];
        double[] x = [.. Enumerable.Range(0, Count).Select(_ => random.Below(65) / 64.0)];
        double[] other = Array.ConvertAll(y, static v => 1 - v);
        var (one, two) = (BinaryAnswer<double>.Of(new BceWithLogitsLoss(), z, y, [Count]),
            BinaryAnswer<double>.Of(new BceWithLogitsLoss(), Array.ConvertAll(z, static v => -v), other, [Count]));
        Assert.Equal(one.Losses, two.Losses);
        Assert.Equal(one.Gradient, two.Gradient.Select(static g => -g));
        (one, two) = (BinaryAnswer<double>.Of(new BceLoss(), x, y, [Count]),
            BinaryAnswer<double>.Of(new BceLoss(), Array.ConvertAll(x, static v => 1 - v), other, [Count]));
        Near.Equal<double>(one.Losses, two.Losses, "mirrored", 1e-15, 1e-15);
        Assert.Equal(one.Gradient, two.Gradient.Select(static g => -g));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void LogitsAreProbabilitiesThroughASigmoid() => Prop.ForAll<int>(static seed =>
    {
        var (z, y) = BinaryReference.Draw(new BceWithLogitsLoss(), seed, Count);
        var (logits, other) = (Tensor.Create<double>(z, [Count], requiresGrad: true), Tensor.Create<double>(z, [Count], requiresGrad: true));
        var target = Tensor.Create<double>(y, [Count]);
        var (one, two) = (Functional.BceWithLogits(logits, target), Functional.Bce(other.Sigmoid(), target));
        one.Backward();
        two.Backward();
        Near.Equal<double>(two.ToArray(), one.ToArray(), "loss", 1e-11, 1e-11);
        Near.Equal<double>(other.Grad!.ToArray(), logits.Grad!.ToArray(), "gradient", 1e-11, 1e-11);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void APosWeightIsAWeightOfThePositives()
    {
        var (z, _) = BinaryReference.Draw(new BceWithLogitsLoss(), 5, Count);
        double[] y = [.. Enumerable.Range(0, Count).Select(static i => i % 2 * 1.0)];
        var weight = ElementWeights.Create([.. y.Select(static t => t == 1 ? 3.0 : 1)]);
        var (one, two) = (BinaryAnswer<double>.Of(new BceWithLogitsLoss { PosWeight = [3] }, z, y, [Count]),
            BinaryAnswer<double>.Of(new BceWithLogitsLoss { Weight = weight }, z, y, [Count]));
        Assert.Equal(two.Result, one.Result);
        Near.Equal<double>(two.Gradient, one.Gradient, "gradient", 1e-15, 1e-15);
    }
}
