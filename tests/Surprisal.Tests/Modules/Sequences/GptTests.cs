using System.Text.Json;
using Surprisal.Modules;

namespace Surprisal.Tests.Modules.Sequences;

/// <summary>The language model: libtorch's logits and gradients of a GPT-2 in Hugging Face's layout, packed sequences, tied weights.</summary>
public sealed class GptTests
{
    private static readonly JsonElement Answers = Golden.Open("Modules/Sequences/gpt2.json");

    [Fact]
    public void LogitsLossAndGradientsAreLibtorchs()
    {
        using var folder = new Gpt2Folder();
        var model = Gpt2File.Read(folder.Weights);
        var tokens = Tensor.Create<long>([.. Answers.GetProperty("tokens").EnumerateArray().Select(static x => x.GetInt64())], [2, 7]);
        var targets = Tensor.Create<long>([.. Answers.GetProperty("targets").EnumerateArray().Select(static x => x.GetInt64())]);
        var hidden = model.Hidden(tokens);
        var logits = model.Logits(hidden);
        foreach (var (e, a) in Answers.GetProperty("logits").EnumerateArray().Select(static x => x.GetDouble()).Zip(logits.ToArray()))
            Assert.Equal(e, a, 2e-6);
        Assert.Equal(logits.ToArray(), model.Forward(tokens.To<float>()).ToArray());
        var loss = new CrossEntropyLoss().Forward(logits.Reshape(14, 11), targets);
        Assert.Equal(Answers.GetProperty("loss").GetDouble(), loss.Item(), 1e-6);
        loss.Backward();
        foreach (var (name, parameter) in model.NamedParameters())
        {
            var gradient = parameter.Grad!;
            if (name.Contains(".c_", StringComparison.Ordinal) && gradient.Rank == 2) gradient = gradient.Transpose();
            double[] expected = [.. Answers.GetProperty("gradients").GetProperty(name).EnumerateArray().Select(static x => x.GetDouble())];
            Assert.Equal(expected.Length, gradient.Length);
            foreach (var (e, a) in expected.Zip(gradient.ToArray())) Assert.True(Math.Abs(e - a) < 1e-6, $"{name}: {a:R} for {e:R}");
        }
    }

    [Fact]
    public void TheTiedWeightIsOneParameterAndOnceInFiles()
    {
        var model = new Gpt(50, 8, new Seed(0), embedDim: 8, layers: 1, heads: 2);
        Assert.Same(model.HeadWeight, model.Parameters().First());
        Assert.Single(model.StateDictionary(), entry => entry.Value == model.HeadWeight);
        Assert.DoesNotContain("lm_head.weight", model.StateDictionary().Keys);
        Assert.Equal(50 * 8 + 8 * 8 + (2 * 8 + 2 * 8 + 24 * 8 + 24 + 64 + 8 + 32 * 8 + 32 + 8 * 32 + 8) + 2 * 8, model.Parameters().Sum(static p => p.Length));
    }

    [Fact]
    public void TheFirstLossIsThatOfEqualChances()
    {
        var model = new Gpt(1000, 32, new Seed(3), embedDim: 64, layers: 3, heads: 4);
        var tokens = Tensor.RandInt<long>(0, 1000, [4, 32], new Seed(4));
        var targets = Tensor.RandInt<long>(0, 1000, [128], new Seed(5)); // a tied head knows the token itself
        var loss = new CrossEntropyLoss().Forward(model.Logits(model.Hidden(tokens)).Reshape(128, 1000), targets);
        Assert.Equal(Math.Log(1000) + 0.0002 * 64, loss.Item(), 0.05);
        var deviations = model.NamedParameters().Where(static named => named.Parameter.Rank > 1)
            .ToDictionary(static named => named.Name, static named => named.Parameter.Std().Item());
        Assert.Equal(0.02, deviations["wte.weight"], 1e-3);
        Assert.Equal(0.02, deviations["h.1.attn.c_attn.weight"], 1e-3);
        Assert.Equal(0.02 / Math.Sqrt(6), deviations["h.2.mlp.c_proj.weight"], 5e-4);
    }

    [Fact]
    public void PackedSequencesAreAsIfAlone()
    {
        var model = new Gpt(30, 8, new Seed(1), embedDim: 16, layers: 2, heads: 2);
        foreach (var parameter in model.Parameters()) parameter.Detach().CopyFrom(Tensor.Randn<float>(parameter.Shape, new Seed(9)) * 0.3f);
        var packed = Tensor.Create<long>([[5, 6, 7, 1, 2, 0, 0, 0]]);
        var hidden = model.Hidden(packed, Tensor.Create<long>([[0, 0, 0, 1, 1, -1, -1, -1]])).ToArray();
        var (first, second) = (model.Hidden(Tensor.Create<long>([[5, 6, 7]])).ToArray(), model.Hidden(Tensor.Create<long>([[1, 2]])).ToArray());
        foreach (var (e, a) in first.Concat(second).Zip(hidden)) Assert.Equal(e, a, 1e-5);
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        var model = new Gpt(30, 4, new Seed(1), embedDim: 16, layers: 2, heads: 2);
        Assert.StartsWith("the sequences have 5 tokens; this model has 4 positions.",
            Assert.Throws<ArgumentException>(() => model.Hidden(Tensor.Zeros<long>([1, 5]))).Message, StringComparison.Ordinal);
        Assert.StartsWith("the token at flat position 1 is 30; the table has the rows 0..29.",
            Assert.Throws<ArgumentOutOfRangeException>(() => model.Hidden(Tensor.Create<long>([[1, 30]]))).Message, StringComparison.Ordinal);
        Assert.StartsWith("the token at flat position 0 is 0.5; tokens are whole numbers.",
            Assert.Throws<ArgumentOutOfRangeException>(() => model.Forward(Tensor.Create<float>([[0.5f]]))).Message, StringComparison.Ordinal);
        Assert.StartsWith("embedDim is 6, which 4 heads do not divide.",
            Assert.Throws<ArgumentException>(() => new Gpt(3, 4, new Seed(1), embedDim: 6)).Message, StringComparison.Ordinal);
    }
}
