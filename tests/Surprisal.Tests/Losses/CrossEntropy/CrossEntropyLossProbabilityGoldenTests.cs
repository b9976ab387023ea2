using System.Numerics.Tensors;
using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>
/// Question 1 for class probabilities: does it match PyTorch, the value and the gradients to the logits and to the target? On the tape and on spans.
/// </summary>
public sealed class CrossEntropyLossProbabilityGoldenTests
{
    private static ProbabilityGolden Golden => ProbabilityGolden.Instance;

    [Fact]
    public void EveryCaseIsThatOfPyTorch()
    {
        var options = Golden.Cases.Select(static c => (c.Name, c.Dtype, c.Shape.Length, c.Reduction, Weighted: c.Weight is not null, c.Smoothing)).ToHashSet();
        Assert.Equal(3 * 2 * 5 * 3 * 2 * 3, options.Count);
        Assert.Equal(3 * options.Count, Comparisons().Count());
    }

    public static TheoryData<string> EdgeNames => new(Golden.Edges.Select(static e => e.Name).Distinct(StringComparer.Ordinal));

    [Theory, MemberData(nameof(EdgeNames))]
    public void EdgesAreThoseOfPyTorch(string name)
    {
        foreach (var edge in Golden.Edges.Where(e => e.Name == name))
        {
            Assert.NotEmpty(Compare<double>(edge).ToList());
            Assert.NotEmpty(Compare<float>(edge).ToList());
        }
    }

    /// <summary>Every case of the goldens, compared and measured.</summary>
    internal static IEnumerable<Compared> Comparisons() =>
        Golden.Cases.SelectMany(static golden => golden.Dtype == "float64" ? Compare<double>(golden) : Compare<float>(golden));

    private static IEnumerable<Compared> Compare<T>(ProbabilityGolden.Case golden) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var loss = golden.Loss;
        var input = Tensor.Create<T>(Array.ConvertAll(golden.Logits, T.CreateTruncating), golden.Shape, requiresGrad: true);
        var target = Tensor.Create<T>(Array.ConvertAll(golden.Targets, T.CreateTruncating), golden.Shape, requiresGrad: true);
        var output = loss.Forward(input, target);
        var upstream = Enumerable.Range(0, output.Length).Select(i => T.CreateTruncating(golden.Reduction == "none" ? 0.5 + i % 3 : 1)).ToArray();
        output.Backward(Tensor.Create<T>(upstream, output.Shape));
        Spans(golden, loss, input.ToArray(), target.ToArray());
        const string Function = "cross_entropy, class probabilities";
        return
        [
            Compared.Of<T>(Function, golden.Options, golden.Value, output.ToArray(), golden + ": value"),
            Compared.Of<T>(Function, golden.Options, golden.Gradient, input.Grad!.ToArray(), golden + ": gradient"),
            Compared.Of<T>(Function, golden.Options, golden.TargetGradient, target.Grad!.ToArray(), golden + ": gradient of the target"),
        ];
    }

    /// <summary>The same through spans, the gradient in place of the logits.</summary>
    private static void Spans<T>(ProbabilityGolden.Case golden, CrossEntropyLoss loss, T[] logits, T[] targets) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var lengths = Evaluated<T>.Lengths(golden.Shape);
        nint[] samples = lengths.Length == 1 ? [] : [lengths[0], .. lengths[2..]];
        var count = Shape.Length(golden.Shape.Length == 1 ? [] : [golden.Shape[0], .. golden.Shape[2..]]);
        var (targetGradient, losses) = (new T[targets.Length], new T[count]);
        var result = loss.Evaluate(
            new ReadOnlyTensorSpan<T>(logits, lengths), new ReadOnlyTensorSpan<T>(targets, lengths), new TensorSpan<T>(logits, lengths),
            samples.Length == 0 ? default : new TensorSpan<T>(losses, samples), targetGradient: new TensorSpan<T>(targetGradient, lengths));
        if (golden.Reduction == "none")
        {
            if (samples.Length > 0) Near.Equal<T>(golden.Value, losses, golden + ": losses of Evaluate");
            return;
        }
        Near.Equal<T>(golden.Value, [T.CreateTruncating(result.Value)], golden + ": Evaluate");
        Near.Equal<T>(golden.Gradient, logits, golden + ": gradient of Evaluate");
        Near.Equal<T>(golden.TargetGradient, targetGradient, golden + ": gradient of the target of Evaluate");
    }
}
