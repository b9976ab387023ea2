using Surprisal.Training;

namespace Surprisal.Tests.Training;

public sealed class NormalizationTests
{
    /// <summary>Counts around a block of 64 samples, channels of several numbers and of one.</summary>
    [Theory]
    [InlineData(1, 3, 4)]
    [InlineData(63, 3, 4)]
    [InlineData(64, 1, 5)]
    [InlineData(65, 2, 1)]
    [InlineData(200, 3, 6)]
    public void Every_channel_has_mean_0_and_deviation_1(int count, int channels, int length)
    {
        var random = new SeededBytes(7);
        var inputs = Tensor.Create(Enumerable.Range(0, count * channels * length).Select(i => 1000 + random.Below(1000) * (1 + i / length % channels)).
            Select(static number => (float)number).ToArray()).Reshape(count, channels, length);
        var data = new TensorDataset(inputs, Tensor.Zeros<long>([count]), ["a"]);
        var normalization = Normalization.Of(data);
        for (var c = 0; c < channels; c++)
        {
            var numbers = Enumerable.Range(0, inputs.Length).Where(i => i / length % channels == c).Select(i => (double)inputs.Span[i]).ToArray();
            var mean = numbers.Average();
            var deviation = Math.Sqrt(numbers.Sum(number => (number - mean) * (number - mean)) / numbers.Length);
            Assert.Equal(mean, normalization.Mean[c], 1e-9 * mean);
            Assert.Equal(deviation == 0 ? 1 : deviation, normalization.Deviation[c], 1e-9 * deviation + 1e-15);
            var read = Enumerable.Range(0, count).SelectMany(i => ImageDatasetTests.Read(normalization.Apply(data), i).Skip(c * length).Take(length));
            Assert.Equal(numbers.Select(number => (float)((number - normalization.Mean[c]) / normalization.Deviation[c])), read);
        }
    }

    [Fact]
    public void A_channel_of_one_number_becomes_0()
    {
        var data = new TensorDataset(Tensor.Create<float>([[0.1f, 5], [0.1f, 7]]), Tensor.Create<long>([0, 0]), ["a"]);
        var normalization = Normalization.Of(data);
        Assert.Equal([1.0, 1.0], normalization.Deviation);
        Assert.Equal([0f, 1f], ImageDatasetTests.Read(normalization.Apply(data), 1));
    }

    /// <summary>All parts by the numbers of the first, and said in what a checkpoint compares.</summary>
    [Fact]
    public void Parts_are_normalized_by_the_part_to_train_on()
    {
        var split = Digits.Load().Split(0.2, 0.1, new Seed(3));
        var normalized = split.Normalized();
        var expected = Normalization.Of(split.Train);
        foreach (var (part, before) in new[] { (normalized.Train, split.Train), (normalized.Test, split.Test), (normalized.Validation!, split.Validation!) })
        {
            Assert.Equal($"(byte / 255 - 0) / 1, then {expected}", part.Preparation);
            Assert.Equal(before.Count, part.Count);
            Assert.Equal(before.Sources(), part.Sources());
            Assert.Equal((float)((ImageDatasetTests.Read(before, 5)[20] - expected.Mean[0]) / expected.Deviation[0]), ImageDatasetTests.Read(part, 5)[20]);
            Assert.Equal(before.Target(5), part.Target(5));
        }
    }

    [Fact]
    public void Refuses_what_has_no_mean()
    {
        var data = new TensorDataset(Tensor.Create<float>([[1, 2], [3, float.NaN]]), Tensor.Create<long>([0, 0]), ["a"]);
        Assert.Equal("sample 1: number 1 is NaN; a mean needs finite ones.", Assert.Throws<InvalidDataException>(() => Normalization.Of(data)).Message);
        Assert.StartsWith("deviation[0] is 0; it must be finite and greater than 0.",
            Assert.Throws<ArgumentException>(() => new Normalization([1], [0])).Message, StringComparison.Ordinal);
        Assert.StartsWith("data has samples of shape [2], but there are numbers for 1 channels.",
            Assert.Throws<ArgumentException>(() => new Normalization([1], [1]).Apply(data)).Message, StringComparison.Ordinal);
    }
}
