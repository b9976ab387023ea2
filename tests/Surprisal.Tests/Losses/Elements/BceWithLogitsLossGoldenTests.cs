using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>Question 1: does it match PyTorch, the value and the gradients to the logits and to the target? On the tape and on spans.</summary>
public sealed class BceWithLogitsLossGoldenTests
{
    private static readonly BinaryGolden golden = BinaryGolden.Open("bcewithlogits");

    [Fact]
    public void EveryCaseIsThatOfPyTorch()
    {
        Assert.Equal(2 * 3 * (2 * 2 + 4 * 4 + 5 * 5 + 6 * 6 + 6 * 6), golden.Cases.Length);
        Assert.Equal(3 * golden.Cases.Length, Comparisons().Count());
    }

    [Fact]
    public void OddWeightsAndNoElementsAreAsInPyTorch()
    {
        Assert.Equal(3 * 6, golden.Sizes.Length);
        foreach (var edge in golden.Sizes) Assert.Equal(3, BinaryGolden.Compare("binary_cross_entropy_with_logits", edge, edge.BceWithLogits).Count());
    }

    [Fact]
    public void EveryEdgeIsExactAlsoWherePyTorchIsNot()
    {
        Assert.Equal(2 * 25 * 7 * 3, golden.Edges.Length);
        foreach (var edge in golden.Edges)
        {
            Assert.Equal(3, BinaryGolden.Compare("binary_cross_entropy_with_logits", edge, edge.BceWithLogits).Count());
            if (edge.Targets[0] is not (>= 0 and <= 1)) continue; // elsewhere the two parts have opposite signs, and cancel
            if (edge.Dtype == "float32") Tight<float>(edge, 3e-7, 1.5e-45);
            else Tight<double>(edge, 6e-16, 0);
        }
    }

    [Fact]
    public void OnlyInfiniteAndOverflowingLogitsDifferFromPyTorch() =>
        Assert.All(golden.Edges.Where(static e => !e.Agrees), static e => Assert.True(double.IsInfinity(e.Inputs[0]) || e.Inputs[0] < -1e38));

    /// <summary>Relative accuracy, however small the loss.</summary>
    private static void Tight<T>(BinaryGolden.Case edge, double relative, double absolute) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var answer = BinaryAnswer<T>.Of(edge.BceWithLogits, Array.ConvertAll(edge.Inputs, T.CreateTruncating),
            Array.ConvertAll(edge.Targets, T.CreateTruncating), edge.Shape);
        Near.Equal<T>(edge.Value, answer.Losses, edge + ": loss", relative, absolute);
    }

    /// <summary>Every case of the goldens, compared and measured.</summary>
    internal static IEnumerable<Compared> Comparisons() =>
        golden.Cases.SelectMany(static c => BinaryGolden.Compare("binary_cross_entropy_with_logits", c, c.BceWithLogits));
}
