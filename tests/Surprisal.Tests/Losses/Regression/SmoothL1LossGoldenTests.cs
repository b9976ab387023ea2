using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>Question 1: does smooth absolute error match PyTorch, the value and both gradients?</summary>
public sealed class SmoothL1LossGoldenTests
{
    [Fact]
    public void EveryCaseIsThatOfPyTorch() => Assert.Equal(3 * (4 * (5 * 2 * 3 + 2 * 3 + 2 + 2 + 3 * 3)), Comparisons().Count());

    internal static IEnumerable<Compared> Comparisons() =>
        RegressionGolden.Comparisons("smoothl1", "smooth_l1_loss", "beta", static (beta, reduction) => new SmoothL1Loss { Beta = beta, Reduction = reduction });
}
