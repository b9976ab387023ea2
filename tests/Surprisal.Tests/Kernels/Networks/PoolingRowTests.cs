using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>Max pooling over wide rows with many equal numbers, some NaN and infinities: against one comparison after the other.</summary>
public sealed class PoolingRowTests
{
    [Fact]
    public void TheFirstOfEqualsWinsAndTheFirstNaN()
    {
        var random = new Random(3);
        for (var i = 0; i < 400; i++)
        {
            var (size, special) = (random.Next(1, 5), i % 3);
            var s = new PoolingShape(2, random.Next(size, 20), random.Next(size, 70), size, random.Next(1, 4), 0);
            Check<float>(s, random, special);
            Check<double>(s, random, special);
        }
    }

    private static void Check<T>(PoolingShape s, Random random, int special) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] some = special == 0 ? [] : special == 1 ? [T.NaN] : [T.NegativeInfinity, T.PositiveInfinity, T.NegativeZero];
        var x = new T[s.Planes * s.H * s.W];
        for (var i = 0; i < x.Length; i++)
            x[i] = some.Length > 0 && random.Next(20) == 0 ? some[random.Next(some.Length)] : T.CreateChecked(random.Next(-2, 3));
        var (y, positions) = (new T[s.Planes * s.Oh * s.Ow], new int[s.Planes * s.Oh * s.Ow]);
        for (var plane = 0; plane < s.Planes; plane++) Pooling.Max<T>(s, plane, x, y, positions);
        for (var to = 0; to < y.Length; to++)
        {
            var (plane, oh, ow) = (to / (s.Oh * s.Ow), to / s.Ow % s.Oh, to % s.Ow);
            var image = x.AsSpan(plane * s.H * s.W, s.H * s.W);
            var best = oh * s.Stride * s.W + ow * s.Stride;
            for (var h = oh * s.Stride; h < oh * s.Stride + s.Size; h++)
            for (var w = ow * s.Stride; w < ow * s.Stride + s.Size; w++)
                if (image[h * s.W + w] > image[best] || (T.IsNaN(image[h * s.W + w]) && !T.IsNaN(image[best]))) best = h * s.W + w;
            Assert.True(best == positions[to], $"{typeof(T).Name} {s}: output {to} comes from {positions[to]}, expected {best}.");
            Assert.Equal(image[best], y[to]);
        }
    }
}
