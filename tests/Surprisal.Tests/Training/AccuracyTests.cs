using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>What is counted of predictions.</summary>
public sealed class AccuracyTests
{
    [Theory]
    [InlineData(-100)]
    [InlineData(1)]
    [InlineData(255)]
    public void CountsWhatANaiveTableCounts(long ignored)
    {
        const int n = 200, classes = 4;
        var logits = Tensor.RandInt<long>(0, 3, [n, classes], new Seed(1)).To<float>(); // whole numbers, so that many are equal
        var targets = Tensor.RandInt<long>(0, classes + 1, [n], new Seed(2)).ToArray().Select(t => t == classes ? ignored : t).ToArray();
        var accuracy = new Accuracy(classes, ignored);
        accuracy.Add(logits[..80], Tensor.Create<long>(targets.AsSpan(..80)));
        accuracy.Add(logits[80..], Tensor.Create<long>(targets.AsSpan(80..)));
        var pairs = Enumerable.Range(0, n).Where(i => targets[i] != ignored)
            .Select(i => (Target: (int)targets[i], Predicted: Array.IndexOf(logits[i].ToArray(), logits[i].ToArray().Max()))).ToList();
        Assert.Equal((pairs.Count, pairs.Count(static pair => pair.Target == pair.Predicted)), ((int)accuracy.Samples, (int)accuracy.Correct));
        Assert.Equal((double)accuracy.Correct / pairs.Count, accuracy.Value);
        for (var t = 0; t < classes; t++)
        {
            Assert.Equal(pairs.Count(pair => pair.Target == t), accuracy.Support(t));
            for (var p = 0; p < classes; p++) Assert.Equal(pairs.Count(pair => pair == (t, p)), accuracy.Count(t, p));
            var right = (double)pairs.Count(pair => pair == (t, t));
            Assert.Equal(right / pairs.Count(pair => pair.Target == t), accuracy.Recall(t));
            Assert.Equal(right / pairs.Count(pair => pair.Predicted == t), accuracy.Precision(t));
        }
    }

    [Fact]
    public void ThereIsNoAccuracyOfNothing()
    {
        var accuracy = new Accuracy(2);
        accuracy.Add(Tensor.Zeros<float>([2, 2]), Tensor.Create<long>([-100, -100]));
        Assert.Equal((0, 0), (accuracy.Samples, accuracy.Correct));
        Assert.True(double.IsNaN(accuracy.Value));
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(-1, 3)]
    [InlineData(-101, 3)]
    [InlineData(-100, 255)]
    public void ATargetThatIsNoClassIsNamedAndNothingIsCounted(long target, long ignored)
    {
        var accuracy = new Accuracy(3, ignored == 3 ? -100 : ignored);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => accuracy.Add(Tensor.Zeros<float>([2, 3]), Tensor.Create<long>([0, target])));
        Assert.Equal($"targets[1] = {target} is out of bounds: there are 3 classes, and {(ignored == 3 ? -100 : ignored)} is ignored. (Parameter 'targets')",
            error.Message);
        Assert.Equal((0, 0L), (accuracy.Samples, accuracy.Count(0, 0)));
    }

    [Fact]
    public void ShapesThatDoNotFitAreRefused()
    {
        AssertRefused("logits have shape [6] and targets [2]", Tensor.Zeros<float>([6]), Tensor.Zeros<long>([2]));
        AssertRefused("logits have shape [2, 4] and targets [2]", Tensor.Zeros<float>([2, 4]), Tensor.Zeros<long>([2]));
        AssertRefused("logits have shape [2, 3] and targets [2, 1]", Tensor.Zeros<float>([2, 3]), Tensor.Zeros<long>([2, 1]));
        AssertRefused("logits have shape [2, 3] and targets [3]", Tensor.Zeros<float>([2, 3]), Tensor.Zeros<long>([3]));

        static void AssertRefused(string message, Tensor<float> logits, Tensor<long> targets) =>
            Assert.Equal($"{message}; [N, 3] and [N] are needed. (Parameter 'logits')",
                Assert.Throws<ArgumentException>(() => new Accuracy(3).Add(logits, targets)).Message);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(-1)]
    public void AClassThatIsNotThereIsRefused(int index)
    {
        var accuracy = new Accuracy(2);
        foreach (var (name, ask) in (ReadOnlySpan<(string, Func<object>)>)
            [
                ("index", () => accuracy.Precision(index)), ("index", () => accuracy.Recall(index)), ("index", () => accuracy.Support(index)),
                ("target", () => accuracy.Count(index, 0)), ("predicted", () => accuracy.Count(0, index)),
            ])
            Assert.Equal($"{name} is {index}; there are 2 classes, 0..1. (Parameter '{name}')", Assert.Throws<ArgumentOutOfRangeException>(ask).Message);
    }

    [Fact]
    public void NoClassesAndNothingToCountAreRefused()
    {
        foreach (var classes in (int[])[0, -1])
            Assert.Equal($"classes is {classes}; predictions need at least 1 class. (Parameter 'classes')",
                Assert.Throws<ArgumentOutOfRangeException>(() => new Accuracy(classes)).Message);
        Assert.Equal("logits", Assert.Throws<ArgumentNullException>(static () => new Accuracy(2).Add(null!, Tensor.Zeros<long>([1]))).ParamName);
        Assert.Equal("targets", Assert.Throws<ArgumentNullException>(static () => new Accuracy(2).Add(Tensor.Zeros<float>([1, 2]), null!)).ParamName);
    }

    [Fact]
    public void ItIsOneLine()
    {
        var accuracy = new Accuracy(2);
        Assert.Equal("accuracy NaN, 0 of 0", accuracy.ToString());
        accuracy.Add(Tensor.Create<float>([[1, 0], [1, 0], [1, 0]]), Tensor.Create<long>([0, 0, 1]));
        Assert.Equal("accuracy 0.667, 2 of 3", accuracy.ToString());
    }
}
