using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>Question 1: does the divergence match PyTorch, the value and the gradients to the input and to the target?</summary>
public sealed class KlDivLossGoldenTests
{
    [Fact]
    public void EveryCaseIsThatOfPyTorch() => Assert.Equal(3 * (13 * 2 * 4 * 2 + 2 + 4 * 4), Comparisons().Count());

    internal static IEnumerable<Compared> Comparisons() => DivergenceGolden.Comparisons("kldiv", "kl_div",
        static (json, reduction) => new KlDivLoss { Reduction = reduction, LogTarget = json.GetProperty("log_target").GetBoolean() });
}
