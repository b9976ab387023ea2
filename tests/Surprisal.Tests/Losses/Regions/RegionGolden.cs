using System.Numerics.Tensors;
using System.Text.Json;
using Surprisal.Tests.Conformance;

namespace Surprisal.Tests.Losses;

/// <summary>The losses of regions as libtorch composes them, written by regions.cs: on spans and on the tape.</summary>
internal static class RegionGolden
{
    private static readonly Lazy<JsonElement> Cases = new(static () => Golden.Open("Losses/Goldens/regions.json").GetProperty("cases"));

    public static IEnumerable<Compared> Compare(string kind, RegionLoss plain)
    {
        foreach (var item in Cases.Value.EnumerateArray())
        {
            if (item.GetProperty("kind").GetString() != kind) continue;
            yield return item.GetProperty("dtype").GetString() == "float32" ? Compare<float>(item, plain) : Compare<double>(item, plain);
        }
    }

    private static Compared Compare<T>(JsonElement item, RegionLoss plain) where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool Flag(string name) => item.GetProperty(name).GetBoolean();
        var loss = plain with
        {
            Smooth = item.GetProperty("smooth").GetDouble(), Absent = Flag("countsAbsent") ? AbsentClasses.Count : AbsentClasses.Skip,
            PerImage = Flag("perImage"), Squared = Flag("squared"), Reduction = Flag("sum") ? Reduction.Sum : Reduction.Mean, IgnoreIndex = -1,
        };
        var shape = item.GetProperty("shape").ReadInts();
        nint[] lengths = [.. shape.Select(static size => (nint)size)], samples = shape.Length == 1 ? [1] : [lengths[0], .. lengths[2..]];
        T[] logits = [.. item.GetProperty("logits").EnumerateArray().Select(static x => T.CreateTruncating(x.GetDouble()))];
        long[] targets = [.. item.GetProperty("targets").ReadInts().Select(static t => (long)t)];
        double[] expected = [.. item.GetProperty("gradient").EnumerateArray().Select(static x => x.GetDouble()), item.GetProperty("value").GetDouble()];
        var gradient = new T[logits.Length];
        var result = loss.Evaluate(new ReadOnlyTensorSpan<T>(logits, lengths), new ReadOnlyTensorSpan<long>(targets, samples),
            new TensorSpan<T>(gradient, lengths));
        Assert.Equal(item.GetProperty("counted").GetInt32(), result.Divisor);
        var x = Tensor.Create<T>(logits, shape, requiresGrad: true);
        var output = loss.Forward(x, Tensor.Create<long>(targets, shape.Length == 1 ? [] : [shape[0], .. shape[2..]]));
        output.Backward();
        Assert.Equal(gradient, x.Grad!.ToArray());
        Assert.Equal(T.CreateTruncating(result.Value), output.Item());
        var options = string.Join(", ", new[] { "absent", "per image", "squared", "sum" }.Zip(["countsAbsent", "perImage", "squared", "sum"])
            .Where(pair => Flag(pair.Second)).Select(static pair => pair.First));
        return Compared.Of<T>($"{item.GetProperty("kind").GetString()} loss (softmax, one_hot)", options, expected,
            (T[])[.. gradient, T.CreateTruncating(result.Value)], $"{loss} of {Shape.Format(shape)}");
    }
}
