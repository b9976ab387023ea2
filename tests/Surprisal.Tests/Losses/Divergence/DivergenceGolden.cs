using System.Text.Json;
using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>What PyTorch answered, written by divergence.cs beside this; and the comparison with it, on the tape and on spans.</summary>
internal static class DivergenceGolden
{
    /// <summary>Every case of the golden, compared and measured: its value and each gradient.</summary>
    public static IEnumerable<Compared> Comparisons(string golden, string function, Func<JsonElement, Reduction, DenseLoss> loss) =>
        Golden.Open($"Losses/Goldens/{golden}.json").GetProperty("cases").EnumerateArray().SelectMany(json =>
            json.GetProperty("dtype").GetString() == "float64" ? Compare<double>(function, json, loss) : Compare<float>(function, json, loss));

    private static List<Compared> Compare<T>(string function, JsonElement json, Func<JsonElement, Reduction, DenseLoss> build)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var reduction = Reductions.Of(json.GetProperty("reduction").GetString()!);
        var loss = build(json, reduction);
        var options = string.Join(", ", Options(json, reduction));
        var about = $"{json.GetProperty("name")}, {reduction}";
        var hasTargetGradient = json.GetProperty("targetGradient").ValueKind != JsonValueKind.Null;
        var input = json.GetProperty("input").ReadTensor<T>(requiresGrad: true);
        var target = json.GetProperty("target").ReadTensor<T>(requiresGrad: hasTargetGradient);
        var (value, gradient) = (Numbers(json, "value"), Numbers(json, "gradient"));
        var targetGradient = hasTargetGradient ? Numbers(json, "targetGradient") : [];

        var output = loss.Forward(input, target);
        Assert.Equal(json.GetProperty("value").GetProperty("shape").ReadInts(), output.Shape.ToArray());
        var upstream = Enumerable.Range(0, output.Length).Select(i => T.CreateTruncating(reduction == Reduction.None ? 0.5 + i % 3 : 1)).ToArray();
        output.Backward(Tensor.Create<T>(upstream, output.Shape));
        List<Compared> compared =
        [
            Compared.Of<T>(function, options, value, output.ToArray(), about + ": value"),
            Compared.Of<T>(function, options, gradient, input.Grad!.ToArray(), about + ": gradient"),
        ];
        if (hasTargetGradient) compared.Add(Compared.Of<T>(function, options, targetGradient, target.Grad!.ToArray(), about + ": gradient of the target"));
        if (input.Rank == 0 || target.Rank == 0 || Shape.Broadcast(input.Shape, target.Shape) != input.Shape) return compared;

        var call = DivergenceCall<T>.Of(loss, input.ToArray(), input.Shape.Sizes, target.ToArray(), target.Shape.Sizes);
        if (reduction == Reduction.None)
        {
            Near.Equal<T>(value, call.Losses, about + ": losses of Evaluate");
            return compared;
        }
        Near.Equal<T>(value, [T.CreateTruncating(call.Result.Value)], about + ": Evaluate");
        Near.Equal<T>(gradient, call.Gradient, about + ": gradient of Evaluate");
        if (hasTargetGradient && target.Length == input.Length)
            Near.Equal<T>(targetGradient, call.TargetGradient, about + ": gradient of the target of Evaluate");
        return compared;
    }

    /// <summary>The options that are not PyTorch's defaults.</summary>
    private static IEnumerable<string> Options(JsonElement json, Reduction reduction)
    {
        if (json.TryGetProperty("weight", out _)) yield return "weight";
        yield return $"reduction={reduction.ToString().ToLowerInvariant()}";
        if (json.TryGetProperty("log_target", out var log) && log.GetBoolean()) yield return "log_target";
    }

    private static double[] Numbers(JsonElement json, string name) => json.GetProperty(name).ReadTensor<double>().ToArray();
}
