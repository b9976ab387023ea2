using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>Question 1: does it match PyTorch's operations (log_softmax, gather, autograd), value and gradient? On the tape and on spans.</summary>
public sealed class SoftmaxFocalLossGoldenTests
{
    private static readonly Lazy<IndexedGolden> Golden = new(static () => IndexedGolden.Read("softmaxfocal"));

    public static TheoryData<string> EdgeNames => new(Golden.Value.Edges.Select(static e => e.Name).Distinct(StringComparer.Ordinal));

    [Fact]
    public void ValuesAndGradientsAreThoseOfPyTorchForTheWholeProductOfOptions()
    {
        Assert.Equal(2 * 5 * 3 * 2 * 3 * 4,
            Golden.Value.Cases.Select(static c => (c.Dtype, c.Rank, c.Reduction, c.Weighted, c.Ignore, c.Gamma)).Distinct().Count());
        Assert.Equal(2 * (2 * 4 * 72 + 2 * 2 * 72), Comparisons().Count()); // unbatched cases once more with an ignored target
    }

    [Theory, MemberData(nameof(EdgeNames))]
    public void EdgesAreThoseOfPyTorch(string name)
    {
        foreach (var edge in Golden.Value.Edges.Where(e => e.Name == name)) IndexedGolden.Compare(edge, new SoftmaxFocalLoss { Gamma = edge.Gamma });
    }

    /// <summary>Every case of the goldens, compared and measured.</summary>
    internal static IEnumerable<Compared> Comparisons() => Golden.Value.Cases.SelectMany(static c =>
        Golden.Value.Compare("softmax focal loss (log_softmax, gather)", c, new SoftmaxFocalLoss { Gamma = c.Gamma }));
}
