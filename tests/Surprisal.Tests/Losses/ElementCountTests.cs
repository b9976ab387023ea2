using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>Counts that an int does not hold: refused by name before anything is read, or right where the product is 0. No such memory is there.</summary>
public sealed unsafe class ElementCountTests
{
    private const string Most = "at most 2000000000 fit one call: evaluate it in parts, whose losses a LossAccumulator adds up.";
    private const nint Side = 100_000;

    private static readonly nint Large = unchecked((nint)3_000_000_000), Wrapping = unchecked((nint)4_294_967_297); // 1 as an int

    private static readonly (string Message, Action Call)[] refused =
    [
        .. EveryLoss.OfIndices.Select(static loss =>
            Over("logits", "[1000000000, 3]", "3000000000", () => loss.Evaluate(Read<float>(1_000_000_000, 3), Read<long>(1_000_000_000)))),
        .. EveryLoss.OfIndices.Select(static loss =>
            Over("logits", "[2, 3, 100000, 100000]", "60000000000", () => loss.Evaluate(Read<Half>(2, 3, Side, Side), Read<byte>(2, Side, Side)))),
        .. EveryLoss.OfNumbers.Select(static loss =>
            Over("inputs", "[1000000000, 3]", "3000000000", () => loss.Evaluate(Read<float>(1_000_000_000, 3), Read<float>(1_000_000_000, 3)))),
        Over("logits", "[3000000000]", "3000000000", static () => new CrossEntropyLoss().Evaluate(Read<double>(Large), Read<long>(1))),
        Over("logits", "[4294967297, 3]", "12884901891", static () => new CrossEntropyLoss().Evaluate(Read<float>(Wrapping, 3), Read<long>(Wrapping))),
        Over("targets", "[2, 100000, 100000]", "20000000000",
            static () => new CrossEntropyLoss().Evaluate(Read<float>(2, 0, Side, Side), Read<long>(2, Side, Side))),
        Over("logits", "[100000, 100000]", "10000000000", static () => new CrossEntropyLoss().Evaluate(Read<float>(Side, Side), Read<float>(Side, Side))),
        Over("losses", "[100000, 100000]", "10000000000", static () => new CrossEntropyLoss().Evaluate(Read<float>(Side, 0, Side), Read<float>(Side, 0, Side))),
        Over("losses", "[100000, 100000]", "10000000000",
            static () => new MultiLabelSoftMarginLoss().Evaluate(Read<float>(Side, Side, 0), Read<float>(Side, Side, 0))),
        ("logits has shape [1, 130000000, 2], with 130000000 elements along axis 1; at most 125000000 fit where others lie between them: " +
            "move that axis to the end. (Parameter 'logits')",
            static () => new CrossEntropyLoss().Evaluate(Read<float>(1, 130_000_000, 2), Read<long>(1, 2))),
        Over("x", "[100000, 100000]", "10000000000", static () => SpanFunctions.Softmax(Read<float>(Side, Side), 1, Write<float>(Side, Side))),
        Over("x", "[3000000000]", "3000000000", static () => SpanFunctions.LogSoftmax(Read<float>(Large), 0, Write<float>(Large))),
        Over("x", "[4294967297]", "4294967297", static () => SpanFunctions.Softmin(Read<double>(Wrapping), 0, Write<double>(Wrapping))),
        Over("x", "[3, 1000000000]", "3000000000", static () => SpanFunctions.LogSumExp(Read<float>(3, 1_000_000_000), 0, Write<float>(1_000_000_000))),
        Over("destination", "[100000, 100000]", "10000000000", static () => SpanFunctions.LogSumExp(Read<float>(Side, 0, Side), 1, Write<float>(Side, Side))),
        Over("output", "[100000, 100000]", "10000000000",
            static () => SpanFunctions.SoftmaxGradient(Read<float>(Side, Side), Read<float>(Side, Side), 1, Write<float>(Side, Side))),
        Over("output", "[100000, 100000]", "10000000000",
            static () => SpanFunctions.LogSoftmaxGradient(Read<float>(Side, Side), Read<float>(Side, Side), 1, Write<float>(Side, Side))),
        Over("output", "[100000, 100000]", "10000000000",
            static () => SpanFunctions.SoftminGradient(Read<float>(Side, Side), Read<float>(Side, Side), 1, Write<float>(Side, Side))),
        Over("x", "[100000, 100000]", "10000000000",
            static () => SpanFunctions.LogSumExpGradient(Read<float>(Side, Side), Read<float>(Side), Read<float>(Side), 1, Write<float>(Side, Side))),
        Over("x", "[3000000000]", "3000000000", static () => SpanFunctions.Sigmoid(Read<float>(Large), Write<float>(Large))),
        Over("x", "[3000000000]", "3000000000", static () => SpanFunctions.LogSigmoid(Read<float>(Large), Write<float>(Large))),
        Over("x", "[3000000000]", "3000000000", static () => SpanFunctions.Softplus(Read<float>(Large), Write<float>(Large))),
        Over("output", "[3000000000]", "3000000000", static () => SpanFunctions.SigmoidGradient(Read<float>(Large), Read<float>(Large), Write<float>(Large))),
        Over("x", "[3000000000]", "3000000000", static () => SpanFunctions.LogSigmoidGradient(Read<float>(Large), Read<float>(Large), Write<float>(Large))),
        Over("x", "[3000000000]", "3000000000", static () => SpanFunctions.SoftplusGradient(Read<float>(Large), Read<float>(Large), Write<float>(Large))),
        Over("destination", "[2, 3000000000]", "6000000000", static () => SpanFunctions.OneHot(Read<long>(2), Write<float>(2, Large))),
        ("shape [1099511627776, 1099511627776] has a dimension of 1099511627776; a tensor holds at most 2147483591 elements. (Parameter 'shape')",
            static () => ElementWeights.Create([1], new[] { (nint)1 << 40, (nint)1 << 40 })),
        ("shape [65536, 65536] has more than 2147483591 elements, the most that a tensor holds. (Parameter 'shape')",
            static () => ElementWeights.Create([1], [65536, 65536])),
        // The tape
        ("shape [50000, 50000] has more than 2147483591 elements, the most that a tensor holds. (Parameter 'shape')",
            static () => Operands(static (a, b) => a + b)),
        ("shape [50000, 50000] has more than 2147483591 elements, the most that a tensor holds. (Parameter 'shape')",
            static () => Operands(static (a, b) => a.MatMul(b))),
        ("shape [50000, 50000] has more than 2147483591 elements, the most that a tensor holds. (Parameter 'shape')",
            static () => Tensor.Create<float>(Enumerable.Repeat(new float[50_000], 50_000).ToArray())),
        ("values has shape [0, 3000000000]; a tensor holds at most 2147483591 elements. (Parameter 'values')",
            static () => Tensor.Create(Read<float>(0, Large))),
        ("from 0 to 3000000000 by 1 are 3000000000 elements; a tensor holds at most 2147483591. (Parameter 'end')",
            static () => Tensor.Arange<double>(3_000_000_000)),
        ("tensors have more than 2147483591 elements along dimension 0, the most that a tensor holds. (Parameter 'tensors')",
            static () => Tensor.Concatenate<float>([Tensor.Zeros<float>([1_200_000_000, 0]), Tensor.Zeros<float>([1_200_000_000, 0])])),
        ("losses has shape [100000, 100000], which is 10000000000 elements; " + Most + " (Parameter 'losses')",
            static () => new MultiLabelSoftMarginLoss().Forward(Tensor.Zeros<float>([100_000, 100_000, 0]), Tensor.Zeros<float>([100_000, 100_000, 0]))),
    ];

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, refused.Length)];

    [Theory, MemberData(nameof(Rows))]
    public void Refused(int row) => Assert.Equal(refused[row].Message, Assert.ThrowsAny<ArgumentException>(refused[row].Call).Message);

    [Fact]
    public void NoElementsOfAnyShapeAreAnEmptyBatch()
    {
        foreach (nint[] shape in new nint[][] { [0, 3, Side, Side], [2, 3, Side, Side, 0], [0, 3, Large] })
        {
            foreach (var loss in EveryLoss.OfIndices)
            {
                var result = loss.Evaluate(Read<float>(shape), Read<long>([shape[0], .. shape[2..]]));
                Assert.Equal(0, result.Sum);
                Assert.Equal(loss.Reduction == Reduction.Sum ? 0 : double.NaN, result.Value);
            }
            Assert.Equal(0, new CrossEntropyLoss().Evaluate(Read<float>(shape), Read<float>(shape)).Sum);
            Assert.Equal(double.NaN, new SoftMarginLoss().Evaluate(Read<float>(shape), Read<float>(shape)).Value);
            for (var axis = 0; axis < shape.Length; axis++) SpanFunctions.Softmax(Read<float>(shape), axis, Write<float>(shape));
        }
    }

    [Fact]
    public void TheTapeKnowsNoElementsOfAnyShapeToo()
    {
        var images = Tensor.Zeros<float>([0, 3, 100_000, 100_000]);
        Assert.Equal(float.NaN, new CrossEntropyLoss().Forward(images, Tensor.Zeros<long>([0, 100_000, 100_000])).Item());
        Assert.Equal([0, 3, 100_000, 100_000], images.Softmax(1).Shape.ToArray());
        Assert.Equal([0, 100_000, 100_000], images.Sum(1).Shape.ToArray());
        Assert.Equal([3, 100_000, 100_000], images.Shape[1..].ToArray());
    }

    /// <summary>Whoever has more targets than fit a call still gets their divisor.</summary>
    [Fact]
    public void ADivisorIsOfTargetsAlone() => Assert.Equal(70_000, new CrossEntropyLoss().Divisor<byte>(new byte[70_000], 70_000));

    private static (string, Action) Over(string name, string shape, string count, Action call) =>
        ($"{name} has shape {shape}, which is {count} elements; {Most} (Parameter '{name}')", call);

    private static void Operands(Func<Tensor<float>, Tensor<float>, Tensor<float>> f) => f(Tensor.Zeros<float>([50_000, 1]), Tensor.Zeros<float>([1, 50_000]));

    /// <summary>Says to lie in memory of that size; whoever reads it learns that it does not.</summary>
    private static ReadOnlyTensorSpan<T> Read<T>(params nint[] shape) where T : unmanaged => Write<T>(shape);

    private static TensorSpan<T> Write<T>(params nint[] shape) where T : unmanaged
    {
        nint length = shape.Contains(0) ? 0 : 1;
        foreach (var size in shape) length = length == 0 ? 0 : length * size;
        return new((T*)4096, length, shape);
    }
}
