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
