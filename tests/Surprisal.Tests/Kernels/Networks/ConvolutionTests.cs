using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>Convolution and its three gradients against seven loops in double.</summary>
[Collection(Serial.Name)]
public sealed unsafe class ConvolutionTests
{
    public static TheoryData<int, int, int, int, int, int, int, int, int> Shapes() => new()
    {
        { 1, 1, 3, 3, 1, 1, 1, 1, 0 }, { 2, 3, 5, 6, 4, 3, 3, 1, 1 }, { 2, 2, 7, 5, 3, 3, 2, 1, 0 }, { 1, 2, 8, 8, 3, 3, 3, 2, 1 },
        { 3, 1, 9, 7, 2, 5, 5, 2, 2 }, { 9, 2, 6, 6, 3, 2, 2, 2, 0 }, { 17, 1, 4, 4, 2, 3, 3, 1, 2 }, { 2, 1, 3, 3, 2, 3, 3, 1, 0 },
        { 1, 1, 2, 2, 1, 4, 4, 1, 3 }, { 1, 1, 10, 4, 1, 3, 1, 3, 1 }, { 8, 8, 1, 4, 8, 1, 1, 2, 0 }, { 3, 2, 3, 8, 1, 1, 2, 3, 0 },
        { 2, 1, 3, 40, 2, 2, 17, 1, 0 }, { 1, 2, 2, 70, 1, 1, 33, 1, 16 }, { 2, 1, 40, 3, 1, 35, 2, 2, 1 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Values_and_gradients_match_loops(int n, int c, int h, int w, int o, int kh, int kw, int stride, int padding)
    {
        var s = new ConvolutionShape(n, c, h, w, o, kh, kw, stride, padding);
        Check(new ConvolutionLoops<float>(s, Normal<float>), s, 1e-5);
        Check(new ConvolutionLoops<double>(s, Normal<double>), s, 1e-12);
    }

    /// <summary>
    /// Every size of image, kernel, stride and padding, of one image, channel and map and of up to three each in turn; small whole numbers, so that nothing is
    /// rounded.
    /// </summary>
    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public void All_small_shapes_are_exact(int padding)
    {
        List<ConvolutionShape> shapes = [];
        for (var stride = 1; stride <= 3; stride++)
        for (var kh = 1; kh <= 3; kh++)
        for (var kw = 1; kw <= 3; kw++)
        for (var h = Math.Max(1, kh - 2 * padding); h <= 9; h++)
        for (var w = Math.Max(1, kw - 2 * padding); w <= 9; w++)
        {
            shapes.Add(new(1, 1, h, w, 1, kh, kw, stride, padding));
            for (var i = 0; i < 3; i++)
            {
                var turn = 7 * shapes.Count % 27; // 7 and 27 have no factor in common, so all of them come along
                shapes.Add(new(turn % 3 + 1, turn / 3 % 3 + 1, h, w, turn / 9 + 1, kh, kw, stride, padding));
            }
        }
        Parallel.ForEach(shapes, static s =>
        {
            Assert.Null(new ConvolutionLoops<float>(s, Whole<float>).Difference(0));
            Assert.Null(new ConvolutionLoops<double>(s, Whole<double>).Difference(0));
        });
    }

    /// <summary>Dilations, groups and uneven edges, fewer than none at the bottom and right too; small whole numbers.</summary>
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Dilated_grouped_and_uneven_ones_are_exact(int stride)
    {
        List<ConvolutionShape> shapes = [];
        Margins?[] edges = [null, new(1, 0, 2, 1), new(0, 2, 1, 0), new(2, 1, -1, 0), new(0, 1, 0, -1)];
        for (var dilation = 1; dilation <= 3; dilation++)
        for (var groups = 1; groups <= 3; groups++)
        for (var size = 1; size <= 9; size++)
        for (var kernel = 1; kernel <= 9; kernel++)
            foreach (var edge in edges)
            {
                var turn = 11 * shapes.Count % 18; // 11 and 18 have no factor in common
                var s = new ConvolutionShape(turn % 2 + 1, turn / 2 % 3 + 1, size, (size * 5 + kernel) % 21 + 1, turn / 6 + 1, (kernel - 1) / 3 + 1,
                    (kernel - 1) % 3 + 1, stride, 1) { Dilation = dilation, Groups = groups, Edges = edge };
                if (s.H + s.Top + s.Bottom >= s.ExtentY && s.W + s.Left + s.Right >= s.ExtentX) shapes.Add(s);
            }
        Assert.True(shapes.Count > 1000);
        Parallel.ForEach(shapes, static s =>
        {
            Assert.Null(new ConvolutionLoops<float>(s, Whole<float>).Difference(0));
            Assert.Null(new ConvolutionLoops<double>(s, Whole<double>).Difference(0));
        });
    }

    /// <summary>As many channels as a depthwise layer has, more groups than threads.</summary>
    [Fact]
    public void Depthwise_ones_have_the_same_bits_on_any_number_of_threads()
    {
        var s = new ConvolutionShape(3, 1, 33, 40, 1, 3, 3, 1, 1) { Groups = 24 };
        Assert.Null(new ConvolutionLoops<float>(s, Whole<float>).Difference(0));
        var one = Serial.On(1, () => new ConvolutionLoops<float>(s, Normal<float>));
        var four = Serial.On(4, () => new ConvolutionLoops<float>(s, Normal<float>));
        Assert.Equal(one.Y, four.Y);
        Assert.Equal(one.Dx, four.Dx);
        Assert.Equal(one.Dw, four.Dw);
        Assert.Equal(one.Db, four.Db);
    }

    /// <summary>Images in several groups, and more of them than the eight parts of the weight gradient.</summary>
    [Theory]
    [InlineData(100, 3, 20, 20, 4, 3, 3, 1, 0)]
    [InlineData(41, 2, 13, 31, 3, 3, 5, 1, 2)]
    [InlineData(57, 3, 33, 24, 2, 5, 3, 2, 1)]
    public void Several_groups_of_images_are_exact(int n, int c, int h, int w, int o, int kh, int kw, int stride, int padding)
    {
        var s = new ConvolutionShape(n, c, h, w, o, kh, kw, stride, padding);
        Assert.InRange(Convolution.BatchSize<float>(s), 2, n / 2 - 1);
        Assert.Null(new ConvolutionLoops<float>(s, Whole<float>).Difference(0));
        Assert.Null(new ConvolutionLoops<double>(s, Whole<double>).Difference(0));
    }

    [Fact]
    public void One_thread_and_several_give_the_same_bits()
    {
        var s = new ConvolutionShape(20, 4, 20, 20, 8, 3, 3, 1, 1);
        var one = Serial.On(1, () => new ConvolutionLoops<float>(s, Normal<float>));
        var four = Serial.On(4, () => new ConvolutionLoops<float>(s, Normal<float>));
        Assert.Equal(one.Y, four.Y);
        Assert.Equal(one.Dx, four.Dx);
        Assert.Equal(one.Dw, four.Dw);
        Assert.Equal(one.Db, four.Db);
    }

    /// <summary>A weight that is not finite reaches the pixels that it was multiplied with, and no others.</summary>
    [Theory, InlineData(float.NaN), InlineData(float.PositiveInfinity)]
    public void OnlyPixelsUnderAWeightGetItsNaN(float weight)
    {
        var x = Tensor.Ones<float>([1, 1, 3, 3], requiresGrad: true);
        x.Conv2d(Tensor.Create<float>([weight, 1, 1, 1], [1, 1, 2, 2])).Sum().Backward();
        Assert.Equal([weight, weight, 1, weight, weight, 2, 1, 2, 1], x.Grad!.ToArray());
    }

    [Fact]
    public void Without_images_the_weight_gradient_is_zero()
    {
        var s = new ConvolutionShape(0, 1, 3, 3, 1, 2, 2, 1, 0);
        var x = new float[1];
        float[] dw = [1, 2, 3, 4];
        fixed (float* px = x, pdw = dw) Convolution.WeightGradient(s, px, px, pdw);
        Assert.Equal([0f, 0, 0, 0], dw);
    }

    private static void Check<T>(ConvolutionLoops<T> made, ConvolutionShape s, double tolerance) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Assert.Null(made.Difference(tolerance));
        var bias = Normal<T>(s.O, 3);
        var bare = made.WithoutBias();
        for (var i = 0; i < bare.Length; i++)
            Assert.Equal(bare[i] + bias[i / s.OutputPixels % s.O], made.Y[i]);
    }

    private static T[] Normal<T>(int length, int seed) where T : unmanaged, IFloatingPointIeee754<T> => Tensor.Randn<T>([length], new Seed(seed)).ToArray();

    /// <summary>-3 .. 3 in an order that does not repeat soon.</summary>
    private static T[] Whole<T>(int length, int seed) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new RandomStream(seed);
        var numbers = new T[length];
        for (var i = 0; i < length; i++) numbers[i] = T.CreateTruncating((int)random.Below(7) - 3);
        return numbers;
    }
}
