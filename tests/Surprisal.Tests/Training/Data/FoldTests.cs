using Surprisal.Training;

namespace Surprisal.Tests.Training.Data;

/// <summary>Folds partition the samples, class by class, and copies stay together.</summary>
public sealed class FoldTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(7)]
    public void EverySampleIsInOneFoldAndEveryClassEvenly(int count)
    {
        var data = Digits.Load();
        var folds = data.Folds(count, new Seed(4));
        Assert.Equal(count, folds.Count);
        var contents = folds.Select(static fold => Contents(fold.Validation)).ToList();
        Assert.Equal(Contents(data).Order(), contents.SelectMany(static all => all).Order());
        foreach (var (i, (train, validation)) in folds.Index())
        {
            Assert.Equal(data.Count, train.Count + validation.Count);
            Assert.Equal(contents.Where((_, k) => k != i).SelectMany(static all => all).Order(), Contents(train).Order());
        }
        AssertWithinOne(folds.Select(static fold => (long)fold.Validation.Count));
        for (var c = 0; c < 10; c++) AssertWithinOne(folds.Select(fold => fold.Validation.CountTargets()[c]));
    }

    [Fact]
    public void FoldsFollowFromSeedAndContentAlone()
    {
        var data = Digits.Load();
        int[] order = [.. Enumerable.Range(0, data.Count).Reverse()];
        var (folds, reversed, other) = (data.Folds(3, new Seed(1)), data.Subset(order).Folds(3, new Seed(1)), data.Folds(3, new Seed(2)));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(Contents(folds[i].Validation).Order(), Contents(reversed[i].Validation).Order());
            Assert.NotEqual(Contents(folds[i].Validation).Order(), Contents(other[i].Validation).Order());
        }
    }

    /// <summary>Class a has 7 samples of 3 contents, b 2, c 1: six contents for three folds.</summary>
    [Fact]
    public void CopiesStayTogetherAndSmallClassesAreInSomeFolds()
    {
        float[] values = [1, 1, 1, 2, 2, 3, 3, 4, 5, 6];
        var data = new TensorDataset(Tensor.Create<float>(values).Reshape(10, 1), Tensor.Create<long>([0, 0, 0, 0, 0, 0, 0, 1, 1, 2]), ["a", "b", "c"]);
        var folds = data.Folds(3, new Seed(0));
        var contents = folds.Select(static fold => Contents(fold.Validation).Distinct().ToList()).ToList();
        Assert.Equal(6, contents.Sum(static all => all.Count));
        Assert.Equal([2, 2, 2], contents.Select(static all => all.Count));
        Assert.Equal(10, folds.Sum(static fold => fold.Validation.Count));
        Assert.All(folds, static fold => Assert.True(fold.Validation.CountTargets()[0] > 0));
        Assert.Equal(6, data.Folds(6, new Seed(0)).Count);
        foreach (var (count, end) in ((int, string)[])[(1, "."), (0, "."), (11, "."), (7, ", some of them copies.")])
            Assert.StartsWith(
                $"count is {count}; 2 folds or more are needed, each with a sample of its own, but there are 10 samples{end}",
                Assert.Throws<ArgumentOutOfRangeException>(() => data.Folds(count, new Seed(0))).Message, StringComparison.Ordinal);
    }

    private static void AssertWithinOne(IEnumerable<long> counts)
    {
        var all = counts.ToList();
        Assert.InRange(all.Max() - all.Min(), 0, 1);
    }

    private static List<string> Contents(Dataset data)
    {
        var sample = new float[data.SampleShape.ElementCount];
        return [.. Enumerable.Range(0, data.Count).Select(index =>
        {
            data.Read(index, sample);
            return $"{data.Target(index)}: {string.Join(' ', sample)}";
        })];
    }
}
