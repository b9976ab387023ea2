using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>Pooling against loops over padded images, in double.</summary>
public sealed class PoolingTests
{
    public static TheoryData<int, int, int, int, int> Shapes() => new()
    {
        { 4, 4, 2, 2, 0 }, { 5, 7, 2, 2, 0 }, { 5, 7, 3, 1, 1 }, { 6, 6, 3, 2, 1 }, { 3, 3, 3, 3, 0 }, { 1, 1, 1, 1, 0 }, { 8, 5, 2, 3, 1 }, { 7, 9, 4, 3, 2 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Max_takes_the_largest_of_each_window_and_its_gradient_goes_there(int h, int w, int size, int stride, int padding)
    {
        var s = new PoolingShape(3, h, w, size, stride, padding);
        var (x, dy) = Operands(s);
        var (y, dx, positions) = (new double[dy.Length], new double[x.Length], new int[dy.Length]);
        var expected = new double[x.Length];
        for (var plane = 0; plane < s.Planes; plane++)
        {
            Pooling.Max<double>(s, plane, x, y, positions);
            Pooling.MaxGradient<double>(s, plane, dy, positions, dx);
        }
        foreach (var (to, window) in Windows(s))
        {
            var best = window.MaxBy(i => x[i]);
            Assert.Equal(x[best], y[to]);
            expected[best] += dy[to];
        }
        Close(expected, dx);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Average_counts_padding_as_zeros_and_its_gradient_is_spread_evenly(int h, int w, int size, int stride, int padding)
    {
        var s = new PoolingShape(3, h, w, size, stride, padding);
        var (x, dy) = Operands(s);
        var (y, dx, expected) = (new double[dy.Length], new double[x.Length], new double[x.Length]);
        for (var plane = 0; plane < s.Planes; plane++)
        {
            Pooling.Average<double>(s, plane, x, y);
            Pooling.AverageGradient<double>(s, plane, dy, dx);
        }
        foreach (var (to, window) in Windows(s))
        {
            Assert.Equal(window.Sum(i => x[i]) / (size * size), y[to], 1e-12);
            foreach (var i in window) expected[i] += dy[to] / (size * size);
        }
        Close(expected, dx);
    }

    [Fact]
    public void Of_equal_largest_the_first_gets_the_gradient_and_NaN_wins()
    {
        var s = new PoolingShape(1, 2, 4, 2, 2, 0);
        var (y, positions) = (new float[2], new int[2]);
        Pooling.Max<float>(s, 0, [1, 3, 5, float.NaN, 3, 3, 9, 2], y, positions);
        Assert.Equal([3, float.NaN], y);
        Assert.Equal([1, 3], positions);
    }

    /// <summary>Every size of image, window, stride and padding, with equals, NaN and infinities; whole numbers, so that averages are rounded once.</summary>
    [Fact]
    public void All_small_shapes_are_exact()
    {
        for (var size = 1; size <= 3; size++)
        for (var padding = 0; padding <= size / 2; padding++)
        for (var stride = 1; stride <= 3; stride++)
        for (var h = Math.Max(1, size - 2 * padding); h <= 9; h++)
        for (var w = Math.Max(1, size - 2 * padding); w <= 9; w++)
        for (var special = 0; special <= 2; special++)
        {
            var s = new PoolingShape(2, h, w, size, stride, padding);
            Check<float>(s, special);
            Check<double>(s, special);
        }
    }

    private static void Check<T>(PoolingShape s, int special) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new RandomStream(s.H * 10 + s.W);
        double[] some = [double.NaN, double.NegativeInfinity, double.PositiveInfinity];
        double Draw(int range) =>
            special == 2 && random.Below(3) == 0 ? some[random.Below(3)] : special == 1 ? double.NegativeInfinity : (int)random.Below((ulong)range) - range / 2;
        var x = Enumerable.Range(0, s.Planes * s.H * s.W).Select(_ => Draw(5)).ToArray();
        var dy = Enumerable.Range(0, s.Planes * s.Oh * s.Ow).Select(_ => 36.0 * ((int)random.Below(7) - 3)).ToArray(); // a ninth and a quarter are whole
        var (images, upstream) = (Array.ConvertAll(x, T.CreateChecked), Array.ConvertAll(dy, T.CreateChecked));
        var (largest, average, positions) = (new T[dy.Length], new T[dy.Length], new int[dy.Length]);
        var (toLargest, toAll) = (new T[x.Length], new T[x.Length]);
        var (expectedLargest, expectedAll) = (new double[x.Length], new double[x.Length]);
        for (var plane = 0; plane < s.Planes; plane++)
        {
            Pooling.Max<T>(s, plane, images, largest, positions);
            Pooling.MaxGradient<T>(s, plane, upstream, positions, toLargest);
            Pooling.Average<T>(s, plane, images, average);
            Pooling.AverageGradient<T>(s, plane, upstream, toAll);
        }
        foreach (var (to, window) in Windows(s))
        {
            var best = window[0];
            foreach (var i in window)
                if (x[i] > x[best] || (double.IsNaN(x[i]) && !double.IsNaN(x[best])))
                    best = i;
            expectedLargest[best] += dy[to];
            foreach (var i in window) expectedAll[i] += dy[to] / (s.Size * s.Size);
            if (!largest[to].Equals(T.CreateChecked(x[best])))
                Assert.Fail($"{typeof(T).Name} {s}: the largest of window {to} is {largest[to]}, expected {x[best]}.");
            var mean = T.CreateChecked(window.Sum(i => x[i]) / (s.Size * s.Size));
            if (!average[to].Equals(mean)) Assert.Fail($"{typeof(T).Name} {s}: the average of window {to} is {average[to]}, expected {mean}.");
        }
        Assert.Equal(Array.ConvertAll(expectedLargest, T.CreateChecked), toLargest);
        Assert.Equal(Array.ConvertAll(expectedAll, T.CreateChecked), toAll);
    }

    /// <summary>Of 2^24 and three ones a float sum keeps no one.</summary>
    [Fact]
    public void Sums_are_in_double()
    {
        var s = new PoolingShape(1, 2, 2, 2, 1, 1);
        var (y, dx) = (new float[9], new float[4]);
        Pooling.Average<float>(s, 0, [16777216, 1, 1, 2], y);
        Assert.Equal(4194305, y[4]); // 16777220 / 4
        Pooling.AverageGradient<float>(s, 0, [67108864, 4, 0, 4, 8, 0, 0, 0, 0], dx);
        Assert.Equal(16777220, dx[0]);
        Pooling.MaxGradient<float>(s, 0, [16777216, 1, 0, 1, 2, 0, 0, 0, 0], [0, 0, 1, 0, 0, 1, 2, 2, 3], dx);
        Assert.Equal(16777220, dx[0]);
    }

    [Fact]
    public void A_window_of_minus_infinity_beside_padding_stays_inside_the_image()
    {
        var s = new PoolingShape(1, 2, 2, 2, 1, 1);
        var (y, positions) = (new float[9], new int[9]);
        Pooling.Max<float>(s, 0, [float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity], y, positions);
        Assert.All(y, value => Assert.Equal(float.NegativeInfinity, value));
        Assert.All(positions, at => Assert.InRange(at, 0, 3));
    }

    private static (double[] X, double[] Dy) Operands(PoolingShape s) =>
        (Tensor.Randn<double>([s.Planes * s.H * s.W], new Seed(1)).ToArray(), Tensor.Randn<double>([s.Planes * s.Oh * s.Ow], new Seed(2)).ToArray());

    /// <summary>Each output's position and the positions of the inputs that its window covers, counted pixel by pixel.</summary>
    private static IEnumerable<(int To, int[] Window)> Windows(PoolingShape s)
    {
        var to = 0;
        for (var plane = 0; plane < s.Planes; plane++)
        for (var top = -s.Pad; top + s.Size <= s.H + s.Pad; top += s.Stride)
        for (var left = -s.Pad; left + s.Size <= s.W + s.Pad; left += s.Stride)
            yield return (to++, [.. from h in Enumerable.Range(top, s.Size)
                                    from w in Enumerable.Range(left, s.Size)
                                    where h >= 0 && h < s.H && w >= 0 && w < s.W
                                    select (plane * s.H + h) * s.W + w]);
        Assert.Equal(s.Planes * s.Oh * s.Ow, to);
    }

    private static void Close(double[] expected, double[] actual)
    {
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-12);
    }
}
