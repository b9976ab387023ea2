using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>Everything that one call of Evaluate of any loss over class indices returns and writes.</summary>
internal sealed record Evaluated<T>(double Value, T[] Gradient, T[] Losses) where T : unmanaged, IFloatingPointIeee754<T>
{
    public static Evaluated<T> Of<TTarget>(ClassIndexLoss loss, T[] logits, ReadOnlySpan<int> shape, TTarget[] targets)
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var lengths = Lengths(shape);
        var samples = Samples(shape);
        var gradient = Enumerable.Repeat(T.CreateTruncating(7), logits.Length).ToArray(); // anything but 0, which is an answer
        var losses = Enumerable.Repeat(T.CreateTruncating(7), targets.Length).ToArray();
        var value = loss.Evaluate(
            new ReadOnlyTensorSpan<T>(logits, lengths),
            new ReadOnlyTensorSpan<TTarget>(targets, samples),
            new TensorSpan<T>(gradient, lengths),
            new TensorSpan<T>(losses, samples));
        return new(value, gradient, losses);
    }

    /// <summary>The gradient written over the logits.</summary>
    public static T[] InPlace<TTarget>(ClassIndexLoss loss, T[] logits, ReadOnlySpan<int> shape, TTarget[] targets)
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var (lengths, memory) = (Lengths(shape), logits.ToArray());
        var samples = Samples(shape);
        loss.Evaluate(new ReadOnlyTensorSpan<T>(memory, lengths), new ReadOnlyTensorSpan<TTarget>(targets, samples), new TensorSpan<T>(memory, lengths));
        return memory;
    }

    /// <summary>The bytes that the third round of every kind of call takes; the first ones load the code.</summary>
    public static long Allocated(ClassIndexLoss loss, T[] inputs, ReadOnlySpan<int> shape, long[] indices)
    {
        var (lengths, samples) = (Lengths(shape), Samples(shape));
        var x = new ReadOnlyTensorSpan<T>(inputs, lengths);
        var targets = new ReadOnlyTensorSpan<long>(indices, samples);
        var gradient = new TensorSpan<T>(new T[inputs.Length], lengths);
        var losses = new TensorSpan<T>(new T[indices.Length], samples);
        var before = 0L;
        for (var i = 0; i < 3; i++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            loss.Evaluate(x, targets);
            loss.Evaluate(x, targets, gradient);
            loss.Evaluate(x, targets, gradient, losses);
        }
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>The message of a refused call, which must have left the gradient and the losses as they were.</summary>
    public static string Message<TError>(ClassIndexLoss loss, int[] shape, long[] targets, int[] samples) where TError : Exception
    {
        var lengths = Lengths(shape);
        var (gradient, losses) = (new T[Shape.Length(shape)], new T[targets.Length]);
        var error = Assert.Throws<TError>(() => loss.Evaluate(
            new ReadOnlyTensorSpan<T>(Enumerable.Repeat(T.One, gradient.Length).ToArray(), lengths), new ReadOnlyTensorSpan<long>(targets, Lengths(samples)),
            new TensorSpan<T>(gradient, lengths), new TensorSpan<T>(losses, Lengths(samples))));
        Assert.All(gradient.Concat(losses), v => Assert.Equal(T.Zero, v));
        return error.Message;
    }

    public static nint[] Lengths(ReadOnlySpan<int> shape) => Array.ConvertAll(shape.ToArray(), static size => (nint)size);

    private static nint[] Samples(ReadOnlySpan<int> shape) => shape.Length == 1 ? [1] : [shape[0], .. Lengths(shape)[2..]];
}
