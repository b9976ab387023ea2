namespace Surprisal.Tests.Losses;

public sealed class WeightIndexTests
{
    [Theory, InlineData(-1), InlineData(2), InlineData(int.MaxValue)]
    public void AnIndexOutsideNamesTheRange(int index)
    {
        ClassWeights classes = [1, 2.5];
        ElementWeights elements = [1, 2.5];
        Assert.Equal((2.5, 2.5), (classes[^1], elements[^1]));
        var message = $"index is {index}, but there are 2 weights, counted from 0. (Parameter 'index')";
        Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(() => classes[index]).Message);
        Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(() => elements[index]).Message);
    }
}
