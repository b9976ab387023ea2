using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>Question 1: does it match PyTorch's operations (softmax, one_hot, autograd), value and gradient? On the tape and on spans.</summary>
public sealed class TverskyLossGoldenTests
{
    [Fact]
    public void ValuesAndGradientsAreThoseOfPyTorch() => Assert.Equal(8 * 2 * 2 * 2 * 2 * 2 * 2, Comparisons().Count());

    internal static IEnumerable<Compared> Comparisons() => RegionGolden.Compare("tversky", new TverskyLoss { Alpha = 0.3, Beta = 0.7 });
}
