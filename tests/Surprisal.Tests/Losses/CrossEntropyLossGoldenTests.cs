using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>Question 1: does it match PyTorch, value and gradient? On the tape and on spans.</summary>
public sealed class CrossEntropyLossGoldenTests
{
    private const string Function = "cross_entropy, class indices";

    private static CrossEntropyGolden Golden => CrossEntropyGolden.Instance;

    public static TheoryData<string, string> Inputs => new(
        from dtype in new[] { "float64", "float32" }
        from rank in Golden.Shapes.Keys
        select (dtype, rank));

    [Fact]
    public void TheGoldensCoverTheWholeProductOfOptions()
    {
        var options = Golden.Cases.Select(c => (c.Dtype, c.Rank, c.Reduction, c.Weighted, c.Ignore, c.Smoothing)).ToHashSet();
        Assert.Equal(2 * 5 * 3 * 2 * 3 * 3, options.Count);
    }

    [Theory, MemberData(nameof(Inputs))]
    public void ValuesAndGradientsAreThoseOfPyTorch(string dtype, string rank) =>
        Assert.NotEmpty(Golden.Cases.Where(c => c.Dtype == dtype && c.Rank == rank).SelectMany(Compare).ToList());

    /// <summary>Every case of the goldens, compared and measured.</summary>
    internal static IEnumerable<Compared> Comparisons() => Golden.Cases.SelectMany(Compare);

    private static Compared[] Compare(CrossEntropyGolden.Case golden)
    {
        var shape = Golden.Shapes[golden.Rank];
        var logits = Golden.Inputs[golden.Dtype][golden.Rank];
        var weight = golden.Weighted ? Golden.Weight[..shape[shape.Length == 1 ? 0 : 1]] : null;
        return golden.Dtype == "float64" ? Check(golden, weight, shape, logits, golden.ToString()) : Check(golden, weight, shape, Array.ConvertAll(logits, static v => (float)v), golden.ToString());
    }

    public static TheoryData<string> EdgeNames => new(Golden.Edges.Select(e => e.Name).Distinct(StringComparer.Ordinal));

    [Theory, MemberData(nameof(EdgeNames))]
    public void EdgesAreThoseOfPyTorch(string name)
    {
        foreach (var edge in Golden.Edges.Where(e => e.Name == name))
        {
            var golden = edge with { Gradient = WithoutInfinityMinusInfinity(edge) };
            Check(golden, edge.Weight, edge.Shape, edge.Logits, edge.ToString());
            Check(golden, edge.Weight, edge.Shape, Array.ConvertAll(edge.Logits, static v => (float)v), edge + " in float");
        }
    }

    /// <summary>
    /// Where the weights' sum is exactly 0, PyTorch adds infinity p and -infinity at the target and gets NaN; here w (p - 1) is formed
    /// first, so that the target's gradient has the opposite sign of the other classes' infinity.
    /// </summary>
    private static double[] WithoutInfinityMinusInfinity(CrossEntropyGolden.Edge edge)
    {
        if (!edge.Name.StartsWith("weights cancel", StringComparison.Ordinal) || edge.Reduced != Reduction.Mean) return edge.Gradient;
        var gradient = edge.Gradient.ToArray();
        var inner = edge.Shape.Length > 2 ? edge.Shape[2] : 1;
        for (var i = 0; i < edge.Targets.Length; i++)
        {
            var first = i / inner * edge.Shape[1] * inner + i % inner;
            var (target, other) = (first + (int)edge.Targets[i] * inner, first + (edge.Targets[i] == 0 ? inner : 0));
            Assert.True(double.IsNaN(gradient[target]) && double.IsInfinity(gradient[other]));
            gradient[target] = -gradient[other];
        }
        return gradient;
    }

    private static Compared[] Check<T>(CrossEntropyGolden.Answer golden, double[]? weight, int[] shape, T[] logits, string about)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var loss = golden.Loss(weight);
        int[] samples = shape.Length == 1 ? [] : [shape[0], .. shape[2..]];
        var input = Tensor.Create<T>(logits, shape, requiresGrad: true);
        var output = loss.Forward(input, Tensor.Create<long>(golden.Targets, samples));
        Assert.Equal(golden.Reduced == Reduction.None ? samples : [], output.Shape.ToArray());
        var options = golden.Options(weight is not null);
        var value = Compared.Of<T>(Function, options, golden.Value, output.ToArray(), about + ": value");

        var upstream = Enumerable.Range(0, output.Length).Select(i => T.CreateTruncating(golden.Upstream(i))).ToArray();
        output.Backward(Tensor.Create<T>(upstream, output.Shape));
        var gradient = Compared.Of<T>(Function, options, golden.Gradient, input.Grad!.ToArray(), about + ": gradient");

        var evaluated = Evaluated<T>.Of(loss, logits, shape, golden.Targets);
        double[] reduced = golden.Reduced == Reduction.None ? [golden.Value.Sum()] : golden.Value;
        Near.Equal<double>(reduced, [evaluated.Value], about + ": Evaluate", typeof(T) == typeof(float) ? 1.3e-6 : 1e-7, typeof(T) == typeof(float) ? 1e-5 : 1e-7);
        if (golden.Reduced == Reduction.None) Near.Equal<T>(golden.Value, evaluated.Losses, about + ": losses");
        else Near.Equal<T>(golden.Gradient, evaluated.Gradient, about + ": gradient of Evaluate");
        return [value, gradient];
    }
}
