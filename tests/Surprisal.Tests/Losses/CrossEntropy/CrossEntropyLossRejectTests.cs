using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>Question 6: does it reject, with the whole message, before anything is written?</summary>
public sealed class CrossEntropyLossRejectTests
{
    private static readonly CrossEntropyLoss Plain = new();

    [Theory]
    [InlineData(new[] { 2, 3 }, new[] { 3 },
        "Expected input batch_size (2) to match target batch_size (3): logits have shape [2, 3], targets [3]. (Parameter 'targets')")]
    [InlineData(new[] { 2, 3 }, new[] { 2, 1 },
        "0D or 1D target tensor expected, multi-target not supported: logits of shape [2, 3] need targets [2], not [2, 1]. (Parameter 'targets')")]
    [InlineData(new[] { 2, 3, 4 }, new[] { 2, 5 },
        "Expected target size [2, 4], got [2, 5]: logits have shape [2, 3, 4], with the classes second. (Parameter 'targets')")]
    [InlineData(new[] { 2, 3, 4, 5 }, new[] { 2, 5, 4 },
        "Expected target size [2, 4, 5], got [2, 5, 4]: logits have shape [2, 3, 4, 5], with the classes second. (Parameter 'targets')")]
    [InlineData(new[] { 2, 3, 4, 5 }, new[] { 2, 4 },
        "Expected target size [2, 4, 5], got [2, 4]: logits have shape [2, 3, 4, 5], with the classes second. (Parameter 'targets')")]
    [InlineData(new[] { 3 }, new[] { 2 }, "size mismatch (got input: [3], target: [2]): logits of shape (C) need a single target. (Parameter 'targets')")]
    [InlineData(new[] { 3 }, new[] { 1, 1 }, "size mismatch (got input: [3], target: [1, 1]): logits of shape (C) need a single target. (Parameter 'targets')")]
    public void ShapesThatDoNotFit(int[] logits, int[] targets, string message)
    {
        Assert.Equal(message, Message<ArgumentException>(Plain, logits, new long[Shape.Length(targets)], targets));
        var error = Assert.Throws<ArgumentException>(() => Plain.Forward(Tensor.Zeros<float>(logits), Tensor.Zeros<long>(targets)));
        Assert.Equal(Spoken.OnTape(message), error.Message);
    }

    [Fact]
    public void LogitsOrTargetsOfRankZero()
    {
        Assert.Equal("Expected 1 or more dimensions (got 0): input needs (C), (N, C) or (N, C, d1 .. dK). (Parameter 'input')",
            Assert.Throws<ArgumentException>(() => Plain.Forward(Tensor.Scalar(1f), Tensor.Scalar(0L))).Message);
        Assert.Equal("Expected input batch_size (2) to match target batch_size (0): input has shape [2, 3], target []. (Parameter 'target')",
            Assert.Throws<ArgumentException>(() => Plain.Forward(Tensor.Zeros<float>([2, 3]), Tensor.Scalar(0L))).Message);
        Assert.Equal("size mismatch (got input: [3], target: [1]): input of shape (C) needs a target of rank 0. (Parameter 'target')",
            Assert.Throws<ArgumentException>(() => Plain.Forward(Tensor.Zeros<float>([3]), Tensor.Zeros<long>([1]))).Message);
    }

    [Theory]
    [InlineData(new[] { 10, 9 }, 7, 12L, "targets[7] = 12 is out of bounds: classes are 0..8 and ignore_index is -100. (Parameter 'targets')")]
    [InlineData(new[] { 10, 9 }, 9, 9L, "targets[9] = 9 is out of bounds: classes are 0..8 and ignore_index is -100. (Parameter 'targets')")]
    [InlineData(new[] { 10, 9 }, 0, -1L, "targets[0] = -1 is out of bounds: classes are 0..8 and ignore_index is -100. (Parameter 'targets')")]
    [InlineData(new[] { 10, 9 }, 2, long.MinValue,
        "targets[2] = -9223372036854775808 is out of bounds: classes are 0..8 and ignore_index is -100. (Parameter 'targets')")]
    [InlineData(new[] { 10, 9 }, 2, 4294967296L, "targets[2] = 4294967296 is out of bounds: classes are 0..8 and ignore_index is -100. (Parameter 'targets')")]
    [InlineData(new[] { 9 }, 0, 9L, "targets[0] = 9 is out of bounds: classes are 0..8 and ignore_index is -100. (Parameter 'targets')")]
    [InlineData(new[] { 2, 9, 3, 4 }, 18, 21L, "targets[1, 1, 2] = 21 is out of bounds: classes are 0..8 and ignore_index is -100. (Parameter 'targets')")]
    [InlineData(new[] { 2, 0 }, 1, 0L, "targets[1] = 0 is out of bounds: there are no classes and ignore_index is -100. (Parameter 'targets')")]
    public void ATargetThatIsNoClass(int[] shape, int at, long target, string message)
    {
        int[] samples = shape.Length == 1 ? [1] : [shape[0], .. shape[2..]];
        var targets = new long[Shape.Length(samples)];
        if (shape.Contains(0)) Array.Fill(targets, -100);
        targets[at] = target;
        Assert.Equal(message, Message<ArgumentOutOfRangeException>(Plain, shape, targets, samples));
    }

    [Fact]
    public void TheUsualIgnoreIndexWhereAnotherOneIsSet() =>
        Assert.Equal("targets[1] = -100 is out of bounds: classes are 0..2 and ignore_index is 1. (Parameter 'targets')",
            Message<ArgumentOutOfRangeException>(Plain with { IgnoreIndex = 1 }, [2, 3], [0, -100], [2]));

    [Theory, InlineData(new[] { 2, 3 }, new[] { 2 }), InlineData(new[] { 3 }, new[] { 1 }), InlineData(new[] { 2, 3, 4 }, new[] { 2, 4 })]
    public void NotAsManyWeightsAsClasses(int[] shape, int[] samples) =>
        Assert.Equal("weight tensor should be defined either for all 3 classes or no classes but got weight tensor of shape: [4] (Parameter 'Weight')",
            Message<ArgumentException>(new() { Weight = [1, 2, 3, 4] }, shape, new long[Shape.Length(samples)], samples));

    [Theory, InlineData(1.0001, "1.0001"), InlineData(-1e-9, "-1E-09"), InlineData(double.NaN, "NaN"), InlineData(double.PositiveInfinity, "Infinity")]
    public void SmoothingOutsideZeroToOne(double smoothing, string text)
    {
        // PyTorch takes a negative number or NaN for 0.
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyLoss { LabelSmoothing = smoothing });
        Assert.Equal($"label_smoothing must be between 0.0 and 1.0. Got: {text} (Parameter 'LabelSmoothing')\nActual value was {text}.",
            error.Message.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void AReductionThatIsNone()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Plain with { Reduction = (Reduction)7 });
        Assert.Equal("7 is not a valid value for reduction; it is None, Mean or Sum. (Parameter 'Reduction')\nActual value was 7.",
            error.Message.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData(new[] { 3, 2 }, new[] { 2 }, "gradient has shape [3, 2], but logits have [2, 3]; they must be the same. (Parameter 'gradient')")]
    [InlineData(new[] { 6 }, new[] { 2 }, "gradient has shape [6], but logits have [2, 3]; they must be the same. (Parameter 'gradient')")]
    [InlineData(new[] { 0, 3 }, new[] { 2 }, "gradient has shape [0, 3], but logits have [2, 3]; they must be the same. (Parameter 'gradient')")]
    [InlineData(new[] { 2, 3 }, new[] { 1, 2 }, "losses has shape [1, 2], but targets have [2]; they must be the same. (Parameter 'losses')")]
    [InlineData(new[] { 2, 3 }, new[] { 3 }, "losses has shape [3], but targets have [2]; they must be the same. (Parameter 'losses')")]
    [InlineData(new[] { 2, 3 }, new[] { 0 }, "losses has shape [0], but targets have [2]; they must be the same. (Parameter 'losses')")]
    public void OutputsOfAnotherShape(int[] gradient, int[] losses, string message)
    {
        var (g, l) = (new float[Shape.Length(gradient)], new float[Shape.Length(losses)]);
        var error = Assert.Throws<ArgumentException>(() => Plain.Evaluate(
            new ReadOnlyTensorSpan<float>(new float[6], [2, 3]), new ReadOnlyTensorSpan<long>(new long[2], [2]),
            new TensorSpan<float>(g, Evaluated<float>.Lengths(gradient)), new TensorSpan<float>(l, Evaluated<float>.Lengths(losses))));
        Assert.Equal(message, error.Message);
        Assert.All(g.Concat(l), v => Assert.Equal(0, v));
    }

    /// <summary>The message of a refused call, which must have left the gradient and the losses as they were.</summary>
    private static string Message<TError>(CrossEntropyLoss loss, int[] shape, long[] targets, int[] samples) where TError : Exception
    {
        var lengths = Evaluated<float>.Lengths(shape);
        var gradient = Enumerable.Repeat(7f, Shape.Length(shape)).ToArray();
        var losses = Enumerable.Repeat(7f, targets.Length).ToArray();
        var error = Assert.Throws<TError>(() => loss.Evaluate(
            new ReadOnlyTensorSpan<float>(new float[gradient.Length], lengths),
            new ReadOnlyTensorSpan<long>(targets, Evaluated<float>.Lengths(samples)),
            new TensorSpan<float>(gradient, lengths),
            new TensorSpan<float>(losses, Evaluated<float>.Lengths(samples))));
        Assert.All(gradient.Concat(losses), v => Assert.Equal(7, v));
        return error.Message;
    }
}
