using System.Text.Json;
using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>Question 1: does it match torchvision's formula in PyTorch's operations, value and both gradients? On the tape and on spans.</summary>
public sealed class FocalLossGoldenTests
{
    private static readonly Lazy<JsonElement> Json = new(static () => Golden.Open("Losses/Goldens/focal.json"));

    [Fact]
    public void ValuesAndGradientsAreThoseOfPyTorchForTheWholeProductOfOptions() => Assert.Equal(3 * (2 * 5 * 3 * 3 * 5 * 2), Comparisons().Count());

    /// <summary>Every case of the goldens, compared and measured.</summary>
    internal static IEnumerable<Compared> Comparisons() => Json.Value.GetProperty("cases").EnumerateArray()
        .SelectMany(static c => c.GetProperty("dtype").GetString() == "float64" ? Compare<double>(c) : Compare<float>(c));

    private static Compared[] Compare<T>(JsonElement c) where T : unmanaged, IFloatingPointIeee754<T>
    {
        string Word(string name) => c.GetProperty(name).GetString()!;
        var shape = Json.Value.GetProperty("shapes").GetProperty(Word("rank")).ReadInts();
        var input = Read<T>(Json.Value.GetProperty("inputs").GetProperty(Word("dtype")).GetProperty(Word("rank")), shape);
        var target = Read<T>(Json.Value.GetProperty("targets").GetProperty(Word("target")).GetProperty(Word("rank")), shape);
        var loss = Loss(c);
        var output = loss.Forward(input, target);
        output.Backward(Upstream(output, loss));
        var options = $"alpha, gamma, {(Word("target") == "soft" ? "soft targets, " : "")}reduction={Word("reduction")}";
        if (loss.Alpha < 0) options = options["alpha, ".Length..];
        var about = $"{loss}, rank {shape.Length}, {Word("target")} {Word("dtype")}";
        Assert.Equal(loss.Reduction == Reduction.None ? shape : [], output.Shape.ToArray());
        if (loss.Reduction != Reduction.None && shape.Length > 0)
        {
            var evaluated = FocalEvaluated<T>.Of(loss, input.ToArray(), target.ToArray(), shape);
            Assert.Equal(output.Item(), T.CreateTruncating(evaluated.Value));
            Assert.Equal(input.Grad!.ToArray(), evaluated.Gradient);
            Assert.Equal(target.Grad!.ToArray(), evaluated.TargetGradient);
        }
        return
        [
            Compared.Of<T>("sigmoid_focal_loss", options, Numbers(c, "value"), output.ToArray(), about + ": value"),
            Compared.Of<T>("sigmoid_focal_loss", options, Numbers(c, "gradient"), input.Grad!.ToArray(), about + ": gradient"),
            Compared.Of<T>("sigmoid_focal_loss", options, Numbers(c, "targetGradient"), target.Grad!.ToArray(), about + ": gradient of the target"),
        ];
    }

    [Fact]
    public void WherePyTorchGivesANumberAtTheEdgesItIsThatNumber()
    {
        var (compared, missed) = (0, 0);
        foreach (var edge in Json.Value.GetProperty("edges").EnumerateArray())
        {
            var (loss, shape) = (Loss(edge), edge.GetProperty("shape").ReadInts());
            var (input, target) = (Read<double>(edge.GetProperty("inputs"), shape), Read<double>(edge.GetProperty("targets"), shape));
            var output = loss.Forward(input, target);
            output.Backward(Upstream(output, loss));
            foreach (var (name, actual) in new[] { ("value", output.ToArray()), ("gradient", input.Grad!.ToArray()),
                ("targetGradient", target.Grad!.ToArray()) })
            {
                var expected = Numbers(edge, name);
                for (var i = 0; i < expected.Length; i++)
                {
                    var isNaN = shape.Contains(0) || double.IsNaN(input.Span[i]); // an empty mean, or NaN that came in
                    if (!double.IsNaN(expected[i]) || isNaN)
                    {
                        compared++;
                        continue;
                    }
                    missed++; // the limits have tests of their own
                    expected[i] = actual[i];
                    Assert.False(double.IsNaN(actual[i]));
                }
                Near.Equal<double>(expected, actual, $"{loss}, {name} of {string.Join(' ', input.ToArray())}, target {target.ToArray().FirstOrDefault()}");
            }
        }
        Assert.Equal((2207, 319), (compared, missed));
    }

    private static FocalLoss Loss(JsonElement json) => new()
    {
        Alpha = json.GetProperty("alpha").GetDouble(), Gamma = json.GetProperty("gamma").GetDouble(),
        Reduction = Reductions.Of(json.GetProperty("reduction").GetString()!),
    };

    private static Tensor<T> Upstream<T>(Tensor<T> output, FocalLoss loss) where T : unmanaged, IFloatingPointIeee754<T> =>
        Tensor.Create<T>([.. Enumerable.Range(0, output.Length).Select(i => T.CreateTruncating(loss.Reduction == Reduction.None ? 0.5 + i % 3 : 1))],
            output.Shape);

    private static Tensor<T> Read<T>(JsonElement values, int[] shape) where T : unmanaged, IFloatingPointIeee754<T> =>
        Tensor.Create<T>([.. Numbers(values).Select(T.CreateTruncating)], shape, requiresGrad: true);

    private static double[] Numbers(JsonElement json, string name) => Numbers(json.GetProperty(name));

    private static double[] Numbers(JsonElement values) =>
        [.. values.EnumerateArray().Select(static v => v.ValueKind == JsonValueKind.String ? double.Parse(v.GetString()!) : v.GetDouble())];
}
