using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>Question 1: does it match PyTorch, the value and the gradients to the inputs and to the target? On the tape and on spans.</summary>
public sealed class BceLossGoldenTests
{
    private static readonly BinaryGolden golden = BinaryGolden.Open("bce");

    [Fact]
    public void EveryCaseIsThatOfPyTorch()
    {
        Assert.Equal(2 * 3 * (2 + 4 + 5 + 6 + 6), golden.Cases.Length);
        Assert.All(golden.Cases, static c => Assert.True(c.Agrees));
        Assert.Equal(3 * golden.Cases.Length, Comparisons().Count());
    }

    [Fact]
    public void TheCornersAreThoseOfPyTorchTwo()
    {
        // PyTorch 1.13 has log(1 - x), which is 0 for x = 1e-8 in float, and infinite gradients of the target at x = 0 and 1.
        Assert.Equal(6 * (5 + 1), golden.Edges.Length);
        foreach (var edge in golden.Edges) Assert.Equal(3, BinaryGolden.Compare("binary_cross_entropy", edge, edge.Bce).Count());
    }

    [Fact]
    public void ASmallLossKeepsItsRelativeAccuracy()
    {
        foreach (var edge in golden.Edges.Where(static e => e.Name == "corners" && e.Reduction == "none"))
            if (edge.Dtype == "float32") Tight<float>(edge, 3e-7, 1.5e-45); // PyTorch loses the smallest denormal
            else Tight<double>(edge, 6e-16, 0);
    }

    private static void Tight<T>(BinaryGolden.Case edge, double relative, double absolute) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var answer = BinaryAnswer<T>.Of(
            edge.Bce, Array.ConvertAll(edge.Inputs, T.CreateTruncating), Array.ConvertAll(edge.Targets, T.CreateTruncating), edge.Shape);
        Near.Equal<T>(edge.Value, answer.Losses, edge + ": loss", relative, absolute);
    }

    /// <summary>Every case of the goldens, compared and measured.</summary>
    internal static IEnumerable<Compared> Comparisons() => golden.Cases.SelectMany(static c => BinaryGolden.Compare("binary_cross_entropy", c, c.Bce));
}
