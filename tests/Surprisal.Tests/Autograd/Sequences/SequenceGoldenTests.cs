using System.Text.Json;

namespace Surprisal.Tests.Autograd.Sequences;

/// <summary>
/// Attention, packed sequences, embeddings, root-mean-square normalisation and rotary positions against libtorch 2.10's answers, values and gradients. The
/// golden is written by sequences.cs.
/// </summary>
public sealed class SequenceGoldenTests
{
    private static readonly JsonElement Cases = Golden.Open("Autograd/Sequences/sequences.json").GetProperty("cases");

    public static TheoryData<string> Names() =>
        [.. Cases.EnumerateArray().Select(static item => item.GetProperty("operation").GetString()!).Distinct(StringComparer.Ordinal)];

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
            var output = Apply(operation, arguments, inputs);
            Golden.AssertClose(item.GetProperty("output").ReadTensor<T>(), output, what);
            output.Backward(item.GetProperty("upstream").ReadTensor<T>());
            foreach (var (i, expected) in item.GetProperty("gradients").EnumerateArray().Index())
                Golden.AssertClose(expected.ReadTensor<T>(), inputs[i].Grad, $"gradient {i} of {what}");
            count++;
        }
        Assert.True(count > 2);
    }

    private static Tensor<T> Apply<T>(string operation, JsonElement a, Tensor<T>[] inputs) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = inputs[0];
        Tensor<long> Longs(string name) => Tensor.Create<long>([.. a.GetProperty(name).EnumerateArray().Select(static item => item.GetInt64())]);
        return operation switch
        {
            "attention" => x.ScaledDotProductAttention(inputs[1], inputs[2], a.GetProperty("causal").GetBoolean()),
            "packed" => x.ScaledDotProductAttention(inputs[1], inputs[2], isCausal: true, Longs("segments")),
            "embedding" => x.Embedding(Longs("tokens"), a.TryGetProperty("padding", out var padding) ? padding.GetInt32() : null),
            "rmsNorm" => x.RmsNorm(x.Shape[^a.GetProperty("dims").GetInt32()..], inputs.ElementAtOrDefault(1), a.GetProperty("epsilon").GetDouble()),
            "rotary" => x.Rotary(Longs("positions"), a.GetProperty("base").GetDouble(), a.GetProperty("interleaved").GetBoolean()),
            _ => throw new InvalidOperationException($"the golden holds an operation that this table lacks: {operation}."),
        };
    }
}
