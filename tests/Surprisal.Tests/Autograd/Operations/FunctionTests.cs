using System.Text.Json;
using Surprisal.Tests.Conformance;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Autograd;

/// <summary>Softmax and its relatives against PyTorch's own answers: values, gradients, names on the tape. The golden is written by functions.py.</summary>
public sealed class FunctionTests
{
    private static readonly JsonElement Golden = Tests.Golden.Open("Autograd/Operations/functions.json"), Cases = Golden.GetProperty("cases");

    public static TheoryData<string> Names() =>
        [.. Cases.EnumerateArray().Select(item => item.GetProperty("function").GetString()!).Distinct(StringComparer.Ordinal)];

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

    [Fact]
    public void The_documents_example_says_what_it_prints()
    {
        // snippet: functions
        var logits = Tensor.Create<float>([[1, 2, 3], [1, 2, 3]], requiresGrad: true);

        Tensor<float> p = F.Softmax(logits, dim: 1);            // 0.0900 0.2447 0.6652 in each row
        Tensor<float> logP = F.LogSoftmax(logits, dim: 1);      // -2.4076 -1.4076 -0.4076
        Tensor<float> sum = F.LogSumExp(logits, dim: 1);        // 3.4076 3.4076, and logP = logits - sum
        Tensor<long> rows = F.OneHot(Tensor.Create<long>([2, 0]), numClasses: 3);

        var loss = -(rows.To<float>() * logP).Sum() / 2f;       // cross-entropy of the targets 2 and 0: 1.4076
        loss.Backward();                                        // logits.Grad is (p - rows) / 2
        // end
        Near([0.0900, 0.2447, 0.6652, 0.0900, 0.2447, 0.6652], p);
        Near([-2.4076, -1.4076, -0.4076, -2.4076, -1.4076, -0.4076], logP);
        Near([3.4076, 3.4076], sum);
        Near([1.4076], loss);
        Near([.. ((p - rows.To<float>()) / 2f).ToArray().Select(value => (double)value)], logits.Grad!);

        static void Near(double[] expected, Tensor<float> actual)
        {
            for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual.AsReadOnlySpan()[i], 5e-5);
        }
    }

    /// <summary>Every case of the goldens, compared and measured.</summary>
    internal static IEnumerable<Compared> Comparisons() =>
        Names().SelectMany(static name => Check<float>(name.Data, "float32").Concat(Check<double>(name.Data, "float64")));

    private static List<Compared> Check<T>(string name, string type) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var compared = new List<Compared>();
        foreach (var item in Cases.EnumerateArray())
        {
            if (item.GetProperty("function").GetString() != name || item.GetProperty("dtype").GetString() != type) continue;
            var arguments = item.GetProperty("arguments");
            var x = item.GetProperty("input").ReadTensor<T>(requiresGrad: true);
            var what = $"{name}({x.Shape}; {arguments})";
            var output = Apply(name, arguments, x);
            Tests.Golden.AssertClose(item.GetProperty("output").ReadTensor<T>(), output, what);
            Assert.Equal(item.GetProperty("gradFn").GetString(), output.GradFn!.Name);
            output.Backward(item.GetProperty("upstream").ReadTensor<T>());
            Tests.Golden.AssertClose(item.GetProperty("gradient").ReadTensor<T>(), x.Grad, "gradient of " + what);
            var option = string.Join(", ", arguments.EnumerateObject().Select(static argument => argument.Name));
            compared.Add(Compared.Of<T>(name, option, Numbers(item, "output"), output.ToArray(), what));
            compared.Add(Compared.Of<T>(name, option, Numbers(item, "gradient"), x.Grad!.ToArray(), "gradient of " + what));
        }
        Assert.NotEmpty(compared);
        return compared;
    }

    private static double[] Numbers(JsonElement item, string what) => item.GetProperty(what).ReadTensor<double>().ToArray();

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
