using Surprisal.Training;

namespace Surprisal.Tests.Training;

public sealed class DatasetSplitTests
{
    [Theory]
    [InlineData(10, 0.25, 2)]
    [InlineData(100, 0.29, 29)]
    [InlineData(1797, 0.2, 359)]
    [InlineData(10, 0.1 + 0.2, 3)]
    [InlineData(2, 0.5, 1)]
    public void The_test_part_is_the_share_rounded_down(int count, double share, int expected)
    {
        var (train, test) = Numbered(count).Split(share, seed: 3);
        Assert.Equal(expected, test.Count);
        Assert.Equal(count - expected, train.Count);
    }

    [Fact]
    public void Every_sample_is_in_one_part_with_its_own_target()
    {
        var whole = Numbered(200);
        var (train, test) = whole.Split(0.3, seed: 11);
        int[] numbers = [.. Numbers(train), .. Numbers(test)];
        Assert.Equal(Enumerable.Range(0, 200), numbers.Order());
        foreach (var part in new[] { train, test })
        {
            Assert.Equal(whole.ClassNames, part.ClassNames);
            Assert.Equal([1, 1, 1], part.SampleShape.ToArray());
            for (var i = 0; i < part.Count; i++) Assert.Equal(Numbers(part)[i] % 7, part.Target(i));
        }
    }

    [Fact]
    public void The_seed_alone_decides()
    {
        var (first, again, other) = (Numbered(200).Split(0.3, 5), Numbered(200).Split(0.3, 5), Numbered(200).Split(0.3, 6));
        Assert.Equal(Numbers(first.Test), Numbers(again.Test));
        Assert.Equal(Numbers(first.Train), Numbers(again.Train));
        Assert.NotEqual(Numbers(first.Test), Numbers(other.Test));
    }

    [Fact]
    public void Each_sample_lands_in_the_test_part_as_often_as_the_share_says()
    {
        var hits = new int[10];
        for (var seed = 0; seed < 2000; seed++)
            foreach (var number in Numbers(Numbered(10).Split(0.3, seed).Test)) hits[number]++;
        // 600 expected with a deviation of 20.5; five of them either way.
        Assert.All(hits, hit => Assert.InRange(hit, 500, 700));
    }

    [Fact]
    public void A_part_can_be_split_again()
    {
        var (rest, test) = Numbered(100).Split(0.2, 1);
        var (train, validation) = rest.Split(0.25, 2);
        Assert.Equal(Enumerable.Range(0, 100), Numbers(train).Concat(Numbers(validation)).Concat(Numbers(test)).Order());
        Assert.Equal(20, validation.Count);
    }

    [Theory]
    [InlineData(10, 0.0, "testShare is 0; it must be greater than 0 and less than 1. (Parameter 'testShare')")]
    [InlineData(10, 1.0, "testShare is 1; it must be greater than 0 and less than 1. (Parameter 'testShare')")]
    [InlineData(10, double.NaN, "testShare is NaN; it must be greater than 0 and less than 1. (Parameter 'testShare')")]
    [InlineData(10, 0.05, "testShare is 0.05, which puts 0 of 10 samples into the test part; both parts need at least one. (Parameter 'testShare')")]
    [InlineData(1, 0.5, "testShare is 0.5, which puts 0 of 1 samples into the test part; both parts need at least one. (Parameter 'testShare')")]
    public void Refuses_a_share_that_leaves_a_part_empty(int count, double share, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(() => Numbered(count).Split(share, 0)).Message);

    [Fact]
    public void A_part_refuses_an_index_beyond_its_own_samples()
    {
        var (_, test) = Numbered(10).Split(0.2, 1);
        Assert.Equal("index is 2; the dataset has 2 samples, 0..1. (Parameter 'index')", Assert.Throws<ArgumentOutOfRangeException>(() => test.Target(2)).Message);
    }

    /// <summary>Images of one pixel that is the number of the sample; the target is that number modulo 7.</summary>
    private static ImageDataset Numbered(int count) => new(
        Enumerable.Range(0, count).Select(i => (byte)i).ToArray(), [count, 1, 1, 1],
        [.. Enumerable.Range(0, count).Select(i => (long)i % 7)], ["a", "b", "c", "d", "e", "f", "g"]) { Deviation = 1 / 255.0 };

    private static int[] Numbers(Dataset data) => [.. Enumerable.Range(0, data.Count).Select(i => (int)MathF.Round(ImageDatasetTests.Read(data, i)[0]))];
}
