using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Surprisal.Tests.Losses;

/// <summary>What the span functions refuse, in whole messages, before anything is written.</summary>
public sealed class SpanFunctionsErrorTests
{
    private static readonly float[] Written = new float[12];

    private static readonly (string Message, Action Call)[] Table =
    [
        ("Dimension out of range (expected to be in range of [-2, 1], but got 2) (Parameter 'dim')", () => SpanFunctions.Softmax(Read(2, 3), 2, Write(2, 3))),
        ("Dimension out of range (expected to be in range of [-2, 1], but got -3) (Parameter 'dim')",
            () => SpanFunctions.LogSoftmax(Read(2, 3), -3, Write(2, 3))),
        ("Dimension out of range (expected to be in range of [-1, 0], but got 1) (Parameter 'dim')", () => SpanFunctions.Softmin(Read(3), 1, Write(3))),
        ("Dimension out of range (expected to be in range of [-2, 1], but got 2) (Parameter 'dim')", () => SpanFunctions.LogSumExp(Read(2, 3), 2, Write(2))),
        ("Dimension out of range (expected to be in range of [-2, 1], but got 2) (Parameter 'dim')",
            () => SpanFunctions.SoftmaxGradient(Read(2, 3), Read(2, 3), 2, Write(2, 3))),
        ("destination has shape [3, 2], but x has [2, 3]; they must be the same. (Parameter 'destination')",
            () => SpanFunctions.Softmax(Read(2, 3), 1, Write(3, 2))),
        ("destination has shape [6], but x has [2, 3]; they must be the same. (Parameter 'destination')", () => SpanFunctions.Softmin(Read(2, 3), 1, Write(6))),
        ("destination has shape [6], but x has [2, 3]; they must be the same. (Parameter 'destination')", () => SpanFunctions.Sigmoid(Read(2, 3), Write(6))),
        ("destination has shape [3], but x has [2, 3]; it needs that shape without dim 1, or with that dim at size 1. (Parameter 'destination')",
            () => SpanFunctions.LogSumExp(Read(2, 3), -1, Write(3))),
        ("destination has shape [1, 3], but x has [2, 3]; it needs that shape without dim 1, or with that dim at size 1. (Parameter 'destination')",
            () => SpanFunctions.LogSumExp(Read(2, 3), 1, Write(1, 3))),
        ("destination has shape [3, 1], but x has [2, 3]; it needs that shape without dim 1, or with that dim at size 1. (Parameter 'destination')",
            () => SpanFunctions.LogSumExp(Read(2, 3), 1, Write(3, 1))),
        ("output has shape [3], but x has [2, 3]; it needs that shape without dim 1, or with that dim at size 1. (Parameter 'output')",
            () => SpanFunctions.LogSumExpGradient(Read(2, 3), Read(3), Read(3), 1, Write(2, 3))),
        ("upstream has shape [2, 1], but output has [2]; they must be the same. (Parameter 'upstream')",
            () => SpanFunctions.LogSumExpGradient(Read(2, 3), Read(2), Read(2, 1), 1, Write(2, 3))),
        ("destination has shape [2], but x has [2, 3]; they must be the same. (Parameter 'destination')",
            () => SpanFunctions.LogSumExpGradient(Read(2, 3), Read(2), Read(2), 1, Write(2))),
        ("upstream has shape [3, 2], but output has [2, 3]; they must be the same. (Parameter 'upstream')",
            () => SpanFunctions.LogSoftmaxGradient(Read(2, 3), Read(3, 2), 1, Write(2, 3))),
        ("destination has shape [6], but output has [2, 3]; they must be the same. (Parameter 'destination')",
            () => SpanFunctions.SoftminGradient(Read(2, 3), Read(2, 3), 1, Write(6))),
        ("upstream has shape [6], but output has [2, 3]; they must be the same. (Parameter 'upstream')",
            () => SpanFunctions.SigmoidGradient(Read(2, 3), Read(6), Write(2, 3))),
        ("upstream has shape [6], but x has [2, 3]; they must be the same. (Parameter 'upstream')",
            () => SpanFunctions.LogSigmoidGradient(Read(2, 3), Read(6), Write(2, 3))),
        ("destination has shape [6], but x has [2, 3]; they must be the same. (Parameter 'destination')",
            () => SpanFunctions.SoftplusGradient(Read(2, 3), Read(2, 3), Write(6))),
        (Partly("x"), () => SpanFunctions.Softmax(Shared(0, 6), 0, SharedWrite(1, 6))),
        (Partly("x"), () => SpanFunctions.Softmin(Shared(1, 6), 0, SharedWrite(0, 6))),
        (Partly("x"), () => SpanFunctions.LogSumExp(Shared(0, 6), 0, SharedWrite(5, 1))),
        (Partly("x"), () => SpanFunctions.LogSumExp(Shared(0, 6), 0, SharedWrite(0, 1))),
        (Partly("x"), () => SpanFunctions.LogSigmoid(Shared(0, 6), SharedWrite(1, 6))),
        (Partly("output"), () => SpanFunctions.SoftmaxGradient(Shared(2, 6), Read(6), 0, SharedWrite(1, 6))),
        (Partly("upstream"), () => SpanFunctions.LogSoftmaxGradient(Read(6), Shared(2, 6), 0, SharedWrite(1, 6))),
        (Partly("upstream"), () => SpanFunctions.LogSumExpGradient(Read(6), Read(1), Shared(3, 1), 0, SharedWrite(1, 6))),
        (Partly("output"), () => SpanFunctions.SigmoidGradient(Shared(2, 6), Read(6), SharedWrite(1, 6))),
        (Partly("upstream"), () => SpanFunctions.SoftplusGradient(Read(6), Shared(2, 6), SharedWrite(1, 6))),
        ("destination has several elements in one place (strides [0, 1] for shape [2, 3]), and only one could be kept; give it memory of its own. " +
            "(Parameter 'destination')", () => SpanFunctions.Sigmoid(Read(2, 3), new TensorSpan<float>(Written.AsSpan()[..8], [2, 3], [0, 1]))),
        ("the spans hold NFloat; functions compute with float, double, Half and BFloat16.",
            () => SpanFunctions.Sigmoid(new ReadOnlyTensorSpan<NFloat>(new NFloat[2]), new TensorSpan<NFloat>(new NFloat[2]))),
        ("the spans hold NFloat; functions compute with float, double, Half and BFloat16.",
            () => SpanFunctions.Softmax(new ReadOnlyTensorSpan<NFloat>(new NFloat[2]), 0, new TensorSpan<NFloat>(new NFloat[2]))),
        ("destination has shape [2], but indices have [2]; it needs those and one more, the number of classes. (Parameter 'destination')",
            () => SpanFunctions.OneHot(Indices(0, 1), Write(2))),
        ("destination has shape [3, 2], but indices have [2]; it needs those and one more, the number of classes. (Parameter 'destination')",
            () => SpanFunctions.OneHot(Indices(0, 1), Write(3, 2))),
        ("Class values must be non-negative: the index at flat position 1 is -1; classes are 0..2. (Parameter 'indices')",
            () => SpanFunctions.OneHot(Indices(0, -1), Write(2, 3))),
        ("Class values must be smaller than num_classes: the index at flat position 1 is 3; classes are 0..2. (Parameter 'indices')",
            () => SpanFunctions.OneHot(Indices(0, 3), Write(2, 3))),
        ("Class values must be smaller than num_classes: the index at flat position 0 is 0; there are no classes. (Parameter 'indices')",
            () => SpanFunctions.OneHot(Indices(0), new TensorSpan<float>(Array.Empty<float>(), [1, 0]))),
        ("destination overlaps indices, which it would overwrite before they are read; give it memory of its own. (Parameter 'destination')", OverItsIndices),
    ];

    public static TheoryData<int> Rows() => [.. Enumerable.Range(0, Table.Length)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Says_what_is_wrong_and_writes_nothing(int row)
    {
        Array.Fill(Written, 7);
        var failure = Assert.ThrowsAny<Exception>(Table[row].Call);
        Assert.Equal(Table[row].Message, failure.Message);
        Assert.True(failure is ArgumentException or NotSupportedException);
        Assert.All(Written, value => Assert.Equal(7, value));
    }

    private static string Partly(string name) => $"destination overlaps a part of {name}, which it would overwrite before it is read; " +
        $"give it exactly the memory of {name}, or other memory. (Parameter 'destination')";

    private static void OverItsIndices()
    {
        var memory = new long[8];
        SpanFunctions.OneHot(new ReadOnlyTensorSpan<long>(memory.AsSpan()[..2], [2]), new TensorSpan<long>(memory.AsSpan()[1..7], [2, 3]));
    }

    private static ReadOnlyTensorSpan<float> Read(params nint[] shape) => new(new float[shape.Aggregate((nint)1, (a, b) => a * b)], shape);

    private static TensorSpan<float> Write(params nint[] shape) => new(Written.AsSpan()[..(int)shape.Aggregate((nint)1, (a, b) => a * b)], shape);

    private static ReadOnlyTensorSpan<float> Shared(int start, int length) => new(Written.AsSpan().Slice(start, length), [length]);

    private static TensorSpan<float> SharedWrite(int start, int length) => new(Written.AsSpan().Slice(start, length), [length]);

    private static ReadOnlyTensorSpan<long> Indices(params long[] indices) => new(indices, [indices.Length]);
}
