using System.Numerics.Tensors;
using Surprisal.Kernels;

namespace Surprisal.Tests.Losses;

/// <summary>Half and BFloat16 through every loss: what float gives for the stored numbers, rounded once; on spans and on the tape.</summary>
public sealed class NarrowLossTests
{
    public static TheoryData<Type> Losses => SpellingTests.Losses;

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

    private delegate Tensor<T> Two<T>(Tensor<T> input, Tensor<T> target, Tensor<T>? sampleWeights = null, LossAccumulator? accumulator = null) where T : unmanaged, INumber<T>;

    private static void Compare<T>(T[] x, T[]? t, Func<Tensor<T>, Tensor<T>>? narrow, Func<Tensor<float>, Tensor<float>>? wide, int[] shape, Two<T>? narrowOfTwo = null, Two<float>? wideOfTwo = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (input, exact) = (Tensor.Create<T>(x, shape, requiresGrad: true), Tensor.Create<float>(Array.ConvertAll(x, float.CreateTruncating), shape, requiresGrad: true));
        var (target, exactTarget) = t is null ? (null, null) : (Tensor.Create<T>(t, shape, requiresGrad: true), Tensor.Create<float>(Array.ConvertAll(t, float.CreateTruncating), shape, requiresGrad: true));
        var (actual, expected) = (narrow?.Invoke(input) ?? narrowOfTwo!(input, target!), wide?.Invoke(exact) ?? wideOfTwo!(exact, exactTarget!));
        Assert.Equal(T.CreateTruncating(expected.Item()), actual.Item());
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
        var expected = loss.Evaluate(new ReadOnlyTensorSpan<float>(Array.ConvertAll(x, float.CreateTruncating), lengths), t, new TensorSpan<float>(wideGradient, lengths), new TensorSpan<float>(wideLosses, counts));
        Assert.Equal(expected, actual);
        Assert.Equal(Array.ConvertAll(wideGradient, T.CreateTruncating), gradient);
        Assert.Equal(Array.ConvertAll(wideLosses, T.CreateTruncating), losses);
    }

    private static T[] Draw<T>(RandomStream random, int[] shape, bool isProbability) where T : unmanaged, IFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, Shape.Length(shape)).Select(_ => T.CreateTruncating(isProbability ? random.Uniform() : 2 * random.Normal()))];
}
