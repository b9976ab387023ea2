using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>Question 1: does it match PyTorch's operations (softmax, one_hot, autograd), value and gradient? On the tape and on spans.</summary>
public sealed class DiceLossGoldenTests
{
    [Fact]
    public void ValuesAndGradientsAreThoseOfPyTorch() => Assert.Equal(8 * 2 * 2 * 2 * 2 * 2 * 2, Comparisons().Count());

    internal static IEnumerable<Compared> Comparisons() => RegionGolden.Compare("dice", new DiceLoss());
}
