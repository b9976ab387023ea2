using System.Text.Json;

namespace Surprisal.Tests.Autograd;

/// <summary>
/// Operations against libtorch 2.10's own answers, ties, NaN, infinities and empty tensors included: values, indices, gradients, names on the tape. The golden
/// is written by operations.cs.
/// </summary>
public sealed class OperationGoldenTests
{
    private static readonly JsonElement Cases = Golden.Open("Autograd/Goldens/operations.json").GetProperty("cases");

    /// <summary>Where the name differs from PyTorch's: a product has nothing around it.</summary>
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["SqueezeBackward4"] = "MmBackward0", ["UnsafeViewBackward0"] = "BmmBackward0", ["CloneBackward0"] = "BmmBackward0",
    };

    public static TheoryData<string> Names() => Golden.Operations(Cases);

    [Theory, MemberData(nameof(Names))]
    public void Matches_PyTorch_in_float(string operation) => Check<float>(operation, "float32");

    [Theory, MemberData(nameof(Names))]
    public void Matches_PyTorch_in_double(string operation) => Check<double>(operation, "float64");

    private static void Check<T>(string operation, string type) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var count = 0;
        foreach (var item in Cases.EnumerateArray())
        {
            if (item.GetProperty("operation").GetString() != operation || item.GetProperty("dtype").GetString() != type) continue;
            var arguments = item.GetProperty("arguments");
            Tensor<T>[] inputs = [.. item.GetProperty("inputs").EnumerateArray().Select(static x => x.ReadTensor<T>(requiresGrad: true))];
            var what = $"{operation}({string.Join(", ", inputs.Select(static x => x.Shape.ToString()))}; {arguments})";
            count++;
            if (ApplyInteger(operation, arguments, inputs) is { } integers)
            {
                Golden.AssertClose(item.GetProperty("output").ReadTensor<long>(), integers, what);
                Assert.False(integers.RequiresGrad);
                continue;
            }
            var (output, indices) = Apply(operation, arguments, inputs);
            Golden.AssertClose(item.GetProperty("output").ReadTensor<T>(), output, what);
            if (item.TryGetProperty("indices", out var places)) Golden.AssertClose(places.ReadTensor<long>(), indices, "indices of " + what);
            if (!item.TryGetProperty("gradFn", out var name)) continue;
            Assert.Equal(Renamed.GetValueOrDefault(name.GetString()!, name.GetString()!), output.GradFn!.Name);
            output.Backward(item.GetProperty("upstream").ReadTensor<T>());
            foreach (var (i, expected) in item.GetProperty("gradients").EnumerateArray().Index())
                Golden.AssertClose(expected.ReadTensor<T>(), inputs[i].Grad, $"gradient {i} of {what}");
        }
        Assert.True(count > 0);
    }

    private static Tensor<long>? ApplyInteger<T>(string operation, JsonElement arguments, Tensor<T>[] inputs) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = inputs[0];
        return operation switch
        {
            "equal" => x.Equal(inputs[1]).To<long>(),
            "notEqual" => x.NotEqual(inputs[1]).To<long>(),
            "less" => x.Less(inputs[1]).To<long>(),
            "lessEqual" => x.LessEqual(inputs[1]).To<long>(),
            "greater" => x.Greater(inputs[1]).To<long>(),
            "greaterEqual" => x.GreaterEqual(inputs[1]).To<long>(),
            "argMin" => x.ArgMin(),
            "argMinAlong" => x.ArgMin(Whole(arguments, "dim"), Keep(arguments)),
            _ => null,
        };
    }

    private static (Tensor<T> Values, Tensor<long>? Indices) Apply<T>(string operation, JsonElement a, Tensor<T>[] inputs)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = inputs[0];
        T? Bound(string name) => a.TryGetProperty(name, out var bound) ? T.CreateTruncating(Number(bound)) : null;
        return operation switch
        {
            "sort" => x.Sort(Whole(a, "dim"), a.GetProperty("descending").GetBoolean()),
            "topK" => x.TopK(Whole(a, "k"), Whole(a, "dim"), a.GetProperty("largest").GetBoolean()),
            _ => (Single(), null),
        };

        Tensor<T> Single() => operation switch
        {
            "abs" => x.Abs(),
            "sign" => x.Sign(),
            "erf" => x.Erf(),
            "log1p" => x.Log1p(),
            "maximum" => x.Maximum(inputs[1]),
            "minimum" => x.Minimum(inputs[1]),
            "where" => Tensor.Where(x.Greater(T.Zero), x, inputs[1]),
            "clamp" => x.Clamp(Bound("min"), Bound("max")),
            "clampTensors" => x.Clamp(inputs[1], inputs[2]),
            "clampTensorMin" => x.Clamp(min: inputs[1]),
            "clampTensorMax" => x.Clamp(max: inputs[1]),
            "max" => x.Max(),
            "min" => x.Min(),
            "minAlong" => x.Min(Whole(a, "dim"), Keep(a)).Values,
            "cumSum" => x.CumSum(Whole(a, "dim")),
            "var" => x.Var(correction: Number(a.GetProperty("correction"))),
            "varAlong" => x.Var(Whole(a, "dim"), Number(a.GetProperty("correction")), Keep(a)),
            "varOver" => x.Var(Wholes(a, "dims"), Number(a.GetProperty("correction")), Keep(a)),
            "std" => x.Std(correction: Number(a.GetProperty("correction"))),
            "stdAlong" => x.Std(Whole(a, "dim"), Number(a.GetProperty("correction")), Keep(a)),
            "stdOver" => x.Std(Wholes(a, "dims"), Number(a.GetProperty("correction")), Keep(a)),
            "norm" => x.Norm(Number(a.GetProperty("p"))),
            "normAlong" => x.Norm(Number(a.GetProperty("p")), Whole(a, "dim"), Keep(a)),
            "normOver" => x.Norm(Number(a.GetProperty("p")), Wholes(a, "dims"), Keep(a)),
            "sumOver" => x.Sum(Wholes(a, "dims"), Keep(a)),
            "meanOver" => x.Mean(Wholes(a, "dims"), Keep(a)),
            "stack" => Tensor.Stack<T>(inputs, Whole(a, "dim")),
            "split" => x.Split(Whole(a, "size"), Whole(a, "dim"))[Whole(a, "part")],
            "splitSizes" => x.Split(Wholes(a, "sizes"), Whole(a, "dim"))[Whole(a, "part")],
            "indexSelect" => x.IndexSelect(Whole(a, "dim"), Tensor.Create<long>([.. Wholes(a, "index").Select(static i => (long)i)])),
            "matMul" => x.MatMul(inputs[1]),
            "expand" => x.Expand(Wholes(a, "shape")),
            "squeeze" => x.Squeeze(Whole(a, "dim")),
            "linspace" => Tensor.Linspace(Bound("start")!.Value, Bound("end")!.Value, Whole(a, "steps")),
            "eye" => Tensor.Eye<T>(Whole(a, "n"), Whole(a, "m")),
            "arange" => Tensor.Arange(Bound("start")!.Value, Bound("end")!.Value),
            _ => throw new InvalidOperationException($"the golden holds an operation that this table lacks: {operation}."),
        };
    }

    private static int Whole(JsonElement arguments, string name) => arguments.GetProperty(name).GetInt32();

    private static int[] Wholes(JsonElement arguments, string name) => arguments.GetProperty(name).ReadInts();

    private static bool Keep(JsonElement arguments) => arguments.TryGetProperty("keepDim", out var keep) && keep.GetBoolean();

    private static double Number(JsonElement json) => json.ValueKind == JsonValueKind.String ? double.Parse(json.GetString()!) : json.GetDouble();
}
