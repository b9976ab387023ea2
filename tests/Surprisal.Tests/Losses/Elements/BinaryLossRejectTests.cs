namespace Surprisal.Tests.Losses;

/// <summary>Both binary losses, question 6: do they reject, with the whole message, before anything is written?</summary>
public sealed class BinaryLossRejectTests
{
    [Theory]
    [InlineData(new[] { 2, 3 }, 5, 1.5, "inputs[1, 2] = 1.5")]
    [InlineData(new[] { 2, 3 }, 0, -1e-30, "inputs[0, 0] = -1E-30")]
    [InlineData(new[] { 2, 3 }, 3, double.NaN, "inputs[1, 0] = NaN")]
    [InlineData(new[] { 2, 3 }, 1, double.PositiveInfinity, "inputs[0, 1] = Infinity")]
    [InlineData(new[] { 2, 3 }, 2, double.NegativeInfinity, "inputs[0, 2] = -Infinity")]
    [InlineData(new[] { 100 }, 99, 2.0, "inputs[99] = 2")]
    [InlineData(new[] { 2, 3, 4, 5 }, 63, 2.0, "inputs[1, 0, 0, 3] = 2")]
    [InlineData(new int[0], 0, 2.0, "inputs[0] = 2")]
    public void AnInputThatIsNoProbability(int[] shape, int at, double value, string text)
    {
        var inputs = Enumerable.Repeat(0.5, Shape.Length(shape)).ToArray();
        inputs[at] = value;
        var message = $"all elements of input should be between 0 and 1: {text} is no probability; logits go to BceWithLogitsLoss. (Parameter 'inputs')";
        Assert.Equal(shape.Length == 0 ? Spoken.OnTape(message) : message,
            Message<ArgumentOutOfRangeException>(new BceLoss(), inputs, shape, new double[inputs.Length], shape));
    }

    [Theory]
    [InlineData(5, 1.5, "targets[1, 2] = 1.5")]
    [InlineData(1, -1.0, "targets[0, 1] = -1")]
    [InlineData(0, double.NaN, "targets[0, 0] = NaN")]
    public void ATargetThatIsNoProbability(int at, double value, string text)
    {
        var targets = new double[6];
        targets[at] = value;
        Assert.Equal($"all elements of target should be between 0 and 1: {text} is no probability. (Parameter 'targets')",
            Message<ArgumentOutOfRangeException>(new BceLoss(), Enumerable.Repeat(0.5, 6).ToArray(), [2, 3], targets, [2, 3]));
    }

    [Fact]
    public void TheFirstThatCountsIsNamedAndAMaskedOneIsNot()
    {
        float[] inputs = [0.5f, 7, 0.5f, 8, 9];
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => BinaryAnswer<float>.Of(new BceLoss(), inputs, new float[5], [5], [1, 0, 1, 1, 0]));
        Assert.Equal("all elements of input should be between 0 and 1: inputs[3] = 8 is no probability; logits go to BceWithLogitsLoss. (Parameter 'inputs')",
            error.Message);
        Assert.Equal(-Math.Log(0.5), BinaryAnswer<float>.Of(new BceLoss(), inputs, new float[5], [5], [1, 0, 1, 0, 0]).Value, 1e-7);
    }

    [Fact]
    public void NarrowInputsAreCheckedToo()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => BinaryAnswer<Half>.Of(new BceLoss(), [(Half)0.5, (Half)1.5], [(Half)0, (Half)1], [2]));
        Assert.Equal("all elements of input should be between 0 and 1: inputs[1] = 1.5 is no probability; logits go to BceWithLogitsLoss. (Parameter 'inputs')",
            error.Message);
    }

    [Fact]
    public void LogitsTakeAnyTarget()
    {
        Assert.Equal(1.5 * Math.Log(1 + Math.Exp(2)) - 0.5 * Math.Log(1 + Math.Exp(-2)),
            BinaryAnswer<double>.Of(new BceWithLogitsLoss(), [2], [-0.5], [1]).Value, 1e-14);
        Assert.Equal(2 * Math.Log(1 + Math.Exp(-2)) - Math.Log(1 + Math.Exp(2)), BinaryAnswer<double>.Of(new BceWithLogitsLoss(), [2], [2], [1]).Value, 1e-14);
    }

    [Theory]
    [InlineData(new[] { 3 }, "[3]")]
    [InlineData(new[] { 1, 3 }, "[1, 3]")]
    [InlineData(new int[0], "[]")]
    public void TargetsOfAnotherShape(int[] targets, string text)
    {
        var name = targets.Length == 0 ? "target" : "targets"; // only the tape has rank 0
        Assert.Equal($"Using a target size (torch.Size({text})) that is different to the input size (torch.Size([2, 3])) is deprecated. " +
            $"Please ensure they have the same size. (Parameter '{name}')",
            Message<ArgumentException>(new BceLoss(), new double[6], [2, 3], new double[Shape.Length(targets)], targets));
        Assert.Equal($"Target size (torch.Size({text})) must be the same as input size (torch.Size([2, 3])) (Parameter '{name}')",
            Message<ArgumentException>(new BceWithLogitsLoss(), new double[6], [2, 3], new double[Shape.Length(targets)], targets));
    }

    [Theory]
    [InlineData(new[] { 2 },
        "The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1: Weight of shape [2] does not broadcast to [2, 3].",
        "The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 1: PosWeight of shape [2] does not broadcast to [2, 3].")]
    [InlineData(new[] { 4, 5, 3 },
        "The size of tensor a (2) must match the size of tensor b (5) at non-singleton dimension 1: Weight of shape [4, 5, 3] does not broadcast to [2, 3].",
        "The size of tensor a (5) must match the size of tensor b (2) at non-singleton dimension 1: " +
        "PosWeight of shape [4, 5, 3] does not broadcast to [2, 3].")]
    [InlineData(new[] { 1, 2, 3 }, "output with shape [2, 3] doesn't match the broadcast shape [1, 2, 3]: Weight has more dimensions than what it weighs.",
        "output with shape [2, 3] doesn't match the broadcast shape [1, 2, 3]: PosWeight has more dimensions than what it weighs.")]
    [InlineData(new[] { 4, 1, 3 }, "output with shape [2, 3] doesn't match the broadcast shape [4, 2, 3]: Weight has more dimensions than what it weighs.",
        "output with shape [2, 3] doesn't match the broadcast shape [4, 2, 3]: PosWeight has more dimensions than what it weighs.")]
    public void WeightsThatDoNotBroadcast(int[] shape, string weight, string positive)
    {
        var weights = BinaryReference.Weights(1, shape);
        Assert.Equal(weight + " (Parameter 'Weight')",
            Message<ArgumentException>(new BceLoss { Weight = weights }, new double[6], [2, 3], new double[6], [2, 3]));
        Assert.Equal(weight + " (Parameter 'Weight')",
            Message<ArgumentException>(new BceWithLogitsLoss { Weight = weights }, new double[6], [2, 3], new double[6], [2, 3]));
        Assert.Equal(positive + " (Parameter 'PosWeight')",
            Message<ArgumentException>(new BceWithLogitsLoss { PosWeight = weights }, new double[6], [2, 3], new double[6], [2, 3]));
    }

    [Fact]
    public void WeightsThatWouldEnlargeTheInputs() =>
        Assert.Equal(
            "output with shape [2, 1] doesn't match the broadcast shape [2, 3]: PosWeight has a larger dimension than what it weighs. (Parameter 'PosWeight')",
            Message<ArgumentException>(new BceWithLogitsLoss { PosWeight = [1, 2, 3] }, new double[2], [2, 1], new double[2], [2, 1]));

    [Fact]
    public void AReductionThatIsNone() =>
        Assert.Equal("BatchMean is not a valid value for reduction; it is None, Mean or Sum. (Parameter 'Reduction')\nActual value was BatchMean.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new BceLoss { Reduction = Reduction.BatchMean }).Message.ReplaceLineEndings("\n"));

    /// <summary>The message on spans, which must have left everything as it was, and on the tape the same by its names.</summary>
    private static string Message<TError>(DenseLoss loss, double[] inputs, int[] shape, double[] targets, int[] targetShape) where TError : Exception
    {
        var onTape = Assert.Throws<TError>(() =>
            loss.Forward(Tensor.Create<double>(inputs, shape, requiresGrad: true), Tensor.Create<double>(targets, targetShape))).Message;
        if (shape.Length == 0 || targetShape.Length == 0) return onTape;
        var (x, y, g, t, l) = (inputs.ToArray(), targets, Sevens(inputs.Length), Sevens(inputs.Length), Sevens(inputs.Length));
        var (lengths, targetLengths) = (Evaluated<double>.Lengths(shape), Evaluated<double>.Lengths(targetShape));
        var error = Assert.Throws<TError>(() => loss.Evaluate<double>(
            new(x, lengths), new(y, targetLengths), new(g, lengths), new(t, lengths), new(l, lengths)));
        Assert.Equal(onTape, Spoken.OnTape(error.Message));
        Assert.All(g.Concat(t).Concat(l), static v => Assert.Equal(7, v));
        return error.Message;
    }

    private static double[] Sevens(int count) => [.. Enumerable.Repeat(7.0, count)];
}
