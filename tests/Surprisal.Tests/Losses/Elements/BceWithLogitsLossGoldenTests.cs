using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>Question 1: does it match PyTorch, the value and the gradients to the logits and to the target? On the tape and on spans.</summary>
public sealed class BceWithLogitsLossGoldenTests
{
    private static readonly BinaryGolden golden = BinaryGolden.Open("bcewithlogits"), exact = BinaryGolden.Open("binaryexact");

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
        Assert.Equal(2 * 25 * 7 * 3, exact.Edges.Length);
        foreach (var edge in exact.Edges)
        {
            Assert.Equal(3, BinaryGolden.Compare("binary_cross_entropy_with_logits", edge, edge.BceWithLogits).Count());
            if (edge.Targets[0] is not (>= 0 and <= 1)) continue; // elsewhere the two parts have opposite signs, and cancel
            if (edge.Dtype == "float32") Tight<float>(edge, 3e-7, 1.5e-45);
            else Tight<double>(edge, 6e-16, 0);
        }
    }

    [Fact]
    public void OnlyInfiniteAndOverflowingLogitsDifferFromPyTorch()
    {
        Assert.Equal(exact.Edges.Length, golden.Edges.Length);
        foreach (var (truth, edge) in exact.Edges.Zip(golden.Edges))
        {
            Assert.Equal(truth.ToString(), (edge with { Inputs = truth.Inputs }).ToString());
            Near.Equal<double>(truth.Inputs, edge.Inputs, edge.ToString(), 1e-8, 1e-52); // the fewest digits of a float are not those of its double
            if (double.IsInfinity(edge.Inputs[0]) || edge.Inputs[0] < -1e38) continue;
            var (relative, absolute) = edge.Dtype == "float32" ? (1.3e-6, 1e-5) : (1e-7, 1e-7);
            Near.Equal<double>(truth.Value, edge.Value, edge + ": value", relative, absolute);
            Near.Equal<double>(truth.Gradient, edge.Gradient, edge + ": gradient", relative, absolute);
            Near.Equal<double>(truth.TargetGradient, edge.TargetGradient, edge + ": gradient of the target", relative, absolute);
        }
        Assert.Contains(golden.Edges, static e => double.IsNaN(e.Value[0]) && !double.IsNaN(e.Inputs[0]) && !double.IsNaN(e.Targets[0]));
    }

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
