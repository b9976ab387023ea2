using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>Functions on spans of 16 bits: the bits of the tape, value and gradient, on every axis; the tape's are compared with double elsewhere.</summary>
public sealed class NarrowSpanFunctionTests
{
    private const int Seed = 31;

    private delegate void OfOne<T>(in ReadOnlyTensorSpan<T> x, in TensorSpan<T> destination);

    private delegate void OfTwo<T>(in ReadOnlyTensorSpan<T> first, in ReadOnlyTensorSpan<T> upstream, in TensorSpan<T> destination);

    [Fact]
    public void Half_has_the_bits_of_the_tape() => Check<Half>();

    [Fact]
    public void BFloat16_has_the_bits_of_the_tape() => Check<BFloat16>();

    private static void Check<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (int[] shape in (int[][])[[1], [17], [3, 5], [2, 130], [130, 3], [2, 3, 4]])
        {
            Function<T>("sigmoid", shape, static x => x.Sigmoid(), SpanFunctions.Sigmoid, SpanFunctions.SigmoidGradient, ofOutput: true);
            Function<T>("logSigmoid", shape, static x => x.LogSigmoid(), SpanFunctions.LogSigmoid, SpanFunctions.LogSigmoidGradient, ofOutput: false);
            Function<T>("softplus", shape, static x => x.Softplus(2, 5),
                static (in x, in to) => SpanFunctions.Softplus(x, to, 2, 5), static (in x, in g, in to) => SpanFunctions.SoftplusGradient(x, g, to, 2, 5),
                ofOutput: false);
            for (var axis = 0; axis < shape.Length; axis++)
            {
                var along = axis;
                Function<T>($"softmax {along}", shape, x => x.Softmax(along),
                    (in x, in to) => SpanFunctions.Softmax(x, along, to), (in y, in g, in to) => SpanFunctions.SoftmaxGradient(y, g, along, to),
                    ofOutput: true);
                Function<T>($"logSoftmax {along}", shape, x => x.LogSoftmax(along),
                    (in x, in to) => SpanFunctions.LogSoftmax(x, along, to), (in y, in g, in to) => SpanFunctions.LogSoftmaxGradient(y, g, along, to),
                    ofOutput: true);
                Function<T>($"softmin {along}", shape, x => x.Softmin(along),
                    (in x, in to) => SpanFunctions.Softmin(x, along, to), (in y, in g, in to) => SpanFunctions.SoftminGradient(y, g, along, to),
                    ofOutput: true);
                LogSumExp<T>(shape, along);
            }
        }
    }

    private static void Function<T>(string name, int[] shape, Func<Tensor<T>, Tensor<T>> onTape, OfOne<T> value, OfTwo<T> gradient, bool ofOutput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = Tensor.Randn<double>(shape, new Seed(Seed)).To<T>().WithGrad(true);
        var g = Tensor.Randn<double>(shape, new Seed(Seed + 1)).To<T>();
        var y = onTape(x);
        y.Backward(g);
        var (values, slopes) = (Tensor.Zeros<T>(shape), Tensor.Zeros<T>(shape));
        value(x.AsReadOnlyTensorSpan(), values.AsTensorSpan());
        Assert.True(y.ToArray().AsSpan().SequenceEqual(values.ToArray()), $"{typeof(T).Name} {name} of [{string.Join(", ", shape)}]");
        gradient((ofOutput ? y : x).AsReadOnlyTensorSpan(), g.AsReadOnlyTensorSpan(), slopes.AsTensorSpan());
        Assert.True(x.Grad!.ToArray().AsSpan().SequenceEqual(slopes.ToArray()), $"gradient of {typeof(T).Name} {name} of [{string.Join(", ", shape)}]");
    }

    private static void LogSumExp<T>(int[] shape, int axis) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = Tensor.Randn<double>(shape, new Seed(Seed)).To<T>().WithGrad(true);
        var y = x.LogSumExp(axis, keepDim: true);
        var g = Tensor.Randn<double>(y.Shape, new Seed(Seed + 1)).To<T>();
        y.Backward(g);
        var (values, slopes) = (Tensor.Zeros<T>(y.Shape), Tensor.Zeros<T>(shape));
        SpanFunctions.LogSumExp(x.AsReadOnlyTensorSpan(), axis, values.AsTensorSpan());
        Assert.Equal(y.ToArray(), values.ToArray());
        SpanFunctions.LogSumExpGradient(x.AsReadOnlyTensorSpan(), y.AsReadOnlyTensorSpan(), g.AsReadOnlyTensorSpan(), axis, slopes.AsTensorSpan());
        Assert.Equal(x.Grad!.ToArray(), slopes.ToArray());
    }
}
