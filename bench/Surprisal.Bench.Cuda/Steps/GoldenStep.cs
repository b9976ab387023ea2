using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Surprisal.Cuda;

namespace Surprisal.Bench.Cuda;

/// <summary>What PyTorch answered for cross-entropy and NLL, the files that the library's tests read.</summary>
internal static class GoldenStep
{
    /// <summary>Compares every so-manieth case, so that there are at most <paramref name="most"/> of each file.</summary>
    public static void Run(ICudaDevice device, JsonObject to, int most)
    {
        var (compared, faults) = (0, new JsonArray());
        foreach (var name in (string[])["crossentropy", "nll"])
        {
            using var stream = typeof(GoldenStep).Assembly.GetManifestResourceStream($"Losses/Goldens/{name}.json")!;
            using var file = JsonDocument.Parse(stream);
            var step = Math.Max(file.RootElement.GetProperty("cases").GetArrayLength() / most, 1);
            foreach (var (i, it) in file.RootElement.GetProperty("cases").EnumerateArray().Index())
            {
                if (i % step != 0) continue;
                compared++;
                var isDouble = it.GetProperty("dtype").GetString() == "float64";
                var fault = isDouble ? Compare<double>(device, file.RootElement, it) : Compare<float>(device, file.RootElement, it);
                if (fault is not null) faults.Add($"{name} {i}: {fault}");
            }
        }
        to["summary"] = $"{compared - faults.Count} of {compared} cases as PyTorch answers";
        if (faults.Count > 0) to["failed"] = faults;
    }

    private static string? Compare<T>(ICudaDevice device, JsonElement file, JsonElement it) where T : unmanaged, IFloatingPointIeee754<T>
    {
        string Text(string name) => it.GetProperty(name).GetString()!;
        var shape = file.GetProperty("shapes").GetProperty(Text("rank")).EnumerateArray().Select(static size => size.GetInt32()).ToArray();
        var numbers = Numbers(file.GetProperty("inputs").GetProperty(Text("dtype")).GetProperty(Text("rank")));
        T[] inputs = [.. numbers.Select(T.CreateTruncating)];
        var classes = shape[shape.Length == 1 ? 0 : 1];
        ClassWeights? weight = it.GetProperty("weighted").GetBoolean()
            ? ClassWeights.Create(Numbers(file.GetProperty("weight")).AsSpan(0, classes)) : null;
        var reduction = Enum.Parse<Reduction>(Text("reduction"), ignoreCase: true);
        var ignored = it.GetProperty("ignore").GetInt64();
        ClassIndexLoss loss = it.TryGetProperty("smoothing", out var smoothing)
            ? new CrossEntropyLoss { LabelSmoothing = smoothing.GetDouble(), Weight = weight, Reduction = reduction, IgnoreIndex = ignored }
            : new NllLoss { Weight = weight, Reduction = reduction, IgnoreIndex = ignored };
        int[] positions = shape.Length == 1 ? [1] : [shape[0], .. shape[2..]];
        try
        {
            using var x = CudaTensor<T>.New(device, shape, inputs);
            long[] targets = [.. it.GetProperty("targets").EnumerateArray().Select(static target => target.GetInt64())];
            using var t = CudaTensor<long>.New(device, positions, targets);
            using var losses = CudaTensor<T>.New(device, positions, []);
            var value = loss.Evaluate(x, t, x, losses).Value;
            return reduction == Reduction.None
                ? Far<T>(Numbers(it.GetProperty("value")), losses.Cpu().AsReadOnlySpan(), "losses")
                : Far<T>(Numbers(it.GetProperty("value")), [T.CreateTruncating(value)], "value")
                    ?? Far<T>(Numbers(it.GetProperty("gradient")), x.Cpu().AsReadOnlySpan(), "gradient");
        }
        catch (CudaException error)
        {
            return error.Message;
        }
    }

    /// <summary>Within PyTorch's own tolerances, those of <c>torch.testing.assert_close</c>.</summary>
    private static string? Far<T>(double[] expected, ReadOnlySpan<T> actual, string what) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (relative, absolute) = typeof(T) == typeof(float) ? (1.3e-6, 1e-5) : (1e-7, 1e-7);
        for (var i = 0; i < expected.Length; i++)
        {
            var number = double.CreateTruncating(actual[i]);
            if (number == expected[i] || (double.IsNaN(number) && double.IsNaN(expected[i]))) continue;
            if (!(Math.Abs(number - expected[i]) <= absolute + relative * Math.Abs(expected[i])))
                return $"{what}[{i}] is {number:R}, not {expected[i]:R}";
        }
        return null;
    }

    private static double[] Numbers(JsonElement array) =>
    [
        .. array.EnumerateArray().Select(static number => number.ValueKind == JsonValueKind.String
            ? double.Parse(number.GetString()!, CultureInfo.InvariantCulture) : number.GetDouble()),
    ];
}
