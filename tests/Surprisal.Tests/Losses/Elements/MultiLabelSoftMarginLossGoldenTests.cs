using System.Text.Json;
using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>Question 1: does the multi-label loss match PyTorch, the value and the gradients to the input and to the target?</summary>
public sealed class MultiLabelSoftMarginLossGoldenTests
{
    [Fact]
    public void EveryCaseIsThatOfPyTorch() => Assert.Equal(3 * (8 * 2 * 3 * 2 * 5 + 1 + 3 * 5), Comparisons().Count());

    internal static IEnumerable<Compared> Comparisons() => DivergenceGolden.Comparisons("multilabelsoftmargin", "multilabel_soft_margin_loss",
        static (json, reduction) =>
            new MultiLabelSoftMarginLoss { Reduction = reduction, Weight = json.TryGetProperty("weight", out var weight) ? Weight(weight) : null });

    private static ElementWeights Weight(JsonElement json)
    {
        var weight = json.ReadTensor<double>();
        return ElementWeights.Create(weight.ToArray(), weight.Shape);
    }
}
