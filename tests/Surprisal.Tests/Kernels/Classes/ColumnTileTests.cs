using System.Numerics;
using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

public sealed class ColumnTileTests
{
    [Fact]
    public void Rows_become_columns_and_columns_rows()
    {
        foreach (var classes in new[] { 1, 2, 3, 4, 5, 7, 8, 10, 15, 16, 17, 100, 128 })
        foreach (var rows in new[] { 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 50 })
        {
            ThereAndBack<float>(rows, classes);
            ThereAndBack<double>(rows, classes);
        }
    }

    [Theory, InlineData(511), InlineData(512), InlineData(513), InlineData(1000), InlineData(1023)]
    public void Columns_stored_past_the_caches_are_where_they_came_from(int columns)
    {
        const int classes = 3, inner = 1031;
        float[] x = [.. Enumerable.Range(1, classes * inner).Select(static i => (float)i)];
        for (var offset = 0; offset < 17; offset++)
        {
            using var tile = new ColumnTile<float>(classes, inner, columns);
            tile.Load(x, offset % 8, columns);
            var y = new float[x.Length + 40];
            tile.Store(y.AsSpan(offset, x.Length), offset % 8, columns, isFar: true);
            for (var i = 0; i < y.Length; i++)
            {
                var at = i - offset;
                var isStored = at >= 0 && at < x.Length && at % inner >= offset % 8 && at % inner < offset % 8 + columns;
                Assert.Equal(isStored ? x[at] : 0, y[i]);
            }
        }
    }

    private static void ThereAndBack<T>(int rows, int classes) where T : unmanaged, INumber<T>
    {
        T[] x = [.. Enumerable.Range(1, rows * classes).Select(i => T.CreateChecked(i))];
        using var tile = new ColumnTile<T>(classes, 1, rows);
        var y = new T[x.Length + 2];
        for (var start = 0; start < rows; start += tile.Width)
        {
            var count = Math.Min(tile.Width, rows - start);
            tile.Span.Fill(T.Zero);
            tile.Load(x, start, count);
            for (var i = 0; i < count; i++)
            for (var c = 0; c < classes; c++)
                Assert.Equal(x[(start + i) * classes + c], tile.Span[c * tile.Pitch + i]);
            var beside = 0;
            foreach (var number in tile.Span) beside += T.IsZero(number) ? 1 : 0;
            Assert.Equal(tile.Span.Length - count * classes, beside);
            tile.Store(y.AsSpan(1, x.Length), start, count);
        }
        Assert.Equal([T.Zero, .. x, T.Zero], y);
    }
}
