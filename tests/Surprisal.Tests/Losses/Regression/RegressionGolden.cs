using System.Text.Json;
using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>What libtorch answered for a loss of differences, written by regression.cs; and the comparison with it, on the tape and on spans.</summary>
internal static class RegressionGolden
{
    /// <summary>Every case of the golden, compared and measured: its value and both gradients.</summary>
    public static IEnumerable<Compared> Comparisons(string golden, string function, string? option, Func<double, Reduction, DenseLoss> loss) =>
        Golden.Open($"Losses/Goldens/{golden}.json").GetProperty("cases").EnumerateArray().SelectMany(json =>
            json.GetProperty("dtype").GetString() == "float64" ? Compare<double>(function, option, json, loss) : Compare<float>(function, option, json, loss));

    private static Compared[] Compare<T>(string function, string? option, JsonElement json, Func<double, Reduction, DenseLoss> build)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var reduction = Reductions.Of(json.GetProperty("reduction").GetString()!);
        var limit = option is null ? 1 : Number(json.GetProperty(option));
        var loss = build(limit, reduction);
        var about = $"{json.GetProperty("name")}, {loss}";
        var (input, target) = (json.GetProperty("input").ReadTensor<T>(requiresGrad: true), json.GetProperty("target").ReadTensor<T>(requiresGrad: true));
        var weights = json.TryGetProperty("weight", out var weight) ? weight.ReadTensor<T>() : null;
        string[] options = [$"reduction={reduction.ToString().ToLowerInvariant()}", .. limit == 1 ? [] : new[] { option! },
            .. weights is null ? [] : new[] { "weight" }];
        var names = string.Join(", ", options);
        var (value, gradient, targetGradient) = (Numbers(json, "value"), Numbers(json, "gradient"), Numbers(json, "targetGradient"));

        var output = loss.Forward(input, target, weights);
        Assert.Equal(json.GetProperty("value").GetProperty("shape").ReadInts(), output.Shape.ToArray());
        if (weights is null) Assert.Equal(json.GetProperty("node").GetString(), output.GradFn!.Name); // PyTorch composes weighted losses
        var upstream = Enumerable.Range(0, output.Length).Select(i => T.CreateTruncating(reduction == Reduction.None ? 0.5 + i % 3 : 1)).ToArray();
        output.Backward(Tensor.Create<T>(upstream, output.Shape));
        if (input.Rank > 0)
        {
            var call = DivergenceCall<T>.Of(loss, input.ToArray(), input.Shape.Sizes, target.ToArray(), sampleWeights: weights?.ToArray());
            Assert.Equal(output.ToArray(), reduction == Reduction.None ? call.Losses : [T.CreateTruncating(call.Result.Value)]);
            if (reduction != Reduction.None) Assert.Equal(input.Grad!.ToArray(), call.Gradient);
            if (reduction != Reduction.None) Assert.Equal(target.Grad!.ToArray(), call.TargetGradient);
        }
        return
        [
            Compared.Of<T>(function, names, value, output.ToArray(), about + ": value"),
            Compared.Of<T>(function, names, gradient, input.Grad!.ToArray(), about + ": gradient"),
            Compared.Of<T>(function, names, targetGradient, target.Grad!.ToArray(), about + ": gradient of the target"),
        ];
    }

    private static double[] Numbers(JsonElement json, string name) => json.GetProperty(name).ReadTensor<double>().ToArray();

    private static double Number(JsonElement json) => json.ValueKind == JsonValueKind.String ? double.Parse(json.GetString()!, null) : json.GetDouble();
}
