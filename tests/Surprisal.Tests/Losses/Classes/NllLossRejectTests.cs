namespace Surprisal.Tests.Losses;

/// <summary>Question 6: does it reject, with the whole message, before anything is written?</summary>
public sealed class NllLossRejectTests
{
    private static readonly NllLoss Plain = new();

    [Theory]
    [InlineData(new[] { 2, 3 }, new[] { 3 },
        "Expected input batch_size (2) to match target batch_size (3): logits have shape [2, 3], targets [3]. (Parameter 'targets')")]
    [InlineData(new[] { 2, 3 }, new[] { 2, 3 },
        "0D or 1D target tensor expected, multi-target not supported: logits of shape [2, 3] need targets [2], not [2, 3]. (Parameter 'targets')")]
    [InlineData(new[] { 2, 3, 4 }, new[] { 2, 5 },
        "Expected target size [2, 4], got [2, 5]: logits have shape [2, 3, 4], with the classes second. (Parameter 'targets')")]
    [InlineData(new[] { 2, 3, 4, 5 }, new[] { 2, 4, 5, 1 },
        "Expected target size [2, 4, 5], got [2, 4, 5, 1]: logits have shape [2, 3, 4, 5], with the classes second. (Parameter 'targets')")]
    [InlineData(new[] { 2, 3, 1, 2, 1 }, new[] { 2, 1, 2 },
        "Expected target size [2, 1, 2, 1], got [2, 1, 2]: logits have shape [2, 3, 1, 2, 1], with the classes second. (Parameter 'targets')")]
    [InlineData(new[] { 3 }, new[] { 2 }, "size mismatch (got input: [3], target: [2]): logits of shape (C) need a single target. (Parameter 'targets')")]
    public void ShapesThatDoNotFit(int[] inputs, int[] targets, string message)
    {
        Assert.Equal(message, Evaluated<float>.Message<ArgumentException>(Plain, inputs, new long[Shape.Length(targets)], targets));
        Assert.Equal(Spoken.OnTape(message),
            Assert.Throws<ArgumentException>(() => Plain.Forward(Tensor.Zeros<float>(inputs), Tensor.Zeros<long>(targets))).Message);
    }

    [Fact]
    public void InputsOfRankZero() => Assert.Equal("Expected 1 or more dimensions (got 0): input needs (C), (N, C) or (N, C, d1 .. dK). (Parameter 'input')",
        Assert.Throws<ArgumentException>(() => Plain.Forward(Tensor.Scalar(1f), Tensor.Scalar(0L))).Message);

    [Theory]
    [InlineData(new[] { 10, 9 }, 7, 12L, "targets[7] = 12 is out of bounds: classes are 0..8 and ignore_index is -100. (Parameter 'targets')")]
    [InlineData(new[] { 10, 9 }, 0, -1L, "targets[0] = -1 is out of bounds: classes are 0..8 and ignore_index is -100. (Parameter 'targets')")]
    [InlineData(new[] { 2, 9, 3, 4 }, 18, 9L, "targets[1, 1, 2] = 9 is out of bounds: classes are 0..8 and ignore_index is -100. (Parameter 'targets')")]
    [InlineData(new[] { 9 }, 0, 9L, "targets[0] = 9 is out of bounds: classes are 0..8 and ignore_index is -100. (Parameter 'targets')")]
    public void ATargetThatIsNoClass(int[] shape, int at, long target, string message)
    {
        int[] samples = shape.Length == 1 ? [1] : [shape[0], .. shape[2..]];
        var targets = new long[Shape.Length(samples)];
        targets[at] = target;
        Assert.Equal(message, Evaluated<float>.Message<ArgumentOutOfRangeException>(Plain, shape, targets, samples));
    }

    [Theory, InlineData(new[] { 2, 3 }, new[] { 2 }), InlineData(new[] { 3 }, new[] { 1 }), InlineData(new[] { 2, 3, 4 }, new[] { 2, 4 })]
    public void NotAsManyWeightsAsClasses(int[] shape, int[] samples) =>
        Assert.Equal("weight tensor should be defined either for all 3 classes or no classes but got weight tensor of shape: [4] (Parameter 'Weight')",
            Evaluated<float>.Message<ArgumentException>(Plain with { Weight = [1, 2, 3, 4] }, shape, new long[Shape.Length(samples)], samples));

    [Fact]
    public void AReductionThatIsNone() =>
        Assert.Equal("BatchMean is not a valid value for reduction; it is None, Mean or Sum. (Parameter 'Reduction')\nActual value was BatchMean.",
            Assert.Throws<ArgumentOutOfRangeException>(static () => new NllLoss { Reduction = Reduction.BatchMean }).Message.ReplaceLineEndings("\n"));

    [Theory, InlineData(new[] { 4 }, "NllLossBackward0"), InlineData(new[] { 2, 4 }, "NllLossBackward0"), InlineData(new[] { 2, 4, 3 }, "NllLoss2DBackward0"),
        InlineData(new[] { 2, 4, 3, 1 }, "NllLoss2DBackward0")]
    public void TheNodeHasPyTorchsName(int[] shape, string name) =>
        Assert.Equal(name,
            Plain.Forward(Tensor.Zeros<float>(shape).WithGrad(true), Tensor.Zeros<long>(shape.Length == 1 ? [] : [shape[0], .. shape[2..]])).GradFn!.Name);
}
