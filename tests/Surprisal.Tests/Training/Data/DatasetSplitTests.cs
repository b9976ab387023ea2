using Surprisal.Training;

namespace Surprisal.Tests.Training;

public sealed class DatasetSplitTests
{
    /// <summary>Half up in decimal, at least one and at most all but one of a class.</summary>
    [Theory]
    [InlineData(10, 0.25, 3)]
    [InlineData(10, 0.2, 2)]
    [InlineData(100, 0.145, 15)]
    [InlineData(100, 0.29, 29)]
    [InlineData(10, 0.1 + 0.2, 3)]
    [InlineData(3, 0.01, 1)]
    [InlineData(3, 0.99, 2)]
    [InlineData(2, 0.5, 1)]
    [InlineData(1, 0.5, 0)]
    public void Each_class_has_its_share_in_the_test_part(int count, double share, int expected)
    {
        // Beside a class of 8, so that even a class of one leaves a test part.
        var (train, test) = Labelled([.. Enumerable.Repeat(0, count), .. Enumerable.Repeat(1, 8)]).Split(share, new Seed(3));
        Assert.Equal(expected, Targets(test).Count(static target => target == 0));
        Assert.Equal(count - expected, Targets(train).Count(static target => target == 0));
    }

    [Fact]
    public void The_digits_are_split_class_by_class()
    {
        var (train, test) = Digits.Load().Split(0.2, new Seed(0));
        // A fifth of 178, 182, 177, 183, 181, 182, 181, 179, 174, 180, rounded.
        Assert.Equal([36, 36, 35, 37, 36, 36, 36, 36, 35, 36], Enumerable.Range(0, 10).Select(c => Targets(test).Count(target => target == c)));
        Assert.Equal(1797, train.Count + test.Count);
    }

    [Fact]
    public void Every_sample_is_in_one_part_with_its_own_target()
    {
        var whole = Numbered(200);
        var split = whole.Split(0.3, new Seed(11));
        Assert.Equal(Enumerable.Range(0, 200), Numbers(split.Train).Concat(Numbers(split.Test)).Order());
        Assert.Empty(split.Notes);
        foreach (var part in new[] { split.Train, split.Test })
        {
            Assert.Equal(whole.ClassNames, part.ClassNames);
            Assert.Equal([1, 1, 1], part.SampleShape.ToArray());
            for (var i = 0; i < part.Count; i++) Assert.Equal(Numbers(part)[i] % 7, part.Target(i));
        }
    }

    [Fact]
    public void The_seed_alone_decides()
    {
        var (first, again, other) = (Numbered(200).Split(0.3, new Seed(5)), Numbered(200).Split(0.3, new Seed(5)), Numbered(200).Split(0.3, new Seed(6)));
        Assert.Equal(Numbers(first.Test), Numbers(again.Test));
        Assert.Equal(Numbers(first.Train), Numbers(again.Train));
        Assert.NotEqual(Numbers(first.Test), Numbers(other.Test));
    }

    [Fact]
    public void The_order_of_the_samples_does_not_matter_and_a_new_one_moves_at_most_one()
    {
        int[] numbers = [.. Enumerable.Range(0, 100)];
        var before = Test(numbers);
        Assert.Equal(before, Test([.. numbers.Reverse()]));
        var after = Test([.. numbers, 100]);
        Assert.InRange(before.Except(after).Count(), 0, 1);

        static int[] Test(int[] numbers) => [.. Numbers(Of(numbers, [.. numbers.Select(static _ => 0L)]).Split(0.2, new Seed(4)).Test).Order()];
    }

    [Fact]
    public void Mean_and_deviation_do_not_matter()
    {
        var plain = Labelled(new int[50]).Split(0.2, new Seed(1));
        var images = new ImageDataset(Enumerable.Range(0, 50).Select(i => (byte)i).ToArray(), [50, 1, 1, 1], new long[50], ["a"])
        {
            Mean = 0.3, Deviation = 0.7
        };
        Assert.Equal(Numbers(plain.Test).Length, images.Split(0.2, new Seed(1)).Test.Count);
        Assert.Equal(Numbers(plain.Test), Numbers(new Recentred(images.Split(0.2, new Seed(1)).Test)));
    }

    [Fact]
    public void Copies_stay_together_and_contradictions_are_listed()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            // Each number twice, 3 and 4 under two labels.
            int[] numbers = [.. Enumerable.Range(0, 20), .. Enumerable.Range(0, 20)];
            long[] targets = [.. numbers.Select(static (number, i) => number is 3 or 4 && i >= 20 ? 1L : number % 2)];
            var split = Of(numbers, targets).Split(0.3, new Seed(seed));
            Assert.Empty(Numbers(split.Train).Intersect(Numbers(split.Test)));
            Assert.Equal(["the same content has several labels: sample 4 is 'a', sample 24 is 'b'",
                "20 of 40 samples are copies of others, which stay together: sample 20 of sample 0, ..."], split.Notes);
        }
    }

    [Fact]
    public void Each_sample_lands_in_the_test_part_as_often_as_the_share_says()
    {
        var hits = new int[10];
        for (var seed = 0; seed < 2000; seed++)
            foreach (var number in Numbers(Labelled(new int[10]).Split(0.3, new Seed(seed)).Test)) hits[number]++;
        // 600 expected with a deviation of 20.5; five of them either way.
        Assert.All(hits, hit => Assert.InRange(hit, 500, 700));
    }

    [Fact]
    public void A_part_can_be_split_again()
    {
        var (rest, test) = Labelled(new int[100]).Split(0.2, new Seed(1));
        var (train, validation) = rest.Split(0.25, new Seed(2));
        Assert.Equal(Enumerable.Range(0, 100), Numbers(train).Concat(Numbers(validation)).Concat(Numbers(test)).Order());
        Assert.Equal(20, validation.Count);
    }

    [Fact]
    public void Tensors_are_split_by_their_numbers()
    {
        var inputs = Tensor.Arange<float>(40).Reshape(40, 1);
        var (train, test) = new TensorDataset(inputs, Tensor.Zeros<long>([40]), ["only"]).Split(0.2, new Seed(9));
        Assert.Equal((32, 8), (train.Count, test.Count));
        Assert.Equal(Enumerable.Range(0, 40).Select(static i => (float)i), Enumerable.Range(0, 32)
            .Select(i => ImageDatasetTests.Read(train, i)[0])
            .Concat(Enumerable.Range(0, 8).Select(i => ImageDatasetTests.Read(test, i)[0])).Order());
    }

    [Theory]
    [InlineData(10, 0.0, "testShare is 0; it must be greater than 0 and less than 1. (Parameter 'testShare')")]
    [InlineData(10, 1.0, "testShare is 1; it must be greater than 0 and less than 1. (Parameter 'testShare')")]
    [InlineData(10, double.NaN, "testShare is NaN; it must be greater than 0 and less than 1. (Parameter 'testShare')")]
    [InlineData(7, 0.5, "testShare is 0.5, but none of the classes of the 7 samples has two different ones; " +
        "a class needs one to train on and one to test on. (Parameter 'testShare')")]
    public void Refuses_a_share_that_leaves_no_test_part(int count, double share, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(() => Numbered(count).Split(share, new Seed(0))).Message);

    [Fact]
    public void A_part_refuses_an_index_beyond_its_own_samples()
    {
        var (_, test) = Labelled(new int[10]).Split(0.2, new Seed(1));
        Assert.Equal("index is 2; the dataset has 2 samples, 0..1. (Parameter 'index')",
            Assert.Throws<ArgumentOutOfRangeException>(() => test.Target(2)).Message);
    }

    /// <summary>Images of one pixel that is the number of the sample; the target is that number modulo 7.</summary>
    private static ImageDataset Numbered(int count) => Of([.. Enumerable.Range(0, count)], [.. Enumerable.Range(0, count).Select(static i => (long)i % 7)]);

    private static ImageDataset Labelled(int[] targets) => Of([.. Enumerable.Range(0, targets.Length)], [.. targets.Select(static target => (long)target)]);

    private static ImageDataset Of(int[] numbers, long[] targets) =>
        new(numbers.Select(static number => (byte)number).ToArray(), [numbers.Length, 1, 1, 1], targets, ["a", "b", "c", "d", "e", "f", "g"])
        {
            Deviation = 1 / 255.0
        };

    private static int[] Numbers(Dataset data) => [.. Enumerable.Range(0, data.Count).Select(i => (int)MathF.Round(ImageDatasetTests.Read(data, i)[0]))];

    private static long[] Targets(Dataset data) => [.. Enumerable.Range(0, data.Count).Select(data.Target)];

    /// <summary>Undoes mean 0.3 and deviation 0.7.</summary>
    private sealed class Recentred(Dataset data) : Dataset
    {
        public override int Count => data.Count;

        public override TensorShape SampleShape => data.SampleShape;

        public override IReadOnlyList<string> ClassNames => data.ClassNames;

        public override long Target(int index) => data.Target(index);

        public override void Read(int index, Span<float> sample)
        {
            data.Read(index, sample);
            sample[0] = 255 * (0.7f * sample[0] + 0.3f);
        }
    }
}
