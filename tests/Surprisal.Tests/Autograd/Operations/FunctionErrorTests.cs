using F = Surprisal.Functional;

namespace Surprisal.Tests.Autograd;

/// <summary>What softmax and its relatives refuse on the tape, in whole messages; and the shapes with nothing in them, which they do not.</summary>
public sealed class FunctionErrorTests
{
    private static readonly Func<Tensor<float>, int, Tensor<float>>[] Axes = [F.Softmax, F.LogSoftmax, F.Softmin, (x, axis) => F.LogSumExp(x, axis)];

    [Theory]
    [InlineData(new[] { 2, 3 }, 2, "Dimension out of range (expected to be in range of [-2, 1], but got 2) (Parameter 'dim')")]
    [InlineData(new[] { 2, 3 }, -3, "Dimension out of range (expected to be in range of [-2, 1], but got -3) (Parameter 'dim')")]
    [InlineData(new int[0], 1, "Dimension out of range (expected to be in range of [-1, 0], but got 1) (Parameter 'dim')")]
    [InlineData(new int[0], -2, "Dimension out of range (expected to be in range of [-1, 0], but got -2) (Parameter 'dim')")]
    [InlineData(new[] { 0, 3 }, 2, "Dimension out of range (expected to be in range of [-2, 1], but got 2) (Parameter 'dim')")]
    public void An_axis_that_is_not_there(int[] shape, int axis, string message) =>
        Assert.All(Axes, f => Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(() => f(Tensor.Zeros<float>(shape), axis)).Message));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_single_number_has_the_axes_0_and_minus_1(int axis)
    {
        var x = Tensor.Scalar(3f);
        Assert.Equal([1f, 0, 1, 3], Axes.Select(f => f(x, axis).Item()));
        Assert.All(Axes, f => Assert.Equal(0, f(x, axis).Rank));
    }

    [Fact]
    public void Nothing_has_a_softmax_and_its_sum_is_the_logarithm_of_zero()
    {
        var x = Tensor.Zeros<float>([2, 0, 3], requiresGrad: true);
        foreach (var axis in new[] { 0, 1, 2 })
            Assert.All(Axes[..3], f => Assert.Equal([2, 0, 3], f(x, axis).Shape.ToArray()));
        Assert.Equal(Enumerable.Repeat(float.NegativeInfinity, 6), F.LogSumExp(x, 1).ToArray());
        Assert.Equal([2, 1, 3], F.LogSumExp(x, 1, keepDim: true).Shape.ToArray());
        Assert.Equal([0, 3], F.LogSumExp(x, 0).Shape.ToArray());
        F.LogSumExp(x, 1).Sum().Backward();
        Assert.Equal([2, 0, 3], x.Grad!.Shape.ToArray());
    }

    [Theory]
    [InlineData(new[] { 0L, -1 }, -1, "Class values must be non-negative: the index at flat position 1 is -1; classes begin at 0. (Parameter 'indices')")]
    [InlineData(new[] { 0L, -1 }, 3, "Class values must be non-negative: the index at flat position 1 is -1; classes are 0..2. (Parameter 'indices')")]
    [InlineData(new[] { -3L }, 0, "Class values must be non-negative: the index at flat position 0 is -3; there are no classes. (Parameter 'indices')")]
    [InlineData(new[] { 0L, 3, 4 }, 3,
        "Class values must be smaller than num_classes: the index at flat position 1 is 3, num_classes is 3; classes are 0..2. (Parameter 'numClasses')")]
    [InlineData(new[] { 0L, 3 }, 0,
        "Class values must be smaller than num_classes: the index at flat position 0 is 0, num_classes is 0; there are no classes. (Parameter 'numClasses')")]
    [InlineData(new[] { 0L, 3 }, -2,
        "Class values must be smaller than num_classes: the index at flat position 0 is 0, num_classes is -2; there are no classes. (Parameter 'numClasses')")]
    [InlineData(new[] { 1L, 4294967296 }, -1,
        "the index at flat position 1 is 4294967296; at most 2147483591 classes fit a tensor, so classes are 0..2147483590. (Parameter 'indices')")]
    [InlineData(new long[0], -1, "Can not infer total number of classes from empty tensor. (Parameter 'indices')")]
    [InlineData(new long[0], 0, "Can not infer total number of classes from empty tensor. (Parameter 'indices')")]
    [InlineData(new long[0], -3, "Can not infer total number of classes from empty tensor. (Parameter 'indices')")]
    public void An_index_that_is_no_class(long[] indices, int classes, string message) =>
        Assert.Equal(message, Assert.ThrowsAny<ArgumentException>(() => F.OneHot(Tensor.Create<long>(indices), classes)).Message);
}
