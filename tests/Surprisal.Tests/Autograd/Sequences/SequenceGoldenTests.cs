using System.Text.Json;

namespace Surprisal.Tests.Autograd.Sequences;

/// <summary>
/// Attention, packed sequences, embeddings, root-mean-square normalisation and rotary positions against libtorch 2.10's answers, values and gradients. The
/// golden is written by sequences.cs.
/// </summary>
public sealed class SequenceGoldenTests
{
    private static readonly JsonElement Cases = Golden.Open("Autograd/Sequences/sequences.json").GetProperty("cases");

    public static TheoryData<string> Names() => Golden.Operations(Cases);

    [Theory, MemberData(nameof(Names))]
    public void Matches_PyTorch_in_float(string operation) => Check<float>(operation, "float32");

    [Theory, MemberData(nameof(Names))]
    public void Matches_PyTorch_in_double(string operation) => Check<double>(operation, "float64");

    private static void Check<T>(string operation, string type) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Assert.True(Golden.AssertOperation<T>(Cases, operation, type, (arguments, inputs) => Apply(operation, arguments, inputs)) > 2);
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
