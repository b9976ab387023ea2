namespace Surprisal.Tests.Losses;

/// <summary>Question 6: does it reject, with the whole message, before anything is written?</summary>
public sealed class LinearCrossEntropyLossRejectTests
{
    private static readonly float[] Hidden = [1, 2, 3, 4], Weight = [1, 0, 0, 1, 1, 1];

    private static readonly LinearCrossEntropyLoss Plain = new();

    [Fact]
    public void LengthsThatDoNotFit()
    {
        Assert.Equal("features is 0; a hidden state has at least 1 number. (Parameter 'features')",
            Assert.Throws<ArgumentOutOfRangeException>(static () => Plain.Evaluate<float, int>(Hidden, Weight, [0, 1], 0)).Message.Split('\n')[0]);
        Refused("hidden has 4 elements, which is no whole number of rows of 3 features. (Parameter 'hidden')",
            static () => Plain.Evaluate<float, int>(Hidden, Weight, [0, 1], 3));
        Refused("weight has 5 elements, but it needs 2 features for each class, and at least one class. (Parameter 'weight')",
            static () => Plain.Evaluate<float, int>(Hidden, Weight.AsSpan(0, 5), [0, 1], 2));
        Refused("weight has 0 elements, but it needs 2 features for each class, and at least one class. (Parameter 'weight')",
            static () => Plain.Evaluate<float, int>(Hidden, [], [0, 1], 2));
        Refused("bias has 2 elements, but weight has 3 classes; it needs one for each, or none. (Parameter 'bias')",
            static () => Plain.Evaluate<float, int>(Hidden, Weight, [0, 1], 2, [1, 2]));
        Refused("targets has 3 elements, but the 4 numbers of hidden are 2 rows of 2 features; each row needs one. (Parameter 'targets')",
            static () => Plain.Evaluate<float, int>(Hidden, Weight, [0, 1, 2], 2));
        Refused("targets has 5 elements, but there are 2 rows of 3 classes; class probabilities are as many. Class indices are integers: convert " +
            "them to int or long. (Parameter 'targets')", static () => Plain.Evaluate<float>(Hidden, Weight, new float[5], 2));
        Refused("hiddenGradient has 3 elements, but it needs 4, as hidden says; none leaves it out. (Parameter 'hiddenGradient')",
            static () => Plain.Evaluate<float, int>(Hidden, Weight, [0, 1], 2, hiddenGradient: new float[3]));
        Refused("biasGradient has 2 elements, but it needs 3, as a bias says; none leaves it out. (Parameter 'biasGradient')",
            static () => Plain.Evaluate<float, int>(Hidden, Weight, [0, 1], 2, biasGradient: new float[2]));
        Refused("weight tensor should be defined either for all 3 classes or no classes but got weight tensor of shape: [2] (Parameter 'Weight')",
            static () => (Plain with { Weight = [1, 2] }).Evaluate<float, int>(Hidden, Weight, [0, 1], 2));
    }

    [Fact]
    public void ATargetThatIsNoClassIsNamedAndNothingWritten()
    {
        float[] gradient = [7, 7, 7, 7], losses = [7, 7];
        var error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            Plain.Evaluate<float, int>(Hidden, Weight, [0, 3], 2, hiddenGradient: gradient, losses: losses));
        Assert.Equal("targets[1] = 3 is out of bounds: classes are 0..2 and ignore_index is -100. (Parameter 'targets')", error.Message);
        Assert.All(gradient.Concat(losses), static each => Assert.Equal(7, each));
        error = Assert.Throws<ArgumentOutOfRangeException>(static () => Plain.Forward(
            Tensor.Create<float>(Hidden, [1, 2, 2]), Tensor.Create<float>(Weight, [3, 2]), Tensor.Create<long>([0, -1], [1, 2])));
        Assert.Equal("target[0, 1] = -1 is out of bounds: classes are 0..2 and ignore_index is -100. (Parameter 'target')", error.Message);
    }

    [Fact]
    public void OutputsInTheMemoryOfInputs()
    {
        var (hidden, weight) = (Hidden.ToArray(), Weight.ToArray());
        Refused("hiddenGradient overlaps hidden, which it would overwrite before they are read; give it memory of its own. (Parameter 'hiddenGradient')",
            () => Plain.Evaluate<float, int>(hidden, weight, [0, 1], 2, hiddenGradient: hidden));
        Refused("weightGradient overlaps weight, which it would overwrite before they are read; give it memory of its own. (Parameter 'weightGradient')",
            () => Plain.Evaluate<float, int>(hidden, weight, [0, 1], 2, weightGradient: weight));
        var both = new float[6];
        Refused("hiddenGradient overlaps weightGradient, and each would overwrite the other; give it memory of its own. (Parameter 'hiddenGradient')",
            () => Plain.Evaluate<float, int>(hidden, weight, [0, 1], 2, hiddenGradient: both.AsSpan(0, 4), weightGradient: both));
    }

    [Fact]
    public void ShapesOnTheTape()
    {
        var (hidden, weight) = (Tensor.Create<float>(Hidden, [2, 2]), Tensor.Create<float>(Weight, [3, 2]));
        Refused("hidden has shape [4], but its last dimension must be 2, the features of weight [3, 2]. (Parameter 'hidden')",
            () => Plain.Forward(hidden.View([4]), weight, Tensor.Scalar(1L)));
        Refused("weight has shape [6]; it needs [classes, features], at least one of each. (Parameter 'weight')",
            () => Plain.Forward(hidden, weight.View([6]), Tensor.Create<long>([0, 1])));
        Refused("bias has shape [1]; it needs [3], one for each class of weight. (Parameter 'bias')",
            () => Plain.Forward(hidden, weight, Tensor.Create<long>([0, 1]), Tensor.Zeros<float>([1])));
        Refused("target has shape [2, 1], but hidden of shape [2, 2] needs [2]: a class for each of its rows. (Parameter 'target')",
            () => Plain.Forward(hidden, weight, Tensor.Zeros<long>([2, 1])));
        Refused("target has shape [2, 2], but class probabilities of hidden [2, 2] and weight [3, 2] need [2, 3]; class indices are integers: " +
            "target.To<long>(). (Parameter 'target')", () => Plain.Forward(hidden, weight, Tensor.Zeros<float>([2, 2])));
        Refused("target requires a gradient, which this loss does not compute for probabilities: give it target.Detach(), or use CrossEntropyLoss " +
            "over the logits. (Parameter 'target')", () => Plain.Forward(hidden, weight, Tensor.Zeros<float>([2, 3]).WithGrad(true)));
    }

    [Fact]
    public void ProbabilitiesHaveNoIgnoredClass() =>
        Assert.StartsWith("ignore_index is not supported for floating point target", Assert.Throws<InvalidOperationException>(static () =>
            (Plain with { IgnoreIndex = 1 }).Evaluate<float>(Hidden, Weight, new float[6], 2)).Message, StringComparison.Ordinal);

    [Fact]
    public void OptionsThatMakeNoLoss()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => Plain with { LabelSmoothing = 1.5 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => Plain with { ZLoss = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => Plain with { SoftCap = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => Plain with { Temperature = double.NaN });
        Assert.Equal("MemoryLimit is -1; it is a number of bytes, so it must be 0 or more. (Parameter 'MemoryLimit')",
            Assert.Throws<ArgumentOutOfRangeException>(static () => Plain with { MemoryLimit = -1 }).Message.Split('\n')[0]);
        Assert.Throws<ArgumentOutOfRangeException>(static () => Plain with { Reduction = Reduction.BatchMean });
    }

    private static void Refused(string message, Action call) => Assert.Equal(message, Assert.Throws<ArgumentException>(call).Message);
}
