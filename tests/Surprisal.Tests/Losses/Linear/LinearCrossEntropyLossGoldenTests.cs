using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>Question 1: does it match PyTorch's linear and cross_entropy, value and gradients? On the tape and on spans.</summary>
public sealed class LinearCrossEntropyLossGoldenTests
{
    [Fact]
    public void ValuesAndGradientsAreThoseOfPyTorch() => Assert.Equal(2 * (3 * 2 * 2 * 2 * 2 * 3 + 4 * 2), Comparisons().Count());

    internal static IEnumerable<Compared> Comparisons() => LinearGolden.Compare();
}
