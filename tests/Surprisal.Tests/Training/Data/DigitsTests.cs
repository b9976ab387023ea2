using Surprisal.Training;

namespace Surprisal.Tests.Training;

public sealed class DigitsTests
{
    private readonly Dataset digits = Digits.Load();

    [Fact]
    public void There_are_1797_images_of_8_x_8_in_ten_classes()
    {
        Assert.Equal(1797, digits.Count);
        Assert.Equal([1, 8, 8], digits.SampleShape.ToArray());
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], digits.ClassNames);
        // numpy.bincount(sklearn.datasets.load_digits().target)
        Assert.Equal([178, 182, 177, 183, 181, 182, 181, 179, 174, 180],
            Enumerable.Range(0, digits.Count).Select(digits.Target).GroupBy(target => target).OrderBy(group => group.Key).Select(group => group.Count()));
        Assert.Equal([9L, 0, 8, 9, 8], Enumerable.Range(1792, 5).Select(digits.Target));
    }

    [Fact]
    public void Levels_are_those_of_scikit_learn()
    {
        Assert.Equal(2, digits.Target(1234));
        // sklearn.datasets.load_digits().images[1234]
        int[] expected = [0, 1, 12, 16, 14, 8, 0, 0, 0, 4, 16, 8, 10, 15, 3, 0, 0, 0, 0, 0, 5, 16, 3, 0, 0, 0, 0, 1, 12, 15, 0, 0,
            0, 0, 0, 10, 16, 5, 0, 0, 0, 0, 5, 16, 10, 0, 0, 0, 0, 1, 14, 15, 6, 10, 11, 0, 0, 0, 13, 16, 16, 14, 8, 1];
        Assert.Equal(expected, Levels(1234));
        // load_digits().data.sum()
        Assert.Equal(561718, Enumerable.Range(0, digits.Count).Sum(i => Levels(i).Sum()));
    }

    [Fact]
    public void Numbers_are_within_a_500th_of_the_level()
    {
        for (var i = 0; i < digits.Count; i++)
            foreach (var (number, level) in ImageDatasetTests.Read(digits, i).Zip(Levels(i)))
            {
                Assert.InRange(number, 0f, 1f);
                Assert.Equal(level / 16.0, number, 1 / 500.0);
            }
    }

    private int[] Levels(int index) => [.. ImageDatasetTests.Read(digits, index).Select(number => (int)MathF.Round(number * 16))];
}
