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

    /// <summary>Of one row, the windows have the rows -1 and 1; PyTorch's gradient writes outside its memory there.</summary>
    [Fact]
    public void WindowsWithoutAPixelAreMinusInfinityAndGiveNothing()
    {
        var x = Tensor.Create<float>([1, 2, 3, 4], [1, 1, 1, 4], requiresGrad: true);
        var y = x.MaxPool2d(2, stride: 1, padding: 1, dilation: 2);
        y.Sum().Backward();
        Assert.Equal([1, 1, 1, 4], y.Shape);
        Assert.Equal([float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity], y.ToArray());
        Assert.Equal([0f, 0, 0, 0], x.Grad!.ToArray());
        var some = Tensor.Create<float>([1, 2, 3], [1, 1, 3, 1], requiresGrad: true);
        var windows = some.MaxPool2d(2, stride: 4, padding: 1, dilation: 2); // the column of each is outside
        windows.Sum().Backward();
        Assert.Equal([float.NegativeInfinity], windows.ToArray());
        Assert.Equal([0f, 0, 0], some.Grad!.ToArray());
    }

    [Fact]
    public void TransposedConvolution()
    {
        GradientCheck.Run(11, static x => x[0].ConvTranspose2d(x[1], x[2], stride: 2, padding: 1, outputPadding: 1), [2, 3, 3, 4], [3, 2, 3, 3], [2]);
        GradientCheck.Run(12, static x => x[0].ConvTranspose2d(x[1], groups: 2, dilation: 3, outputPadding: 2), [1, 4, 2, 3], [4, 1, 2, 3]);
    }

    [Fact]
    public void Upsampling()
    {
        GradientCheck.Run(13, static x => x[0].Upsample(5, 7), [2, 2, 3, 4]);
        GradientCheck.Run(14, static x => x[0].Upsample(5, 7, UpsampleMode.Bilinear, alignCorners: true), [2, 2, 3, 4]);
        GradientCheck.Run(15, static x => x[0].Upsample(1.7, UpsampleMode.Bilinear), [1, 2, 3, 4]);
        GradientCheck.Run(16, static x => x[0].AdaptiveAvgPool2d(3, 2), [2, 2, 5, 3]);
    }

    [Fact]
    public void LayerNormalisation()
    {
        GradientCheck.Run(17, static x => x[0].LayerNorm([5], x[1], x[2]), [4, 5], [5], [5]);
        GradientCheck.Run(18, static x => x[0].LayerNorm([3, 7], x[1]), [2, 3, 7], [3, 7]);
        GradientCheck.Run(19, static x => x[0].LayerNorm([17]), [3, 17]);
    }

    [Fact]
    public void RootMeanSquareNormalisation()
    {
        GradientCheck.Run(20, static x => x[0].RmsNorm([5], x[1]), [4, 5], [5]);
        GradientCheck.Run(21, static x => x[0].RmsNorm([3, 7], x[1], 0.01), [2, 3, 7], [3, 7]);
        GradientCheck.Run(22, static x => x[0].RmsNorm([17]), [3, 17]);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(5, 15)]
    [InlineData(66, 2)]
    public void Attention(int length, int width)
    {
        int[] shape = [2, length, width];
        GradientCheck.Run(23, static x => x[0].ScaledDotProductAttention(x[1], x[2], isCausal: true), shape, shape, [2, length, 3]);
        GradientCheck.Run(24, static x => x[0].ScaledDotProductAttention(x[1], x[2], scale: 0.3), shape, [2, 67, width], [2, 67, 1]);
        var segments = Tensor.Create<long>([.. Enumerable.Range(0, length).Select(i => i == length - 1 ? -1L : i / 3)]);
        GradientCheck.Run(25, x => x[0].ScaledDotProductAttention(x[1], x[2], isCausal: true, segments), shape, shape, shape);
        GradientCheck.Run(26, x => x[0].ScaledDotProductAttention(x[1], x[2], dropout: 0.5, seed: new Seed(7)), shape, shape, shape);
    }

    [Fact]
    public void AttentionOfASequenceWithItself() =>
        GradientCheck.Run(27, static x => x[0].ScaledDotProductAttention(x[0], x[0], isCausal: true), [2, 9, 4]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RotaryPositions(bool isInterleaved)
    {
        GradientCheck.Run(28, x => x[0].Rotary(isInterleaved: isInterleaved), [2, 3, 6]);
        var positions = Tensor.Create<long>([5, 0, 900]);
        GradientCheck.Run(29, x => x[0].Rotary(positions, 100, isInterleaved), [2, 3, 4]);
    }

    [Fact]
    public void Embedding()
    {
        GradientCheck.Run(30, static x => x[0].Embedding(Tensor.Create<long>([[2, 0, 2], [3, 2, 0]])), [4, 5]);
        GradientCheck.Run(31, static x => x[0].Embedding(Tensor.Zeros<long>([0])), [4, 5]);
    }

    [Fact]
    public void LayerNormalisationKeepsItsDigitsAtALargeMean()
    {
        var random = new Random(1);
        var small = Tensor.Create<double>([.. Enumerable.Range(0, 64).Select(_ => (double)(float)(random.Next(-64, 65) / 128.0))]);
        var large = (small + 10_000).To<float>(); // exact
        var expected = small.LayerNorm([64]).ToArray();
        foreach (var (e, a) in expected.Zip(large.LayerNorm([64]).ToArray())) Assert.True(Math.Abs(e - a) < 1e-6, $"{a} for {e}");
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
