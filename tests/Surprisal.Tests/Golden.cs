using System.Text.Json;

namespace Surprisal.Tests;

/// <summary>Answers written by somebody else: opens a committed golden by name, reads its tensors, compares as torch.testing does.</summary>
internal static class Golden
{
    /// <summary>The golden of that name below the test project, such as <c>Autograd/operations.json</c>.</summary>
    public static JsonElement Open(string name)
    {
        using var stream = typeof(Golden).Assembly.GetManifestResourceStream(name)
            ?? throw new FileNotFoundException($"golden {name} is not embedded in the tests.", name);
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }

    /// <summary>A tensor written as {"shape": [...], "values": [...]}, with NaN, Infinity and -Infinity as strings.</summary>
    public static Tensor<T> ReadTensor<T>(this JsonElement json, bool requiresGrad = false) where T : unmanaged, INumber<T>
    {
        T[] values = [.. json.GetProperty("values").EnumerateArray().Select(Number<T>)];
        return Tensor.Create<T>(values, json.GetProperty("shape").ReadInts(), requiresGrad);
    }

    /// <summary>A list of whole numbers.</summary>
    public static int[] ReadInts(this JsonElement json) => [.. json.EnumerateArray().Select(item => item.GetInt32())];

    /// <summary>Equal shapes, and numbers within torch.testing's default tolerances: float 1.3e-6 and 1e-5, double 1e-7 and 1e-7.</summary>
    public static void AssertClose<T>(Tensor<T> expected, Tensor<T>? actual, string what) where T : unmanaged, INumber<T>
    {
        Assert.True(actual is not null, $"{what} is missing.");
        Assert.True(expected.Shape.Equals(actual.Shape), $"{what} has shape {actual.Shape}, expected {expected.Shape}.");
        var (relative, absolute) = typeof(T) == typeof(float) ? (1.3e-6, 1e-5) : (1e-7, 1e-7);
        for (var i = 0; i < expected.Length; i++)
        {
            var (e, a) = (double.CreateChecked(expected.Span[i]), double.CreateChecked(actual.Span[i]));
            var close = e.Equals(a) || (double.IsFinite(e) && Math.Abs(a - e) <= absolute + relative * Math.Abs(e));
            Assert.True(close, $"{what}[{i}] is {a:R}, expected {e:R}.");
        }
    }

    /// <summary>The operations that a golden holds cases of.</summary>
    public static TheoryData<string> Operations(JsonElement cases) =>
        [.. cases.EnumerateArray().Select(static item => item.GetProperty("operation").GetString()!).Distinct(StringComparer.Ordinal)];

    /// <summary>Compares an operation's values and gradients in all of its cases of a type; how many these are.</summary>
    /// <param name="cases">Of all operations and types.</param>
    /// <param name="operation">Which are meant.</param>
    /// <param name="type">float32 or float64.</param>
    /// <param name="apply">The operation: its arguments and its inputs to the output.</param>
    /// <param name="isLeftOut">Cases that are counted only; null for none.</param>
    public static int AssertOperation<T>(JsonElement cases, string operation, string type, Func<JsonElement, Tensor<T>[], Tensor<T>> apply,
        Func<Tensor<T>[], bool>? isLeftOut = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var count = 0;
        foreach (var item in cases.EnumerateArray())
        {
            if (item.GetProperty("operation").GetString() != operation || item.GetProperty("dtype").GetString() != type) continue;
            var arguments = item.GetProperty("arguments");
            Tensor<T>[] inputs = [.. item.GetProperty("inputs").EnumerateArray().Select(static x => x.ReadTensor<T>(requiresGrad: true))];
            var what = $"{operation}({string.Join(", ", inputs.Select(static x => x.Shape.ToString()))}; {arguments})";
            count++;
            if (isLeftOut?.Invoke(inputs) == true) continue;
            var output = apply(arguments, inputs);
            AssertClose(item.GetProperty("output").ReadTensor<T>(), output, what);
            output.Backward(item.GetProperty("upstream").ReadTensor<T>());
            foreach (var (i, expected) in item.GetProperty("gradients").EnumerateArray().Index())
                AssertClose(expected.ReadTensor<T>(), inputs[i].Grad, $"gradient {i} of {what}");
        }
        return count;
    }

    private static T Number<T>(JsonElement json) where T : INumber<T> =>
        T.Parse(json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText(), null);
}
