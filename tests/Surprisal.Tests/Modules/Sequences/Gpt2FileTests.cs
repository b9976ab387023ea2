using Surprisal.Modules;

namespace Surprisal.Tests.Modules.Sequences;

/// <summary>Files of GPT-2: with and without prefix, masks and head, in 16 bits, as we save them; and what is refused.</summary>
public sealed class Gpt2FileTests
{
    [Fact]
    public void AllFormsOfTheFileAreTheSameModel()
    {
        using var folder = new Gpt2Folder();
        var expected = Output(Gpt2File.Read(folder.Weights));
        folder.Change(static tensors => // no prefix, no masks, a head equal to the table
        {
            foreach (var (name, tensor) in tensors.ToList())
            {
                tensors.Remove(name);
                if (!name.Contains(".attn.bias", StringComparison.Ordinal) && !name.Contains("masked_bias", StringComparison.Ordinal))
                    tensors[name["transformer.".Length..]] = tensor;
            }
            tensors["lm_head.weight"] = tensors["wte.weight"];
        });
        Assert.Equal(expected, Output(Gpt2File.Read(folder.Weights)));
        File.Delete(folder.Config);
        Assert.Equal(expected, Output(Gpt2File.Read(folder.Weights, heads: 2)));
        Gpt2File.Read(folder.Weights, heads: 2).Save(folder.Weights); // our own layout
        Assert.Equal(expected, Output(Gpt2File.Read(folder.Weights, heads: 2)));
    }

    [Fact]
    public void SixteenBitsAreWidened()
    {
        using var folder = new Gpt2Folder();
        folder.Change(static tensors =>
        {
            foreach (var (name, tensor) in tensors.ToList()) tensors[name] = ((Tensor<float>)tensor).To<BFloat16>();
        });
        var narrow = Output(Gpt2File.Read(folder.Weights));
        folder.Change(static tensors =>
        {
            foreach (var (name, tensor) in tensors.ToList()) tensors[name] = ((Tensor<BFloat16>)tensor).To<float>();
        });
        Assert.Equal(Output(Gpt2File.Read(folder.Weights)), narrow);
    }

    [Fact]
    public void EverythingThatDoesNotFitIsListed()
    {
        using var folder = new Gpt2Folder();
        folder.Change(static tensors =>
        {
            tensors.Remove("transformer.h.1.mlp.c_fc.bias");
            tensors["transformer.ln_f.bias"] = Tensor.Zeros<float>([7]);
            tensors["transformer.h.0.ln_1.weight"] = Tensor.Zeros<long>([8]);
            tensors["adapter.weight"] = Tensor.Zeros<float>([7]);
        });
        Refused(folder, "no GPT-2: size mismatch for ln_f.bias: [7] given, [8] needed; h.0.ln_1.weight is of type int64; floats of 32 or 16 bits are needed; " +
            "missing h.1.mlp.c_fc.bias; unexpected adapter.weight.");
    }

    [Fact]
    public void AHeadOfItsOwnIsRefused()
    {
        using var folder = new Gpt2Folder();
        folder.Change(static tensors =>
        {
            var head = ((Tensor<float>)tensors["transformer.wte.weight"]).Clone();
            head.Span[20] += 1;
            tensors["lm_head.weight"] = head;
        });
        Refused(folder, "lm_head.weight is not wte.weight: they differ at row 2; a head of its own is no GPT-2.");
        folder.Change(static tensors => tensors["lm_head.weight"] = Tensor.Zeros<float>([11, 9]));
        Refused(folder, "lm_head.weight has shape [11, 9], but it is tied to wte.weight, [11, 8].");
    }

    [Theory]
    [InlineData("""{"n_head": 3}""", "3 heads do not divide the width 8; config.json in its folder says the number, as n_head.")]
    [InlineData("""{"n_head": 2, "activation_function": "relu"}""", "activation_function is relu; only gelu_new is GPT-2's.")]
    [InlineData("""{"n_head": 2, "scale_attn_weights": false}""", "scale_attn_weights is False; only True is GPT-2's.")]
    [InlineData("""{"n_head": 2, "scale_attn_by_inverse_layer_idx": true}""", "scale_attn_by_inverse_layer_idx is True; only False is GPT-2's.")]
    [InlineData("""{"n_head": 2, "n_layer": 12}""", "n_layer is 12, but the weights have 2.")]
    [InlineData("""{"n_head": "two"}""", "n_head is two; a whole number from 1 is needed.")]
    [InlineData("""{"n_head": 2""", "line 1 is not JSON.")]
    [InlineData("""[2]""", "not a configuration; an object in braces was expected.")]
    public void AnotherFormIsRefused(string config, string message)
    {
        using var folder = new Gpt2Folder();
        File.WriteAllText(folder.Config, config);
        Refused(folder, message);
    }

    [Fact]
    public void OtherFilesAreRefused()
    {
        using var folder = new Gpt2Folder();
        new Linear(3, 2, new Seed(0)).Save(folder.Weights);
        Refused(folder, "no GPT-2: it has no wte.weight, only bias, weight.");
        File.Delete(folder.Config);
        using var other = new Gpt2Folder();
        File.Delete(other.Config);
        Refused(other, "0 heads do not divide the width 8; config.json in its folder says the number, as n_head.");
    }

    private static void Refused(Gpt2Folder folder, string message) =>
        Assert.EndsWith(": " + message, Assert.Throws<InvalidDataException>(() => Gpt2File.Read(folder.Weights)).Message, StringComparison.Ordinal);

    private static float[] Output(Gpt model) => model.Forward(Tensor.Create<float>([[1, 2, 10, 4]])).ToArray();
}
