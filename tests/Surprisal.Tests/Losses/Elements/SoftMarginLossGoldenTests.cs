using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>Question 1: does the logistic loss match PyTorch, the value and the gradient to the input?</summary>
public sealed class SoftMarginLossGoldenTests
{
    [Fact]
    public void EveryCaseIsThatOfPyTorch() => Assert.Equal(2 * (9 * 2 * 3 * 2 + 1 + 3 * 3), Comparisons().Count());

    internal static IEnumerable<Compared> Comparisons() =>
        DivergenceGolden.Comparisons("softmargin", "soft_margin_loss", static (_, reduction) => new SoftMarginLoss { Reduction = reduction });
}
