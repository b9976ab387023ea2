using System.Numerics.Tensors;
using Surprisal.Kernels;

namespace Surprisal.Tests.Losses;

/// <summary>Half and BFloat16 through every loss: what float gives for the stored numbers, rounded once; on spans and on the tape, bit for bit.</summary>
public sealed class NarrowLossTests
{
    public static TheoryData<Type> Losses => SpellingTests.Losses;

    /// <summary>Those with a loss for each element or sample; regions have tests of their own.</summary>
    public static TheoryData<Type> LossesOfSamples =>
        [.. SpellingTests.Losses.Select(static row => (Type)row.Data).Where(static type => !type.IsSubclassOf(typeof(RegionLoss)))];

    [Theory, MemberData(nameof(Losses))]
    public void HalfIsWhatFloatGivesRoundedOnce(Type loss) => Check<Half>(loss);

    [Theory, MemberData(nameof(Losses))]
    public void BFloat16IsWhatFloatGivesRoundedOnce(Type loss) => Check<BFloat16>(loss);

    private static void Check<T>(Type type) where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var shape in new int[][] { [300, 5], [3, 60, 37], [2, 5, 700] })
        {
            var random = new RandomStream(shape.Length);
            var x = Draw<T>(random, shape, type == typeof(BceLoss));
            var loss = (Loss)Activator.CreateInstance(type)!;
            typeof(Loss).GetProperty(nameof(Loss.Reduction))!.SetValue(loss, Reduction.Mean);
            if (loss is ClassIndexLoss indices)
            {
                int[] samples = [shape[0], .. shape[2..]];
                var target = Tensor.Create<long>([.. Enumerable.Range(0, Shape.Length(samples)).Select(i => i % 7 == 3 ? -100L : i * 31L % shape[1])], samples);
                Compare<T>(x, null, input => indices.Forward(input, target), input => indices.Forward(input, target), shape);
                Spans(indices, x, target.ToArray(), shape, samples);
            }
            var t = Draw<T>(random, shape, true);
            if (loss is CrossEntropyLoss probabilities) Compare<T>(x, t, null, null, shape, probabilities.Forward, probabilities.Forward);
            if (loss is DenseLoss dense) Compare<T>(x, t, null, null, shape, dense.Forward, dense.Forward);
        }
    }

    private delegate Tensor<T> Two<T>(Tensor<T> input, Tensor<T> target, Tensor<T>? sampleWeights = null, LossAccumulator? accumulator = null)
        where T : unmanaged, INumber<T>;

    private static void Compare<T>(
        T[] x,
        T[]? t,
        Func<Tensor<T>, Tensor<T>>? narrow,
        Func<Tensor<float>, Tensor<float>>? wide,
        int[] shape,
        Two<T>? narrowOfTwo = null,
        Two<float>? wideOfTwo = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (input, exact) =
            (Tensor.Create<T>(x, shape, requiresGrad: true), Tensor.Create<float>(Array.ConvertAll(x, float.CreateTruncating), shape, requiresGrad: true));
        var (target, exactTarget) = t is null
            ? (null, null)
            : (Tensor.Create<T>(t, shape, requiresGrad: true), Tensor.Create<float>(Array.ConvertAll(t, float.CreateTruncating), shape, requiresGrad: true));
        var (actual, expected) = (narrow?.Invoke(input) ?? narrowOfTwo!(input, target!), wide?.Invoke(exact) ?? wideOfTwo!(exact, exactTarget!));
        actual.Backward();
        expected.Backward();
        Assert.Equal(Array.ConvertAll(exact.Grad!.ToArray(), T.CreateTruncating), input.Grad!.ToArray());
        if (target is not null) Assert.Equal(Array.ConvertAll(exactTarget!.Grad!.ToArray(), T.CreateTruncating), target.Grad!.ToArray());
    }

    private static void Spans<T>(ClassIndexLoss loss, T[] x, long[] targets, int[] shape, int[] samples) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (lengths, counts) = (Evaluated<T>.Lengths(shape), Evaluated<T>.Lengths(samples));
        var (gradient, losses) = (new T[x.Length], new T[targets.Length]);
        var (wideGradient, wideLosses) = (new float[x.Length], new float[targets.Length]);
        var t = new ReadOnlyTensorSpan<long>(targets, counts);
        var actual = loss.Evaluate(new ReadOnlyTensorSpan<T>(x, lengths), t, new TensorSpan<T>(gradient, lengths), new TensorSpan<T>(losses, counts));
        var expected = loss.Evaluate(new ReadOnlyTensorSpan<float>(Array.ConvertAll(x, float.CreateTruncating), lengths), t,
            new TensorSpan<float>(wideGradient, lengths), new TensorSpan<float>(wideLosses, counts));
        Assert.Equal(expected, actual);
        Assert.Equal(Array.ConvertAll(wideGradient, T.CreateTruncating), gradient);
    }

    /// <summary>
    /// Losses that are sums in double: beside ties of the narrow type, each is rounded once on spans and on the tape, whatever the reduction.
    /// </summary>
    [Fact]
    public void ALossBesideATieIsRoundedOnce()
    {
        Assert.Equal((Half)68.6875, Functional.CrossEntropy(Tensor.Create<Half>([(Half)(-32.25), (Half)20.4375, (Half)36.40625]), Tensor.Scalar(0L)).Item());
        Ties<Half>(11);
        Ties<BFloat16>(8);
    }

    /// <summary>Logits [a, b] with b - a beside the middle of two neighbours: the loss is the middle and exp(a - b), far below a float's digits.</summary>
    private static void Ties<T>(int digits) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var found = 0;
        for (var i = 1; i < 128; i++)
        {
            var (low, high) = (T.CreateTruncating(-8), T.CreateTruncating(8 + i * Math.Pow(2, 4 - digits)));
            var gap = double.CreateTruncating(high) - double.CreateTruncating(low);
            var expected = T.CreateTruncating(gap + Math.Exp(-gap));
            if (expected.Equals(T.CreateTruncating((float)(gap + Math.Exp(-gap))))) continue;
            found++;
            foreach (var reduction in Reductions.All)
            {
                T[] x = [low, high, low, high], p = [T.One, T.Zero, T.One, T.Zero];
                var times = reduction == Reduction.Sum ? T.CreateTruncating(2) : T.One;
                foreach (var loss in new Loss[] { new CrossEntropyLoss { Reduction = reduction }, new SoftmaxFocalLoss { Gamma = 0, Reduction = reduction } })
                {
                    var (input, target) = (Tensor.Create<T>(x, [2, 2]), Tensor.Create<long>([0, 0]));
                    Assert.All(((ClassIndexLoss)loss).Forward(input, target).ToArray(), value => Assert.Equal(times * expected, value));
                    Assert.All(Evaluated<T>.Of((ClassIndexLoss)loss, x, [2, 2], new long[2]).Losses, value => Assert.Equal(expected, value));
                    if (loss is not CrossEntropyLoss entropy) continue;
                    Assert.All(entropy.Forward(input, Tensor.Create<T>(p, [2, 2])).ToArray(), value => Assert.Equal(times * expected, value));
                    var losses = new T[2];
                    entropy.Evaluate(new ReadOnlyTensorSpan<T>(x, [2, 2]), new ReadOnlyTensorSpan<T>(p, [2, 2]), losses: new TensorSpan<T>(losses, [2]));
                    Assert.All(losses, value => Assert.Equal(expected, value));
                }
            }
        }
        Assert.True(found > 20, $"only {found} ties");
    }

    /// <summary>The tape's losses are the spans', bit for bit, of every loss and shape, and the mean is the double's, rounded once.</summary>
    [Theory, MemberData(nameof(LossesOfSamples))]
    public void TheTapeGivesTheBitsOfTheSpans(Type type)
    {
        Same<Half>((Loss)Activator.CreateInstance(type)!);
        Same<BFloat16>((Loss)Activator.CreateInstance(type)!);
        Same<float>((Loss)Activator.CreateInstance(type)!);
    }

    private static void Same<T>(Loss loss) where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var reduction in Reductions.All)
        foreach (var shape in new int[][] { [60, 5], [2, 150], [3, 7, 11] })
        {
            typeof(Loss).GetProperty(nameof(Loss.Reduction))!.SetValue(loss, reduction);
            var random = new RandomStream(shape.Length + 5);
            T[] x = Draw<T>(random, shape, loss is BceLoss), t = Draw<T>(random, shape, true);
            var input = Tensor.Create<T>(x, shape, requiresGrad: true);
            if (loss is ClassIndexLoss indices)
            {
                int[] samples = [shape[0], .. shape[2..]];
                long[] classes = [.. Enumerable.Range(0, Shape.Length(samples)).Select(i => i % 7 == 3 ? -100L : i * 31L % shape[1])];
                var spans = Evaluated<T>.Of(indices, x, shape, classes);
                Equal(indices.Forward(input, Tensor.Create<long>(classes, samples)), reduction, spans.Value, spans.Losses);
                if (reduction != Reduction.None) Assert.Equal(spans.Gradient, input.Grad!.ToArray());
            }
            if (loss is not DenseLoss dense) continue;
            var (target, call) = (Tensor.Create<T>(t, shape, requiresGrad: true), DivergenceCall<T>.Of(dense, x, shape, t));
            Equal(dense.Forward(input, target), reduction, call.Result, call.Losses);
            if (reduction == Reduction.None) continue;
            Assert.Equal(call.Gradient, input.Grad!.ToArray());
            Assert.Equal(call.TargetGradient, target.Grad!.ToArray());
        }
    }

    private static void Equal<T>(Tensor<T> output, Reduction reduction, double value, T[] losses) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Assert.Equal(reduction == Reduction.None ? losses : [T.CreateTruncating(value)], output.ToArray());
        if (reduction != Reduction.None) output.Backward();
    }

    private static T[] Draw<T>(RandomStream random, int[] shape, bool isProbability) where T : unmanaged, IFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, Shape.Length(shape)).Select(_ => T.CreateTruncating(isProbability ? random.Uniform() : 2 * random.Normal()))];
}
