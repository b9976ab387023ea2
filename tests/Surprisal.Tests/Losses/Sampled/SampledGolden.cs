using System.Text.Json;
using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>Sampled softmax as PyTorch's operations compute it, written by sampledsoftmax.py.</summary>
internal static class SampledGolden
{
    private static readonly Lazy<JsonElement> Cases = new(static () => Golden.Open("Losses/Goldens/sampledsoftmax.json").GetProperty("cases"));

    public static IEnumerable<Compared> Compare()
    {
        foreach (var item in Cases.Value.EnumerateArray())
            yield return item.GetProperty("dtype").GetString() == "float32" ? Compare<float>(item) : Compare<double>(item);
    }

    private static Compared Compare<T>(JsonElement item) where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[] Numbers(string name) => [.. (item.GetProperty(name) is { ValueKind: JsonValueKind.Array } all ? all.EnumerateArray() : default).Select(
            static x => x.GetDouble())];
        T[] Values(string name) => [.. Numbers(name).Select(T.CreateTruncating)];
        int Number(string name) => item.GetProperty(name).GetInt32();
        bool Flag(string name) => item.GetProperty(name).GetBoolean();
        var (rows, features, classes, step) = (item.GetProperty("rows").ReadInts(), Number("features"), Number("classes"), Number("step"));
        var loss = new SampledSoftmaxLoss
        {
            Samples = Number("samples"), Seed = Number("seed"), WithReplacement = Flag("replacement"), CorrectTarget = Flag("correct"),
            Reduction = Enum.Parse<Reduction>(item.GetProperty("reduction").GetString()!, ignoreCase: true),
        };
        var sample = loss.Draw(classes, step);
        int[][] candidates = [.. item.GetProperty("candidates").EnumerateArray().Select(static pair => pair.ReadInts())];
        Assert.Equal(candidates.Select(static pair => pair[0]), sample.Classes);
        if (loss.WithReplacement)
            Assert.All(candidates.Zip(sample.LogExpected), pair =>
                Assert.Equal(Math.Log(pair.First[1]), sample.LogExpectedOf(pair.First[0]) - pair.Second, 1e-12));
        var hidden = Tensor.Create<T>(Values("hidden"), [.. rows, features], requiresGrad: true);
        var weight = Tensor.Create<T>(Values("weight"), [classes, features], requiresGrad: true);
        var bias = Values("bias") is { Length: > 0 } values ? Tensor.Create<T>(values, [classes], requiresGrad: true) : null;
        var output = loss.Forward(hidden, weight, Tensor.Create<long>([.. Numbers("targets").Select(static t => (long)t)], rows), step, bias);
        T[] upstream = [.. Enumerable.Range(0, output.Length).Select(static i => T.CreateTruncating(0.5 + i % 3))];
        output.Backward(loss.Reduction == Reduction.None ? Tensor.Create<T>(upstream, rows) : null);
        T[] actual = [.. output.ToArray(), .. hidden.Grad!.ToArray(), .. weight.Grad!.ToArray(), .. bias is null ? [] : bias.Grad!.ToArray()];
        var options = string.Join(", ", new[]
        {
            bias is null ? "" : "bias", loss.WithReplacement ? "with replacement" : "", loss.CorrectTarget ? "target corrected" : "",
        }.Where(static option => option.Length > 0));
        return Compared.Of<T>("linear and cross_entropy over candidates", options, [.. Numbers("value"), .. Numbers("gradients")], actual,
            $"{loss} of {item.GetProperty("rows")}");
    }
}
