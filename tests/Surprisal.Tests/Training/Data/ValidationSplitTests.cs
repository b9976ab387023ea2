using Surprisal.Training;

namespace Surprisal.Tests.Training;

public sealed class ValidationSplitTests
{
    [Theory]
    [InlineData(10, 0.2, 0.2, 2, 2)]
    [InlineData(10, 0.25, 0.15, 3, 2)]
    [InlineData(3, 0.2, 0.2, 1, 1)]
    [InlineData(2, 0.2, 0.2, 1, 0)]
    [InlineData(1, 0.2, 0.2, 0, 0)]
    [InlineData(3, 0.6, 0.39, 2, 0)]
    [InlineData(100, 0.145, 0.29, 15, 29)]
    [InlineData(4, 0.5, 0.49, 2, 1)]
    public void Each_class_has_its_shares(int count, double test, double validation, int tested, int validated)
    {
        var data = Data([.. Enumerable.Repeat(0L, count), .. Enumerable.Repeat(1L, 20)]);
        var (learned, checkedWith, held) = data.Split(test, validation, new Seed(3));
        Assert.Equal((tested, validated), (Count(held), Count(checkedWith!)));
        Assert.Equal(count - tested - validated, Count(learned));
        Assert.Equal(Enumerable.Range(0, count + 20), Numbers(learned).Concat(Numbers(checkedWith!)).Concat(Numbers(held)).Order());

        static int Count(Dataset part) => Enumerable.Range(0, part.Count).Count(i => part.Target(i) == 0);
    }

    [Fact]
    public void The_part_to_test_on_is_the_same_without_one_to_validate_with()
    {
        var data = Data([.. Enumerable.Range(0, 90).Select(static i => i % 3L)]);
        Assert.Equal(Numbers(data.Split(0.2, new Seed(5)).Test), Numbers(data.Split(0.2, 0.3, new Seed(5)).Test));
        Assert.Null(data.Split(0.2, new Seed(5)).Validation);
        // What comes next in the order of the hashes is what a larger part to test on would take too.
        var (_, next, first) = data.Split(0.2, 0.3, new Seed(5));
        Assert.Equal(Numbers(data.Split(0.5, new Seed(5)).Test), Numbers(first).Concat(Numbers(next!)).Order());
    }

    [Fact]
    public void Copies_stay_together_and_classes_that_are_too_small_are_named()
    {
        var inputs = Tensor.Create([.. Enumerable.Range(0, 60).Select(static i => (float)(i / 2))]).Reshape(60, 1);
        var data = new TensorDataset(inputs, Tensor.Create([.. Enumerable.Range(0, 60).Select(static i => i < 56 ? 0L : 1L)]), ["many", "two"]);
        var split = data.Split(0.2, 0.2, new Seed(1));
        int[][] parts = [Numbers(split.Train), Numbers(split.Validation!), Numbers(split.Test)];
        Assert.All(parts, static part => Assert.All(part.CountBy(static number => number), static pair => Assert.Equal(2, pair.Value)));
        Assert.Equal("'two' has too few different samples to leave one to train on beside one to validate with", split.Notes[^1]);
        Assert.Equal($"{split.Train.Count} samples to train on, {split.Validation!.Count} to validate with, {split.Test.Count} to test with", $"{split}");
    }

    [Theory]
    [InlineData(0.5, 0.5, "validationShare is 0.5; it must be at least 0, and with the 0.5 to test on less than 1.")]
    [InlineData(0.5, -0.1, "validationShare is -0.1; it must be at least 0, and with the 0.5 to test on less than 1.")]
    [InlineData(0.5, double.NaN, "validationShare is NaN; it must be at least 0, and with the 0.5 to test on less than 1.")]
    public void Refuses_shares_that_leave_nothing_to_train_on(double test, double validation, string message) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(() => Data([0, 0, 0]).Split(test, validation, new Seed(0))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_part_to_validate_with_is_cut_from_the_one_to_train_on()
    {
        var data = Data([.. Enumerable.Range(0, 90).Select(static i => i % 3L)]);
        var split = data.Split(0.2, new Seed(5));
        var cut = split.WithValidation(0.25, new Seed(6));
        Assert.Equal(Numbers(split.Test), Numbers(cut.Test));
        Assert.Equal(Numbers(split.Train), Numbers(cut.Train).Concat(Numbers(cut.Validation!)).Order());
        Assert.All(Enumerable.Range(0, cut.Validation!.Count).CountBy(cut.Validation.Target), static pair => Assert.Equal(6, pair.Value));
        Assert.Throws<InvalidOperationException>(() => cut.WithValidation(0.1, new Seed(0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => split.WithValidation(0, new Seed(0)));
    }

    [Fact]
    public void Classes_are_counted_and_drawn_alike()
    {
        var data = new TensorDataset(Tensor.Arange<float>(100).Reshape(100, 1),
            Tensor.Create([.. Enumerable.Range(0, 100).Select(static i => i < 90 ? 0L : i < 99 ? 1 : -100)]), ["a", "b"]);
        Assert.Equal([90L, 9], data.CountTargets());
        var drawn = Enumerable.Range(0, 200).SelectMany(WeightedRandomSampler.Balanced(data, new Seed(4)).Order).ToArray();
        Assert.Equal(20_000, drawn.Length);
        // Half of them are of b: within five deviations of a fair coin.
        Assert.InRange(drawn.Count(static sample => sample >= 90), 10_000 - 5 * 71, 10_000 + 5 * 71);
        Assert.DoesNotContain(99, drawn);
        Assert.Equal(99, drawn.Distinct().Count());
    }

    private static TensorDataset Data(long[] targets) =>
        new(Tensor.Arange<float>(targets.Length).Reshape(targets.Length, 1), Tensor.Create(targets), ["a", "b", "c"]);

    private static int[] Numbers(Dataset data) => [.. Enumerable.Range(0, data.Count).Select(i => (int)ImageDatasetTests.Read(data, i)[0])];
}
