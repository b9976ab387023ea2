namespace Surprisal.Tests.Autograd;

/// <summary>The operations of layers against central differences: linear, convolution, pooling, batch normalisation.</summary>
public sealed class LayerGradientTests
{
    [Fact]
    public void LinearOfAnyRank()
    {
        int[][] inputs = [[4], [3, 4], [2, 3, 4], [0, 4]];
        foreach (var shape in inputs)
        {
            GradientCheck.Run(1, static x => x[0].Linear(x[1], x[2]), shape, [5, 4], [5]);
            GradientCheck.Run(2, static x => x[0].Linear(x[1]), shape, [5, 4]);
        }
    }

    [Theory]
    [InlineData(1, 0, 3)]
    [InlineData(1, 1, 3)]
    [InlineData(2, 1, 3)]
    [InlineData(3, 2, 2)]
    [InlineData(1, 0, 1)]
    public void Convolution(int stride, int padding, int kernel)
    {
        GradientCheck.Run(3, x => x[0].Conv2d(x[1], x[2], stride, padding), [2, 2, 5, 6], [3, 2, kernel, kernel], [3]);
        GradientCheck.Run(4, x => x[0].Conv2d(x[1], null, stride, padding), [11, 1, 4, 5], [2, 1, kernel, kernel]);
    }

    [Theory]
    [InlineData(2, null, 0)]
    [InlineData(3, 1, 1)]
    [InlineData(2, 3, 1)]
    public void Pooling(int size, int? stride, int padding)
    {
        GradientCheck.Run(5, x => x[0].MaxPool2d(size, stride, padding), [2, 3, 5, 6]);
        GradientCheck.Run(6, x => x[0].AvgPool2d(size, stride, padding), [2, 3, 5, 6]);
    }

    [Fact]
    public void BatchNormalisation()
    {
        double[] mean = new double[3], variance = new double[3];
        GradientCheck.Run(7, x => x[0].BatchNorm(x[1], x[2], 1e-3, mean, variance, fromBatch: true), [4, 3, 2, 5], [3], [3]);
        GradientCheck.Run(8, x => x[0].BatchNorm(x[1], x[2], 1e-3, mean, variance, fromBatch: true), [6, 3], [3], [3]);
        GradientCheck.Run(9, x => x[0].BatchNorm(x[1], x[2], 1e-3, mean, variance, fromBatch: false), [4, 3, 2, 5], [3], [3]);
    }

    [Fact]
    public void SizesThatDoNotFitAreRefused()
    {
        var image = Tensor.Zeros<float>([1, 2, 4, 4]);
        Assert.StartsWith("Given weight of size [3, 1, 3, 3], expected input [N, 1, H, W], but got input of size [1, 2, 4, 4] instead.",
            Message(() => image.Conv2d(Tensor.Zeros<float>([3, 1, 3, 3]))), StringComparison.Ordinal);
        Assert.StartsWith("Calculated padded input size per channel: (4 x 4). Kernel size: (5 x 5). Kernel size can't be greater than actual input size",
            Message(() => image.Conv2d(Tensor.Zeros<float>([3, 2, 5, 5]), stride: 2)), StringComparison.Ordinal);
        Assert.StartsWith("bias has shape [2]; it needs [3].", Message(() => image.Conv2d(Tensor.Zeros<float>([3, 2, 3, 3]), Tensor.Zeros<float>([2]))),
            StringComparison.Ordinal);
        Assert.StartsWith("pad should be at least 0 and at most half of kernel size, but got pad=2 and kernel_size=2",
            Assert.Throws<ArgumentOutOfRangeException>(() => image.MaxPool2d(2, padding: 2)).Message, StringComparison.Ordinal);
        Assert.StartsWith("the input has shape [1, 2, 4, 4], which is smaller than one window of 5 x 5", Message(() => image.AvgPool2d(5, 2)),
            StringComparison.Ordinal);
        Assert.StartsWith("mat1 and mat2 shapes cannot be multiplied: the input has shape [2, 3], but its last dimension must be 4",
            Message(() => Tensor.Zeros<float>([2, 3]).Linear(Tensor.Zeros<float>([5, 4]))), StringComparison.Ordinal);
    }

    private static string Message(Func<object> call) => Assert.Throws<ArgumentException>(call).Message;
}
