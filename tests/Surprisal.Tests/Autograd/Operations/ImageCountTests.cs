using Surprisal.Kernels;

namespace Surprisal.Tests.Autograd;

/// <summary>Images that convolution and pooling cannot count: refused by name before anything is written, or right where nothing is counted.</summary>
public sealed class ImageCountTests
{
    private const int Huge = 2_000_000_000;

    private static readonly Tensor<float> Small = Tensor.Ones<float>([1, 1, 2, 3]), One = Tensor.Ones<float>([1, 1, 1, 1]),
        NoImages = Tensor.Zeros<float>([0, 3, 100_000, 100_000]);

    private static readonly (string Message, Action Call)[] refused =
    [
        ("the input has shape [1, 1, 2000, 2000], of which one image with padding 25 takes 2614754792 elements for kernels of 51 x 51; " +
            "at most 2147483591 fit an array: cut the images into parts. (Parameter 'x')",
            static () => Tensor.Zeros<float>([1, 1, 2000, 2000]).Conv2d(Tensor.Zeros<float>([1, 1, 51, 51]), stride: 2, padding: 25)),
        ("the input has shape [1, 1, 2, 3], of which one image with padding 30000 takes 3601260150 elements for kernels of 1 x 1; " +
            "at most 2147483591 fit an array: cut the images into parts. (Parameter 'x')",
            static () => Small.Conv2d(One, stride: 60_000, padding: 30_000)),
        ("the input has shape [1, 0, 2, 3], of which one image with padding 30000 takes 3600780056 elements for kernels of 1 x 1; " +
            "at most 2147483591 fit an array: cut the images into parts. (Parameter 'x')",
            static () => Tensor.Zeros<double>([1, 0, 2, 3]).Conv2d(Tensor.Zeros<double>([1, 0, 1, 1]), stride: 60_000, padding: 30_000)),
        (Padding(Huge, 4000000002, 4000000003), static () => Small.Conv2d(One, stride: Huge, padding: Huge)),
        (Padding(int.MaxValue, 4294967296, 4294967297), static () => Small.Conv2d(One, padding: int.MaxValue)),
        (Padding(Huge / 2 + 100_000_000, 2200000002, 2200000003),
            static () => Small.Conv2d(Tensor.Zeros<float>([0, 1, 1, 1]), padding: Huge / 2 + 100_000_000)),
        (Padding((1 << 30) - 1, 2147483648, 2147483649), static () => Small.MaxPool2d(int.MaxValue, padding: (1 << 30) - 1)),
        (Padding((1 << 30) - 1, 2147483648, 2147483649), static () => Small.AvgPool2d(int.MaxValue, padding: (1 << 30) - 1)),
        ("shape [2000000000, 1, 2, 3] has more than 2147483591 elements, the most that a tensor holds. (Parameter 'shape')",
            static () => Tensor.Zeros<float>([Huge, 0, 2, 3]).Conv2d(Tensor.Zeros<float>([1, 0, 1, 1]))),
        ("the input has shape [2, 1, 0, 3]; convolution needs images of at least one pixel. (Parameter 'x')",
            static () => Tensor.Zeros<float>([2, 1, 0, 3]).Conv2d(One, padding: 1)),
        ("the input has shape [0, 1, 3, 0]; convolution needs images of at least one pixel. (Parameter 'x')",
            static () => Tensor.Zeros<float>([0, 1, 3, 0]).Conv2d(One, padding: 1)),
        ("weight has shape [1, 1, 0, 2]; kernels need at least one row and one column. (Parameter 'weight')",
            static () => Small.Conv2d(Tensor.Zeros<float>([1, 1, 0, 2]))),
        ("weight has shape [1, 1, 1, 0]; kernels need at least one row and one column. (Parameter 'weight')",
            static () => Small.Conv2d(Tensor.Zeros<float>([1, 1, 1, 0]))),
        ("the input has shape [65536, 65536, 0, 4]; pooling needs images of at least one pixel. (Parameter 'x')",
            static () => Tensor.Zeros<float>([65_536, 65_536, 0, 4]).MaxPool2d(2, padding: 1)),
        ("the input has shape [1, 1, 4, 0]; pooling needs images of at least one pixel. (Parameter 'x')",
            static () => Tensor.Zeros<float>([1, 1, 4, 0]).AvgPool2d(2, padding: 1)),
    ];

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, refused.Length)];

    [Theory, MemberData(nameof(Rows))]
    public void Refused(int row) => Assert.Equal(refused[row].Message, Assert.ThrowsAny<ArgumentException>(refused[row].Call).Message);

    [Fact]
    public void NoImagesAndNoOutputsOfAnySizesAreFine()
    {
        var weight = Tensor.Ones<float>([2, 3, 5, 5], requiresGrad: true);
        var bias = Tensor.Ones<float>([2], requiresGrad: true);
        var y = NoImages.Conv2d(weight, bias, stride: 2, padding: 2);
        Assert.Equal([0, 2, 50_000, 50_000], y.Shape);
        y.Sum().Backward();
        Assert.All(weight.Grad!.ToArray().Concat(bias.Grad!.ToArray()), static g => Assert.Equal(0, g));

        var image = Tensor.Ones<float>([1, 1, 4, 4], requiresGrad: true);
        Assert.Equal([0, 1, 1], image.Conv2d(Tensor.Zeros<float>([0, 1, 4, 4]))[0].Shape);
        image.Conv2d(Tensor.Zeros<float>([0, 1, 4, 4])).Sum().Backward();
        Assert.All(image.Grad!.ToArray(), static g => Assert.Equal(0, g));
        Assert.Equal([1, 0, 100_000, 100_000], Tensor.Zeros<float>([1, 0, 100_000, 100_000]).Conv2d(Tensor.Zeros<float>([0, 0, 1, 1])).Shape);

        Assert.Equal([0, 3, 50_000, 50_000], NoImages.MaxPool2d(2).Shape);
        Assert.Equal([0, 3, 50_000, 50_000], NoImages.AvgPool2d(2).Shape);
    }

    /// <summary>A window of 50000 x 50000 has more cells than an int counts.</summary>
    [Fact]
    public void AnAverageDividesByTheCellsOfLargeWindows()
    {
        var row = Tensor.Ones<double>([1, 1, 1, 50_000], requiresGrad: true);
        var y = row.AvgPool2d(50_000, padding: 25_000);
        Assert.Equal([1, 1, 1, 2], y.Shape);
        Assert.Equal([25_000 / 2.5e9, 25_000 / 2.5e9], y.ToArray());
        y.Sum().Backward();
        Assert.All(row.Grad!.ToArray(), static g => Assert.Equal(1 / 2.5e9, g));
    }

    /// <summary>Behind the last window nothing is counted, however long the step.</summary>
    [Theory, InlineData(int.MaxValue), InlineData(int.MaxValue - 1), InlineData(1_500_000_000)]
    public void StepsMayBeOfAnyLength(int stride)
    {
        var x = Tensor.Create<float>([1, 2, 3, 6, 5, 4], [1, 1, 2, 3]);
        Assert.Equal([6f], x.MaxPool2d(2, stride).ToArray());
        Assert.Equal([1f], x.MaxPool2d(2, stride, padding: 1).ToArray());
        Assert.Equal([6f], x.MaxPool2d(3, stride, padding: 1).ToArray());
        Assert.Equal([14 / 9f], x.AvgPool2d(3, stride, padding: 1).ToArray());
        Assert.Equal([14f], x.Conv2d(Tensor.Ones<float>([1, 1, 3, 3]), stride: stride, padding: 1).ToArray());
    }

    [Fact]
    public void KernelsRefuseWhatIsNotCounted()
    {
        var large = new ConvolutionShape(1, 1, 50_000, 50_000, 1, 1, 1, 50_000, 0);
        Assert.Throws<OverflowException>(() => large.InputLength);
        Assert.Throws<OverflowException>(() => (large with { Stride = 1 }).OutputPixels);
        Assert.Throws<OverflowException>(() => (large with { Pad = int.MaxValue }).Oh);
        Assert.Throws<OverflowException>(() => (large with { C = 65_536, Kh = 256, Kw = 256 }).PatchLength);
        Assert.Throws<OverflowException>(() => (large with { O = Huge, Stride = 25_000 }).OutputLength);
        Assert.Throws<OverflowException>(() => new PoolingShape(1, 4, 4, 2, 2, int.MaxValue).Oh);
        Assert.Throws<OverflowException>(static () => { using var tile = new ColumnTile<float>(Huge, 16, 16); });
    }

    /// <summary>A group of images has memory that can be counted, also where paddings outweigh what is computed.</summary>
    [Fact]
    public void GroupsOfImagesStaySmall()
    {
        var padded = new ConvolutionShape(1_000, 1, 1, 1, 1, 1, 1, 1_000, 1_000);
        Assert.InRange(Convolution.BatchSize<float>(padded) * Convolution.ElementsPerImage<float>(padded), 1, 1 << 26);
        Assert.Equal(1, Convolution.BatchSize<float>(padded with { Pad = 20_000 }));
        Assert.Equal(64, Convolution.BatchSize<float>(new ConvolutionShape(64, 1, 8, 8, 6, 3, 3, 1, 1)));
    }

    /// <summary>Of no channels every sum is empty, whatever lay in the memory before.</summary>
    [Theory, InlineData(1), InlineData(2)]
    public void WithoutChannelsABiasIsAll(int stride)
    {
        Tensor.Rand<float>([2, 3, 5, 9], new Seed(1)).Conv2d(Tensor.Rand<float>([2, 3, 3, 3], new Seed(2)), stride: stride); // leaves its sums there
        Tensor<float> x = Tensor.Zeros<float>([2, 0, 5, 9], requiresGrad: true), weight = Tensor.Zeros<float>([2, 0, 3, 3], requiresGrad: true);
        var y = x.Conv2d(weight, Tensor.Create<float>([1, -2]), stride);
        for (var i = 0; i < y.Length; i++) Assert.Equal(i / (y.Length / 4) % 2 == 0 ? 1 : -2, y.AsReadOnlySpan()[i]);
        y.Sum().Backward();
        Assert.Equal((0, 0), (x.Grad!.Length, weight.Grad!.Length));
    }

    /// <summary>With a stride of 1 nothing is unfolded: an image whose patches no array holds.</summary>
    [Fact]
    public void KernelsMayBeLarge()
    {
        var x = Tensor.Ones<float>([1, 1, 1000, 1000]);
        var y = x.Conv2d(Tensor.Ones<float>([1, 1, 51, 51]), padding: 25);
        Assert.Equal((51 * 51, 26 * 26), (y.AsReadOnlySpan()[500 * 1000 + 500], y.AsReadOnlySpan()[0]));
    }

    /// <summary>What is checked before scratch memory is taken is what the kernels take.</summary>
    [Theory, InlineData(1, 1, 0), InlineData(2, 3, 1), InlineData(3, 1, 2), InlineData(5, 2, 3)]
    public void TheCheckedElementsAreThoseOfTheScratchMemory(int channels, int kernel, int padding)
    {
        var s = new ConvolutionShape(1, channels, 4, 7, 3, kernel, kernel, 1, padding);
        Assert.Equal(Col2Im.PaddedLength<float>(s), Col2Im.PaddedElements<float>(s));
        Assert.Equal(s.PatchLength * s.OutputPixels + s.OutputLength + Col2Im.PaddedLength<float>(s) + Lanes<float>.Count,
            Convolution.ElementsPerImage<float>(s));
        for (var stride = 1; stride <= 3; stride++)
        {
            var strided = s with { Stride = stride };
            Assert.InRange(new PatchRows(strided, strided.Oh).Length, 1, (int)PatchRows.Elements(strided));
        }
        Assert.Equal(Col2Im.PaddedElements<float>(s with { C = 1 }), Col2Im.PaddedElements<float>(s with { C = 0 }));
    }

    private static string Padding(int padding, long height, long width) =>
        $"padding is {padding}, with which images of 2 x 3 are {height} x {width}; at most 2147483591 rows and columns fit. (Parameter 'padding')";
}
