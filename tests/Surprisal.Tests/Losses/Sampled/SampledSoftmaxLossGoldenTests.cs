using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>
/// Question 1: does it match PyTorch, composed of linear and cross_entropy over the same candidates, which sampledsoftmax.py draws by itself? The
/// candidates too.
/// </summary>
public sealed class SampledSoftmaxLossGoldenTests
{
    [Fact]
    public void ValuesAndGradientsAreThoseOfPyTorch() => Assert.Equal(2 * 5 * 2 * 2 * 2 * 3, Comparisons().Count());

    internal static IEnumerable<Compared> Comparisons() => SampledGolden.Compare();
}
