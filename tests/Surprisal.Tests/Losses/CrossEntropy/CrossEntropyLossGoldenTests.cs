using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>Question 1: does it match PyTorch, value and gradient? On the tape and on spans.</summary>
public sealed class CrossEntropyLossGoldenTests
{
    private const string Function = "cross_entropy, class indices";

    private static readonly Lazy<IndexedGolden> Once = new(static () => IndexedGolden.Read("crossentropy"));

    private static IndexedGolden Golden => Once.Value;

    public static TheoryData<string, string> Inputs => new(
        from dtype in new[] { "float64", "float32" }
        from rank in Golden.Shapes.Keys
        select (dtype, rank));

    [Fact]
    public void TheGoldensCoverTheWholeProductOfOptions()
    {
        var options = Golden.Cases.Select(c => (c.Dtype, c.Rank, c.Reduction, c.Weighted, c.Ignore, c.Smoothing)).ToHashSet();
        Assert.Equal(2 * 5 * 3 * 2 * 3 * 3, options.Count);
    }

    [Theory, MemberData(nameof(Inputs))]
    public void ValuesAndGradientsAreThoseOfPyTorch(string dtype, string rank) =>
        Assert.NotEmpty(Golden.Cases.Where(c => c.Dtype == dtype && c.Rank == rank).SelectMany(Compare).ToList());

    /// <summary>Every case of the goldens, compared and measured.</summary>
    internal static IEnumerable<Compared> Comparisons() => Golden.Cases.SelectMany(Compare);

    private static Compared[] Compare(IndexedGolden.Case golden) =>
        Golden.Compare(Function, golden, new CrossEntropyLoss { LabelSmoothing = golden.Smoothing });

    public static TheoryData<string> EdgeNames => new(Golden.Edges.Select(e => e.Name).Distinct(StringComparer.Ordinal));

    [Theory, MemberData(nameof(EdgeNames))]
    public void EdgesAreThoseOfPyTorch(string name)
    {
        foreach (var edge in Golden.Edges.Where(e => e.Name == name))
            IndexedGolden.Compare(edge with { Gradient = WithoutInfinityMinusInfinity(edge) }, new CrossEntropyLoss { LabelSmoothing = edge.Smoothing });
    }

    /// <summary>
    /// Where the weights' sum is exactly 0, PyTorch adds infinity p and -infinity at the target and gets NaN; here w (p - 1) is formed
    /// first, so that the target's gradient has the opposite sign of the other classes' infinity.
    /// </summary>
    private static double[] WithoutInfinityMinusInfinity(IndexedGolden.Edge edge)
    {
        if (!edge.Name.StartsWith("weights cancel", StringComparison.Ordinal) || edge.Reduced != Reduction.Mean) return edge.Gradient;
        var gradient = edge.Gradient.ToArray();
        var inner = edge.Shape.Length > 2 ? edge.Shape[2] : 1;
        for (var i = 0; i < edge.Targets.Length; i++)
        {
            var first = i / inner * edge.Shape[1] * inner + i % inner;
            var (target, other) = (first + (int)edge.Targets[i] * inner, first + (edge.Targets[i] == 0 ? inner : 0));
            Assert.True(double.IsNaN(gradient[target]) && double.IsInfinity(gradient[other]));
            gradient[target] = -gradient[other];
        }
        return gradient;
    }
}
