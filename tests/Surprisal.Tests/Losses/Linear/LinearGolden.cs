using System.Text.Json;
using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>linear and cross_entropy as libtorch has them, written by linear.cs: on the tape and on spans.</summary>
internal static class LinearGolden
{
    private static readonly Lazy<JsonElement> Cases = new(static () => Golden.Open("Losses/Goldens/linear.json").GetProperty("cases"));

    public static IEnumerable<Compared> Compare()
    {
        foreach (var item in Cases.Value.EnumerateArray())
            yield return item.GetProperty("dtype").GetString() == "float32" ? Compare<float>(item) : Compare<double>(item);
    }

    private static Compared Compare<T>(JsonElement item) where T : unmanaged, IFloatingPointIeee754<T>
    {
        double Number(string name) => item.GetProperty(name).GetDouble();
        double[] Numbers(string name) => [.. item.GetProperty(name).EnumerateArray().Select(static x => x.GetDouble())];
        T[] Values(string name) => [.. Numbers(name).Select(T.CreateTruncating)];
        var (rows, features, classes) = (item.GetProperty("rows").ReadInts(), (int)Number("features"), (int)Number("classes"));
        var isWeighted = item.GetProperty("weighted").GetBoolean();
        var loss = new LinearCrossEntropyLoss
        {
            Reduction = Enum.Parse<Reduction>(item.GetProperty("reduction").GetString()!), LabelSmoothing = Number("smoothing"),
            Weight = isWeighted ? new[] { 0.5, 2, 1.25, 0.75, 3.5, 1, 0.25 }[..classes] : (ClassWeights?)null,
            SoftCap = Number("cap") > 0 ? Number("cap") : null, Temperature = Number("temperature"), ZLoss = Number("penalty"),
        };
        var hidden = Tensor.Create<T>(Values("hidden"), [.. rows, features], requiresGrad: true);
        var weight = Tensor.Create<T>(Values("weight"), [classes, features], requiresGrad: true);
        var bias = Values("bias") is { Length: > 0 } values ? Tensor.Create<T>(values, [classes], requiresGrad: true) : null;
        var isProbability = item.GetProperty("probabilities").GetBoolean();
        long[] targets = isProbability ? [] : [.. Numbers("targets").Select(static t => (long)t)];
        var output = isProbability
            ? loss.Forward(hidden, weight, Tensor.Create<T>(Values("targets"), [.. rows, classes]), bias)
            : loss.Forward(hidden, weight, Tensor.Create<long>(targets, rows), bias);
        T[] upstream = [.. Enumerable.Range(0, output.Length).Select(static i => T.CreateTruncating(0.5 + i % 3))];
        output.Backward(loss.Reduction == Reduction.None ? Tensor.Create<T>(upstream, rows) : null);
        T[] actual = [.. output.ToArray(), .. hidden.Grad!.ToArray(), .. weight.Grad!.ToArray(), .. bias is null ? [] : bias.Grad!.ToArray()];
        if (loss.Reduction != Reduction.None)
        {
            T[] dx = new T[hidden.Length], dw = new T[weight.Length], db = new T[bias?.Length ?? 0];
            var result = isProbability
                ? loss.Evaluate<T>(Values("hidden"), Values("weight"), Values("targets"), features, Values("bias"), dx, dw, db)
                : loss.Evaluate<T, long>(Values("hidden"), Values("weight"), targets, features, Values("bias"), dx, dw, db);
            Assert.Equal(actual, (T[])[T.CreateTruncating(result.Value), .. dx, .. dw, .. db]);
        }
        var options = string.Join(", ", new[]
        {
            loss.Weight is null ? "" : "weight", loss.LabelSmoothing > 0 ? "label_smoothing" : "", bias is null ? "" : "bias",
            loss.SoftCap is null && loss.Temperature == 1 && loss.ZLoss == 0 ? "" : "cap, temperature, z-loss",
        }.Where(static option => option.Length > 0));
        return Compared.Of<T>($"linear and cross_entropy, class {(isProbability ? "probabilities" : "indices")}", options,
            [.. Numbers("value"), .. Numbers("gradients")], actual, $"{loss} of {item.GetProperty("rows")}");
    }
}
