using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>Question 1: does it match PyTorch, value and gradient? On the tape and on spans.</summary>
public sealed class NllLossGoldenTests
{
    private static readonly Lazy<IndexedGolden> Golden = new(static () => IndexedGolden.Read("nll"));

    public static TheoryData<string> EdgeNames => new(Golden.Value.Edges.Select(static e => e.Name).Distinct(StringComparer.Ordinal));

    [Fact]
    public void ValuesAndGradientsAreThoseOfPyTorchForTheWholeProductOfOptions()
    {
        Assert.Equal(2 * 5 * 3 * 2 * 3, Golden.Value.Cases.Select(static c => (c.Dtype, c.Rank, c.Reduction, c.Weighted, c.Ignore)).Distinct().Count());
        Assert.Equal(2 * (2 * 4 * 18 + 2 * 2 * 18), Comparisons().Count()); // unbatched cases once more with an ignored target
    }

    [Theory, MemberData(nameof(EdgeNames))]
    public void EdgesAreThoseOfPyTorch(string name)
    {
        foreach (var edge in Golden.Value.Edges.Where(e => e.Name == name)) IndexedGolden.Compare(edge, new NllLoss());
    }

    /// <summary>Every case of the goldens, compared and measured.</summary>
    internal static IEnumerable<Compared> Comparisons() => Golden.Value.Cases.SelectMany(static c => Golden.Value.Compare("nll_loss", c, new NllLoss()));
}
