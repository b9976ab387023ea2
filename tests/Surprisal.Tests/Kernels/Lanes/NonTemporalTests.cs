using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>Stores past the caches write the same numbers at any alignment, and blocks cover every number once.</summary>
[Collection(Serial.Name)]
public sealed class NonTemporalTests
{
    [Fact]
    public void Any_length_at_any_alignment_gives_what_near_memory_gets()
    {
        for (var offset = 0; offset < 17; offset++)
        for (var length = 0; length < 70; length++)
        {
            Check<float>(offset, length);
            Check<double>(offset, length);
        }
    }

    [Fact]
    public void A_matrix_beyond_the_caches_has_the_bits_of_its_rows()
    {
        const int rows = 9001, columns = 999; // 36 MB
        var x = Tensor.Randn<float>([rows, columns], new Seed(1));
        var g = Tensor.Randn<float>([rows, columns], new Seed(2));
        Assert.True(NonTemporal.IsAboveThreshold<float>(x.Length));
        var y = x.LogSoftmax(1);
        var dx = new float[x.Length];
        SoftmaxGradient.AlongAxis<float>(y.Span, g.Span, columns, 1, dx, log: true);
        var (row, gradient) = (new float[columns], new float[columns]);
        for (var i = 0; i < rows; i += 7)
        {
            Softmax.AlongAxis<float>(x.Span.Slice(i * columns, columns), columns, 1, row, log: true);
            Assert.Equal(row, y.Span.Slice(i * columns, columns).ToArray());
            SoftmaxGradient.AlongAxis<float>(row, g.Span.Slice(i * columns, columns), columns, 1, gradient, log: true);
            Assert.Equal(gradient, dx.AsSpan(i * columns, columns).ToArray());
        }
        SoftmaxGradient.AlongAxis<float>(y.Span, g.Span, columns, 1, g.Span, log: true); // in place
        Assert.Equal(dx, g.ToArray());
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(20_000, 10, 1)]
    [InlineData(3, 37, 1237)]
    [InlineData(1, 21, 300_001)]
    [InlineData(2, 3, 65_537)]
    [InlineData(7, 100_000, 1)]
    [InlineData(1000, 3, 5)]
    [InlineData(5, 40_000, 3)]
    public void Blocks_cover_every_column_of_every_slice_once(int outer, int axis, int inner)
    {
        var blocks = new AxisBlocks(outer, axis, inner);
        var seen = new int[outer * inner];
        for (var block = 0; block < blocks.Count; block++)
        {
            var (start, end, first, last) = blocks[block];
            for (var i = start; i < end; i++)
            for (var c = first; c < last; c++) seen[i * inner + c]++;
        }
        Assert.All(seen, static count => Assert.Equal(1, count));
    }

    private static void Check<T>(int offset, int length) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = Tensor.Randn<T>([length], new Seed(length)).ToArray();
        var (near, far) = (new T[length + 40], new T[length + 40]);
        Elementwise.Map(x, near.AsSpan(offset, length), default(Formulas<T>.Exp));
        NonTemporal.Map(x, far.AsSpan(offset, length), default(Formulas<T>.Exp));
        Assert.Equal(near, far);
        Elementwise.Map(x, x, near.AsSpan(offset, length), default(Formulas<T>.Multiply));
        NonTemporal.Map(x, x, far.AsSpan(offset, length), default(Formulas<T>.Multiply));
        Assert.Equal(near, far);
    }
}
