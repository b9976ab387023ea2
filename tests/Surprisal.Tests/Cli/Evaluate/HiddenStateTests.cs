namespace Surprisal.Tests.Cli.Evaluate;

/// <summary>surprisal evaluate --hidden --head: the numbers of --logits over the logits of our own linear layer.</summary>
public sealed class HiddenStateTests
{
    private const int Rows = 307, Features = 33, Classes = 70;

    [Theory, InlineData(true), InlineData(false)]
    public void TheAnswersAreThoseOfTheLogits(bool hasBias)
    {
        using var files = new ScoreFixture();
        Write(files, hasBias);
        var logits = files.Json("--logits ./logits.npy --targets ./t.npy --temperature");
        var hidden = files.Json($"--hidden ./h.npy --head ./w.npy{(hasBias ? " --bias ./b.npy" : "")} --targets ./t.npy --temperature");
        Assert.Equal(Plain(logits.ToString()), Plain(hidden.ToString()));
    }

    [Fact]
    public void ShardsAreRows()
    {
        using var files = new ScoreFixture();
        Write(files, hasBias: false);
        var logits = files.Json("--logits ./logits.npy --targets ./t.npy --shard 2/3");
        Assert.Equal(Plain(logits.ToString()), Plain(files.Json("--hidden ./h.npy --head ./w.npy --targets ./t.npy --shard 2/3").ToString()));
    }

    [Theory]
    [InlineData("--hidden ./h.npy --targets ./t.npy", "--hidden and --head go together: the head makes logits of hidden states.")]
    [InlineData("--logits ./logits.npy --bias ./b.npy --targets ./t.npy", "--bias goes with --head.")]
    [InlineData("--hidden ./w.npy --head ./logits.npy --targets ./t.npy",
        "./w.npy has the shape [70, 33], but ./logits.npy has [307, 70]: hidden states of the shape [N, 70] were expected.")]
    [InlineData("--hidden ./h.npy --head ./t.npy --targets ./t.npy", "./t.npy holds int64; a linear layer takes floating-point numbers.")]
    [InlineData("--hidden ./h.npy --head ./b.npy --targets ./t.npy",
        "./b.npy has the shape [70]; a head is [classes, features], as a linear layer's weight, and at most 2^31 - 1 numbers.")]
    [InlineData("--hidden ./h.npy --head ./w.npy --bias ./h.npy --targets ./t.npy",
        "./h.npy has the shape [307, 33], but ./w.npy has 70 classes; a bias has one number for each.")]
    public void WhatMakesNoHeadIsRefused(string line, string message)
    {
        using var files = new ScoreFixture();
        Write(files, hasBias: true);
        var (exit, _, errors) = files.Run($"evaluate {line}");
        Assert.NotEqual(0, exit);
        Assert.Contains(message, errors, StringComparison.Ordinal);
    }

    private static void Write(ScoreFixture files, bool hasBias)
    {
        var hidden = Tensor.Randn<float>([Rows, Features], new Seed(1));
        var weight = Tensor.Randn<float>([Classes, Features], new Seed(2)) * 0.2f;
        var bias = Tensor.Randn<float>([Classes], new Seed(3));
        var targets = Tensor.RandInt<long>(0, Classes, [Rows], new Seed(4));
        NpyFile.Write<float>(files.At("h.npy"), hidden.ToArray(), [Rows, Features]);
        NpyFile.Write<float>(files.At("w.npy"), weight.ToArray(), [Classes, Features]);
        NpyFile.Write<float>(files.At("b.npy"), bias.ToArray(), [Classes]);
        NpyFile.Write<long>(files.At("t.npy"), targets.ToArray(), [Rows]);
        NpyFile.Write<float>(files.At("logits.npy"), hidden.Linear(weight, hasBias ? bias : null).ToArray(), [Rows, Classes]);
    }

    /// <summary>Without the names of files.</summary>
    private static string Plain(string json) => json.Replace("logits.npy", "FILE", StringComparison.Ordinal).Replace("h.npy", "FILE", StringComparison.Ordinal);
}
