using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>Question 1: does mean squared error match PyTorch, the value and both gradients?</summary>
public sealed class MseLossGoldenTests
{
    [Fact]
    public void EveryCaseIsThatOfPyTorch() => Assert.Equal(3 * (5 * 2 * 3 * 2 + 2 * 3 + 2 + 2 + 3 * 3), Comparisons().Count());

    internal static IEnumerable<Compared> Comparisons() =>
        RegressionGolden.Comparisons("mse", "mse_loss", null, static (_, reduction) => new MseLoss { Reduction = reduction });
}
