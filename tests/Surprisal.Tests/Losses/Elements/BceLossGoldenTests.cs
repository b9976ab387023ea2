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
        Assert.Equal(3 * golden.Cases.Length, Comparisons().Count());
    }

    [Fact]
    public void TheCornersAreThoseOfPyTorchWithAFloorUnderTheTargetsGradient()
    {
        Assert.Equal(6 * (5 + 1), golden.Edges.Length);
        foreach (var edge in golden.Edges) Assert.Equal(3, BinaryGolden.Compare("binary_cross_entropy", Floored(edge), edge.Bce).Count());
        Assert.Contains(double.PositiveInfinity, golden.Edges[0].TargetGradient); // PyTorch has the floor in the loss only
    }

    [Fact]
    public void WhatPyTorchRefusesIsRefusedInItsWords()
    {
        Assert.Equal(6, golden.Refused.Length);
        foreach (var (input, target, words) in golden.Refused)
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(() => BinaryAnswer<double>.Of(new BceLoss(), [input], [target], [1]));
            Assert.StartsWith(words, error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>PyTorch's answer, the target's gradient at most 100 times weight and upstream gradient, which an infinite one is not.</summary>
    private static BinaryGolden.Case Floored(BinaryGolden.Case edge) => edge with
    {
        TargetGradient = [.. edge.TargetGradient.Select((gradient, i) =>
        {
            var floor = 100 * Math.Abs(edge.Weight?.Values[i] ?? 1) * (edge.Reduction == "none" ? 0.5 + i % 3 : 1);
            if (edge.Reduction == "mean") floor /= edge.Inputs.Length;
            return double.IsNaN(floor) ? gradient : Math.Clamp(gradient, -floor, floor);
        })],
    };

    [Fact]
    public void ASmallLossKeepsItsRelativeAccuracy()
    {
        foreach (var edge in golden.Edges.Where(static e => e.Name == "corners" && e.Reduction == "none"))
            if (edge.Dtype == "float32") Tight<float>(edge, 3e-7, 5e-46); // 1E-45 is the shortest name of the smallest float, 1.4e-45
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
