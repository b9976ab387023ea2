using System.Text.Json;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Autograd;

/// <summary>Softmax and its relatives against PyTorch's own answers: values, gradients, names on the tape. The golden is written by functions.py.</summary>
public sealed class FunctionTests
{
    private static readonly JsonElement Golden = Tests.Golden.Open("Autograd/functions.json"), Cases = Golden.GetProperty("cases");

    public static TheoryData<string> Names() => [.. Cases.EnumerateArray().Select(item => item.GetProperty("function").GetString()!).Distinct(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Matches_PyTorch_in_float(string name) => Check<float>(name, "float32");

    [Theory]
    [MemberData(nameof(Names))]
    public void Matches_PyTorch_in_double(string name) => Check<double>(name, "float64");

    [Fact]
    public void One_hot_rows_are_those_of_PyTorch()
    {
        foreach (var item in Golden.GetProperty("oneHots").EnumerateArray())
        {
            var (indices, expected) = (item.GetProperty("indices").ReadTensor<long>(), item.GetProperty("output").ReadTensor<long>());
            var actual = F.OneHot(indices, item.GetProperty("classes").GetInt32());
            Assert.Equal(expected.Shape.ToArray(), actual.Shape.ToArray());
            Assert.Equal(expected.ToArray(), actual.ToArray());
            Assert.False(actual.RequiresGrad);
        }
    }

    private static void Check<T>(string name, string type) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var count = 0;
        foreach (var item in Cases.EnumerateArray())
        {
            if (item.GetProperty("function").GetString() != name || item.GetProperty("dtype").GetString() != type) continue;
            var arguments = item.GetProperty("arguments");
            var x = item.GetProperty("input").ReadTensor<T>(requiresGrad: true);
            var what = $"{name}({Shape.Text(x.Shape)}; {arguments})";
            var output = Apply(name, arguments, x);
            Tests.Golden.AssertClose(item.GetProperty("output").ReadTensor<T>(), output, what);
            Assert.Equal(item.GetProperty("gradFn").GetString(), output.GradFn!.Name);
            output.Backward(item.GetProperty("upstream").ReadTensor<T>());
            Tests.Golden.AssertClose(item.GetProperty("gradient").ReadTensor<T>(), x.Grad, "gradient of " + what);
            count++;
        }
        Assert.True(count > 0);
    }

    private static Tensor<T> Apply<T>(string name, JsonElement arguments, Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        double Number(string argument) => arguments.GetProperty(argument).GetDouble();
        var axis = arguments.TryGetProperty("axis", out var given) ? given.GetInt32() : 0;
        return name switch
        {
            "softmax" => F.Softmax(x, axis),
            "logSoftmax" => F.LogSoftmax(x, axis),
            "softmin" => F.Softmin(x, axis),
            "logSumExp" => F.LogSumExp(x, axis, arguments.TryGetProperty("keepDim", out _)),
            "sigmoid" => F.Sigmoid(x),
            "logSigmoid" => F.LogSigmoid(x),
            "softplus" => F.Softplus(x, Number("beta"), Number("threshold")),
            _ => throw new InvalidOperationException($"the golden holds a function that this table lacks: {name}."),
        };
    }
}
