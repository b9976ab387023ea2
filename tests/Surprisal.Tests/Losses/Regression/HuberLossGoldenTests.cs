using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>Question 1: does Huber's loss match PyTorch, the value and both gradients?</summary>
public sealed class HuberLossGoldenTests
{
    [Fact]
    public void EveryCaseIsThatOfPyTorch() => Assert.Equal(3 * (4 * (5 * 2 * 3 + 2 * 3 + 2) + 3 * (2 + 3 * 3)), Comparisons().Count());

    internal static IEnumerable<Compared> Comparisons() =>
        RegressionGolden.Comparisons("huber", "huber_loss", "delta", static (delta, reduction) => new HuberLoss { Delta = delta, Reduction = reduction });
}
