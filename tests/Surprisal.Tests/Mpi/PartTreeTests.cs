using Surprisal.Training;

namespace Surprisal.Tests.Mpi;

/// <summary>The order of additions, against the definition written out.</summary>
public sealed class PartTreeTests
{
    [Theory]
    [InlineData(1, "0")]
    [InlineData(2, "(0+1)")]
    [InlineData(3, "((0+1)+2)")]
    [InlineData(6, "(((0+1)+(2+3))+(4+5))")]
    [InlineData(8, "(((0+1)+(2+3))+((4+5)+(6+7)))")]
    public void AddsLeftToRightInPairs(int parts, string expected) =>
        Assert.Equal(expected, PartTree.Fold<string>([.. Enumerable.Range(0, parts).Select(static part => $"{part}")], static (a, b) => $"({a}+{b})"));

    [Fact]
    public void PartsWithoutRowsAreNoLeaves() =>
        Assert.Equal("((1+(2+3))+6)", PartTree.Fold<string>([null, "1", "2", "3", null, null, "6", null], static (a, b) => $"({a}+{b})"));

    /// <summary>Whatever the ranks, their largest subtrees are disjoint, cover the parts, and are nodes of the one tree.</summary>
    [Fact]
    public void SubtreesOfAllRanksAreNodesOfTheTree()
    {
        for (var parts = 1; parts <= 40; parts++)
        {
            var nodes = new HashSet<(int, int)>();
            Visit(0, parts, nodes);
            for (var ranks = 1; ranks <= parts; ranks++)
            {
                var next = 0;
                for (var rank = 0; rank < ranks; rank++)
                {
                    var (first, end) = PartTree.Of(rank, ranks, parts);
                    Assert.True(end > first);
                    foreach (var (low, high) in PartTree.Subtrees(first, end, parts))
                    {
                        Assert.Equal(next, low);
                        Assert.Contains((low, high), nodes);
                        next = high;
                    }
                    Assert.Equal(next, end);
                }
                Assert.Equal(parts, next);
            }
        }

        static void Visit(int low, int high, HashSet<(int, int)> nodes)
        {
            nodes.Add((low, high));
            if (high - low == 1) return;
            var half = 1;
            while (2 * half < high - low) half *= 2;
            Visit(low, low + half, nodes);
            Visit(low + half, high, nodes);
        }
    }
}
