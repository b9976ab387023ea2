using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>The span functions give the bits of the tape, on every axis, in place too, and allocate nothing.</summary>
public sealed class SpanFunctionsTests
{
    private static readonly int[][] Shapes = [[1], [7], [300], [3, 5], [2, 40], [18, 2], [2, 3, 4], [2, 5, 17], [2, 2, 3, 2], [2, 0, 3], [0, 3], [3, 0]];

    private delegate void Along<T>(in ReadOnlyTensorSpan<T> x, int axis, in TensorSpan<T> y);
    private delegate void AlongBack<T>(in ReadOnlyTensorSpan<T> y, in ReadOnlyTensorSpan<T> g, int axis, in TensorSpan<T> dx);
    private delegate void Each<T>(in ReadOnlyTensorSpan<T> x, in TensorSpan<T> y);
    private delegate void EachBack<T>(in ReadOnlyTensorSpan<T> xOrY, in ReadOnlyTensorSpan<T> g, in TensorSpan<T> dx);

    [Fact]
    public void Softmax_and_its_relatives_have_the_bits_of_the_tape_on_every_axis_in_float() => CheckAxes<float>();

    [Fact]
    public void Softmax_and_its_relatives_have_the_bits_of_the_tape_on_every_axis_in_double() => CheckAxes<double>();

    [Fact]
    public void Elementwise_functions_have_the_bits_of_the_tape_in_float() => CheckElements<float>();

    [Fact]
    public void Elementwise_functions_have_the_bits_of_the_tape_in_double() => CheckElements<double>();

    [Fact]
    public void One_hot_rows_are_those_of_the_tape_in_any_number()
    {
        byte[] indices = [2, 0, 1, 3, 3, 0];
        var expected = Tensor.Create<byte>(indices, [2, 3]).OneHot(5).ToArray();
        var (floats, longs) = (new float[30], new long[30]);
        Array.Fill(floats, 7);
        SpanFunctions.OneHot(new ReadOnlyTensorSpan<byte>(indices, [2, 3]), new TensorSpan<float>(floats, [2, 3, 5]));
        SpanFunctions.OneHot(new ReadOnlyTensorSpan<byte>(indices, [2, 3]), new TensorSpan<long>(longs, [2, 3, 5]));
        Assert.Equal(expected, longs);
        Assert.Equal(expected.Select(value => (float)value), floats);
        SpanFunctions.OneHot(new ReadOnlyTensorSpan<byte>(Array.Empty<byte>(), [0]), new TensorSpan<float>(Array.Empty<float>(), [0, 5]));
    }

    [Fact]
    public void The_documents_example_runs_in_place()
    {
        float[] memory = [1, 2, 3, 1, 2, 3];
        // snippet: span-functions
        var rows = new TensorSpan<float>(memory, [2, 3]);
        SpanFunctions.Softmax(rows, dim: 1, rows);              // in place: the logits become probabilities
        // end
        for (var i = 0; i < memory.Length; i++) Assert.Equal(new[] { 0.0900, 0.2447, 0.6652 }[i % 3], memory[i], 5e-5);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        foreach (var shape in new[] { new[] { 300 }, [5, 37], [3, 7, 21] })
        {
            var lengths = Lengths(shape);
            var (x, y) = (Tensor.Randn<float>(shape, new Seed(1)).ToArray(), new float[Shape.Length(shape)]);
            var before = 0L;
            for (var i = 0; i < 3; i++) // the first rounds load the code
            {
                before = GC.GetAllocatedBytesForCurrentThread();
                var (from, to) = (new Box<float>(x, lengths), new Box<float>(y, lengths));
                SpanFunctions.Softmax(from.Read, 0, to.Write);
                SpanFunctions.LogSoftmax(from.Read, -1, to.Write);
                SpanFunctions.SoftmaxGradient(from.Read, from.Read, 0, to.Write);
                SpanFunctions.LogSigmoid(from.Read, to.Write);
                SpanFunctions.SoftplusGradient(from.Read, from.Read, to.Write);
            }
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private static void CheckAxes<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var shape in Shapes)
        for (var axis = -shape.Length; axis < shape.Length; axis++)
        {
            CheckAxis<T>(shape, axis, x => x.Softmax(axis), SpanFunctions.Softmax, SpanFunctions.SoftmaxGradient);
            CheckAxis<T>(shape, axis, x => x.LogSoftmax(axis), SpanFunctions.LogSoftmax, SpanFunctions.LogSoftmaxGradient);
            CheckAxis<T>(shape, axis, x => x.Softmin(axis), SpanFunctions.Softmin, SpanFunctions.SoftminGradient);
            CheckLogSumExp<T>(shape, axis, keepDim: true);
            if (shape.Length > 1) CheckLogSumExp<T>(shape, axis, keepDim: false);
        }
    }

    private static void CheckAxis<T>(int[] shape, int axis, Func<Tensor<T>, Tensor<T>> tape, Along<T> forward, AlongBack<T> back)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        CheckOne(shape, tape, usesOutput: true, (in from, in to) => forward(from, axis, to), (in y, in g, in dx) => back(y, g, axis, dx));

    private static void CheckElements<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var shape in Shapes)
        {
            CheckOne<T>(shape, x => x.Sigmoid(), usesOutput: true, SpanFunctions.Sigmoid, SpanFunctions.SigmoidGradient);
            CheckOne<T>(shape, x => x.LogSigmoid(), usesOutput: false, SpanFunctions.LogSigmoid, SpanFunctions.LogSigmoidGradient);
            CheckOne<T>(shape, x => x.Softplus(), usesOutput: false, (in x, in y) => SpanFunctions.Softplus(x, y),
                (in x, in g, in dx) => SpanFunctions.SoftplusGradient(x, g, dx));
            CheckOne<T>(shape, x => x.Softplus(2, 1), usesOutput: false, (in x, in y) => SpanFunctions.Softplus(x, y, 2, 1),
                (in x, in g, in dx) => SpanFunctions.SoftplusGradient(x, g, dx, 2, 1));
        }
    }

    /// <summary>Forward and backward into other memory and in place: over the input, over what the gradient reads, over the upstream.</summary>
    private static void CheckOne<T>(int[] shape, Func<Tensor<T>, Tensor<T>> tape, bool usesOutput, Each<T> forward, EachBack<T> back)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var lengths = Lengths(shape);
        var (x, g) = Draw<T>(shape);
        var output = tape(x);
        output.Backward(g);
        var (expected, gradient) = (output.ToArray(), x.Grad!.ToArray());
        var (other, inPlace) = (Sevens<T>(x.Length), new Box<T>(x.ToArray(), lengths));
        forward(new Box<T>(x.ToArray(), lengths).Read, new Box<T>(other, lengths).Write);
        forward(inPlace.Read, inPlace.Write);
        Assert.Equal(expected, other);
        Assert.Equal(expected, inPlace.Memory);

        var (read, upstream, written) =
            (new Box<T>(usesOutput ? expected.ToArray() : x.ToArray(), lengths), new Box<T>(g.ToArray(), lengths), new Box<T>(Sevens<T>(x.Length), lengths));
        back(read.Read, upstream.Read, written.Write);
        Assert.Equal(gradient, written.Memory);
        back(read.Read, upstream.Read, upstream.Write);
        Assert.Equal(gradient, upstream.Memory);
        back(read.Read, new Box<T>(g.ToArray(), lengths).Read, read.Write);
        Assert.Equal(gradient, read.Memory);
    }

    private static void CheckLogSumExp<T>(int[] shape, int axis, bool keepDim) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (x, _) = Draw<T>(shape);
        var output = x.LogSumExp(axis, keepDim);
        var g = Tensor.Randn<T>(output.Shape, new Seed(9));
        output.Backward(g);
        var (input, y) = (new Box<T>(x.ToArray(), Lengths(shape)), new Box<T>(Sevens<T>(output.Length), Lengths(output.Shape)));
        SpanFunctions.LogSumExp(input.Read, axis, y.Write);
        Assert.Equal(output.ToArray(), y.Memory);
        var dx = new Box<T>(Sevens<T>(x.Length), Lengths(shape));
        SpanFunctions.LogSumExpGradient(input.Read, y.Read, new Box<T>(g.ToArray(), Lengths(g.Shape)).Read, axis, dx.Write);
        Assert.Equal(x.Grad!.ToArray(), dx.Memory);
        SpanFunctions.LogSumExpGradient(input.Read, y.Read, new Box<T>(g.ToArray(), Lengths(g.Shape)).Read, axis, input.Write);
        Assert.Equal(x.Grad!.ToArray(), input.Memory);
    }

    private static (Tensor<T> X, Tensor<T> G) Draw<T>(int[] shape) where T : unmanaged, IFloatingPointIeee754<T> =>
        ((Tensor.Randn<T>(shape, new Seed(3)) * T.CreateChecked(4)).WithGrad(true), Tensor.Randn<T>(shape, new Seed(4)));

    /// <summary>Anything but 0, which is an answer.</summary>
    private static T[] Sevens<T>(int length) where T : INumberBase<T> => [.. Enumerable.Repeat(T.CreateChecked(7), length)];

    private static nint[] Lengths(ReadOnlySpan<int> shape) => Array.ConvertAll(shape.ToArray(), static size => (nint)size);

    /// <summary>An array in a shape, to read or to write.</summary>
    private readonly struct Box<T>(T[] memory, nint[] lengths)
    {
        public T[] Memory => memory;
        public ReadOnlyTensorSpan<T> Read => new(memory, lengths);
        public TensorSpan<T> Write => new(memory, lengths);
    }
}
