using System.Text.Json;

namespace Surprisal.Tests.Autograd;

/// <summary>Every operation against PyTorch's own answers: values, gradients, and names on the tape. The golden is written by operations.py.</summary>
public sealed class OperationTests
{
    private static readonly JsonElement Cases = Golden.Open("Autograd/Operations/operations.json").GetProperty("cases");

    /// <summary>Where the name differs from PyTorch 1.13's: reshape is a view as in 2.x, and a batched product has nothing around it.</summary>
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["reshape ReshapeAliasBackward0"] = "ViewBackward0",
        ["flatten ReshapeAliasBackward0"] = "ViewBackward0",
        ["matmul UnsafeViewBackward0"] = "BmmBackward0",
        ["matmul CloneBackward0"] = "BmmBackward0",
    };

    public static TheoryData<string> Names() =>
        [.. Cases.EnumerateArray().Select(item => item.GetProperty("operation").GetString()!).Distinct(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Matches_PyTorch_in_float(string operation) => Check<float>(operation, "float32");

    [Theory]
    [MemberData(nameof(Names))]
    public void Matches_PyTorch_in_double(string operation) => Check<double>(operation, "float64");

    private static void Check<T>(string operation, string type) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var count = 0;
        foreach (var item in Cases.EnumerateArray())
        {
            if (item.GetProperty("operation").GetString() != operation || item.GetProperty("dtype").GetString() != type) continue;
            var arguments = item.GetProperty("arguments");
            Tensor<T>[] inputs = [.. item.GetProperty("inputs").EnumerateArray().Select(x => x.ReadTensor<T>(requiresGrad: true))];
            var what = $"{operation}({string.Join(", ", inputs.Select(x => x.Shape))}; {arguments})";
            var output = Apply(operation, arguments, inputs);
            Golden.AssertClose(item.GetProperty("output").ReadTensor<T>(), output, what);
            if (item.GetProperty("gradFn").GetString() is { } name) Assert.Equal(Renamed.GetValueOrDefault($"{operation} {name}", name), output.GradFn!.Name);
            output.Backward(item.GetProperty("upstream").ReadTensor<T>());
            foreach (var (expected, i) in item.GetProperty("gradients").EnumerateArray().Select((x, i) => (x, i)))
                Golden.AssertClose(expected.ReadTensor<T>(), inputs[i].Grad, $"gradient {i} of {what}");
            count++;
        }
        Assert.True(count > 0);
    }

    private static Tensor<T> Apply<T>(string operation, JsonElement arguments, Tensor<T>[] inputs) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = inputs[0];
        int? axis = arguments.TryGetProperty("axis", out var given) ? given.GetInt32() : null;
        var keepDim = arguments.TryGetProperty("keepDim", out var keep) && keep.GetBoolean();
        int Whole(string name) => arguments.GetProperty(name).GetInt32();
        return operation switch
        {
            "add" => x + inputs[1],
            "subtract" => x - inputs[1],
            "multiply" => x * inputs[1],
            "divide" => x / inputs[1],
            "negate" => -x,
            "exp" => x.Exp(),
            "log" => x.Log(),
            "sqrt" => x.Sqrt(),
            "relu" => x.Relu(),
            "sigmoid" => x.Sigmoid(),
            "tanh" => x.Tanh(),
            "clone" => x.Clone(),
            "pow" => x.Pow(arguments.GetProperty("exponent").GetDouble()),
            "sum" => axis is { } a ? x.Sum(a, keepDim) : x.Sum(),
            "mean" => axis is { } a ? x.Mean(a, keepDim) : x.Mean(),
            "max" => axis is { } a ? x.Max(a, keepDim).Values : x.Max(),
            "matmul" => x.MatMul(inputs[1]),
            "softmax" => x.Softmax(axis!.Value),
            "logSoftmax" => x.LogSoftmax(axis!.Value),
            "gather" => x.Gather(axis!.Value, arguments.GetProperty("indices").ReadTensor<long>()),
            "concatenate" => Tensor.Concatenate<T>(inputs, axis!.Value),
            "reshape" => x.Reshape(arguments.GetProperty("shape").ReadInts()),
            "flatten" => x.Flatten(Whole("start"), Whole("end")),
            "squeeze" => axis is { } a ? x.Squeeze(a) : x.Squeeze(),
            "unsqueeze" => x.Unsqueeze(axis!.Value),
            "transpose" => x.Transpose(Whole("first"), Whole("second")),
            "permute" => x.Permute(arguments.GetProperty("axes").ReadInts()),
            "slice" => x[Whole("start")..Whole("end")],
            "select" => x[(Index)Whole("row")],
            _ => throw new InvalidOperationException($"the golden holds an operation that this table lacks: {operation}."),
        };
    }
}
