using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Surprisal.Tests.Cli.Language;

/// <summary>surprisal train --text and surprisal generate: what they learn, keep, write and refuse.</summary>
public sealed class LanguageCommandTests : IDisposable
{
    private static readonly string[] Small =
        ["--tokens", "characters", "--context", "16", "--width", "16", "--heads", "2", "--layers", "1", "--batch-size", "4", "--lr", "0.01"];

    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void ItLearnsWritesAndWritesTheSameAgain()
    {
        var (exit, output, errors) = Train("--epochs", "8");
        Assert.Equal((0, ""), (exit, errors));
        Assert.Matches(@"by how often tokens occur alone, the perplexity is 1[0-9]\.\d", output);
        Assert.Matches(@"epoch   8/8  loss \d\.\d{4}  validation loss \d\.\d{4}  perplexity +\d\.\d +\d+ tokens/s", output);
        Assert.Matches(@"validation perplexity [1-3]\.\d \(1[0-9]\.\d by frequency alone\), \d\.\d{3} bits a byte", output);
        Assert.Contains($"to write more: surprisal generate {Path.Combine(folder, "run")}\n", output, StringComparison.Ordinal); // no word it may lack
        string[] generate = ["generate", Path.Combine(folder, "run"), "--prompt", "the cat ", "--tokens", "60", "--temperature", "0.5", "--seed", "4"];
        var (written, text, _) = CommandProcess.Run(generate);
        Assert.Equal(0, written);
        Assert.StartsWith("the cat ", text, StringComparison.Ordinal);
        Assert.Contains("sat", text, StringComparison.Ordinal);
        Assert.Equal(text, CommandProcess.Run([.. generate, "--threads", "1"]).Output);
        Assert.NotEqual(text, CommandProcess.Run([.. generate[..^1], "5"]).Output);
        Assert.Equal("the cat s\n", CommandProcess.Run(
            "generate", Path.Combine(folder, "run"), "--prompt", "the cat ", "--tokens", "1", "--top-k", "1").Output);
        // runs, and what is no classifier
        Assert.Contains("gpt", CommandProcess.Run("runs", folder).Output, StringComparison.Ordinal);
        Assert.EndsWith("a language model, which classifies nothing; 'surprisal generate' writes with it.\n",
            CommandProcess.Run("export", Path.Combine(folder, "run"), "--onnx", Path.Combine(folder, "x.onnx")).Errors, StringComparison.Ordinal);
        Assert.Contains("token 2 is 'X' (U+0058), which the text to train on does not have.",
            CommandProcess.Run("generate", Path.Combine(folder, "run"), "--prompt", "thX").Errors, StringComparison.Ordinal);
        // weights of a run to begin with
        var (again, from, wrong) = CommandProcess.Run("train", "--text", Text(), "--tokens", "characters", "--from", Path.Combine(folder, "run"), "--epochs",
            "1",
            "--batch-size", "4", "--out", Path.Combine(folder, "more"));
        Assert.Equal((0, ""), (again, wrong));
        Assert.Matches(@"validation perplexity [1-3]\.\d ", from);
    }

    /// <summary>The same steps with logits and without: sums in another order, so the same to five digits.</summary>
    [Fact]
    public void TheLossThatHoldsNoLogitsLearnsTheSame()
    {
        var losses = new List<double>();
        foreach (var loss in (string[])["dense", "linear"])
        {
            var output = Path.Combine(folder, loss);
            var (exit, _, errors) = CommandProcess.Run(["train", "--text", Text(), .. Small, "--epochs", "3", "--loss", loss, "--label-smoothing", "0.1",
                "--accumulate", "2", "--out", output]);
            Assert.Equal((0, ""), (exit, errors));
            losses.Add(double.Parse(File.ReadLines(Path.Combine(output, "metrics.csv")).Last().Split(',')[4], CultureInfo.InvariantCulture));
        }
        Assert.Equal(losses[0], losses[1], 1e-4 * losses[0]);
        Assert.StartsWith("surprisal: --loss linear goes with --text.\n", CommandProcess.Run("train", "--loss", "linear").Errors, StringComparison.Ordinal);
        Assert.Contains("\"loss\": \"cross-entropy\"", File.ReadAllText(Path.Combine(folder, "dense", "options.json")), StringComparison.Ordinal);
        Assert.StartsWith("surprisal: --loss dense goes with --text.\n", CommandProcess.Run("train", "--loss", "dense").Errors, StringComparison.Ordinal);
        Assert.StartsWith("surprisal: --gamma is no option of the loss linear.\n",
            CommandProcess.Run("train", "--text", Text(), "--loss", "linear", "--gamma", "2").Errors, StringComparison.Ordinal);
    }

    /// <summary>What other runs have: the page, TensorBoard's events, lines of JSON, several seeds, the layers.</summary>
    [Fact]
    public void ARunOfATextHasAllThatOtherRunsHave()
    {
        var (exit, output, errors) = Train("--epochs", "2", "--tensorboard", "--json-log");
        Assert.Equal((0, ""), (exit, errors));
        var run = Path.Combine(folder, "run");
        Assert.Equal(File.ReadAllText(Path.Combine(run, "log.jsonl")), output);
        Assert.Matches(@"""validation_perplexity"":\d+\.\d+.*\n.*""how"":""done"".*""test_perplexity"":\d+\.\d+", output);
        var page = File.ReadAllText(Path.Combine(run, "report.html"));
        foreach (var part in (string[])["Validation perplexity", "Test perplexity", "16 tokens (characters), each one of", "1 block of 2 heads, width 16"])
            Assert.Contains(part, page, StringComparison.Ordinal);
        Assert.DoesNotContain("accuracy", page, StringComparison.OrdinalIgnoreCase);
        var events = Encoding.Latin1.GetString(File.ReadAllBytes(Assert.Single(Directory.GetFiles(Path.Combine(run, "tensorboard")))));
        Assert.Contains("perplexity/validation", events, StringComparison.Ordinal);
        Assert.DoesNotContain("accuracy", events, StringComparison.Ordinal);

        (exit, output, errors) = CommandProcess.Run(["train", "--text", Text(), .. Small, "--summary"]);
        Assert.Equal((0, ""), (exit, errors));
        Assert.StartsWith("gpt of 16 tokens to ", output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^h\.0\.attn\.c_attn Linear +816 ", output); // 3 * 16 * 16 + 3 * 16
        Assert.Matches(@"(?m)^total +[\d,]+$", output);
    }

    [Fact]
    public void SeveralSeedsAreComparedByTheirPerplexity()
    {
        var group = Path.Combine(folder, "seeds");
        var (exit, output, errors) = CommandProcess.Run(["train", "--text", Text(), .. Small, "--epochs", "2", "--seeds", "2", "--out", group]);
        Assert.Equal((0, ""), (exit, errors));
        Assert.Matches(@"run +perplexity +loss +epoch\n", output);
        Assert.Matches(@"perplexity \d+\.\d over 2 seeds, standard deviation \d+\.\d; the runs are in ", output);
        double[] losses = [.. Enumerable.Range(0, 2).Select(seed =>
            double.Parse(File.ReadLines(Path.Combine(group, $"seed-{seed}", "metrics.csv")).Last().Split(',')[4], CultureInfo.InvariantCulture))];
        using var summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(group, "summary.json")));
        Assert.Equal(losses.Average(Math.Exp), summary.RootElement.GetProperty("perplexity").GetProperty("mean").GetDouble(), 1e-6 * losses.Average(Math.Exp));
        Assert.False(summary.RootElement.TryGetProperty("accuracy", out _));
        Assert.NotEqual(losses[0], losses[1]);
    }

    [Fact]
    public void AStoppedRunGoesOnToTheSameBits()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS()) Assert.Skip("there are no signals here.");
        Assert.Equal(0, Train("--epochs", "6", "--dropout", "0.1").Exit);
        string[] options = ["train", "--text", Text(), .. Small, "--epochs", "6", "--dropout", "0.1", "--out", Path.Combine(folder, "parts")];
        using (var process = CommandProcess.Start(options))
        {
            while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("epoch   2", StringComparison.Ordinal)) { }
            using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"])) kill.WaitForExit();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
        }
        Assert.Equal(0, CommandProcess.Run("train", "--resume", Path.Combine(folder, "parts")).Exit);
        foreach (var file in (string[])["metrics.csv", "model.safetensors", "checkpoint.safetensors", "options.json", "data.json"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder, "run", file)), File.ReadAllBytes(Path.Combine(folder, "parts", file)));
    }

    [Theory]
    [InlineData("--width 31", "--width is 31, which 2 heads do not divide.")]
    [InlineData("--images x", "--text and --images exclude each other.")]
    [InlineData("--full-vocabulary", "--full-vocabulary goes with --tokens gpt2.")]
    [InlineData("--loss focal", "--loss focal is not for --text; it is cross-entropy (dense), or linear, which holds no logits.")]
    [InlineData("--schedule step", "--schedule step is not for --text; it is one of cosine, constant.")]
    [InlineData("--model lenet", "--text and --model exclude each other.")]
    public void WhatDoesNotGoTogetherIsSaid(string more, string complaint)
    {
        var (exit, _, errors) = CommandProcess.Run(["train", "--text", Text(), "--tokens", "characters", "--heads", "2", .. more.Split(' ')]);
        Assert.Equal(2, exit);
        Assert.Contains($"surprisal: {complaint}\n", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void TextsThatCannotBeLearnedAreRefusedBeforeAnythingIsWritten()
    {
        foreach (var (text, message) in new (byte[], string)[]
            {
                ([], "the text is empty."), ([97, 0xC3], "byte 1 is c3, which is no UTF-8 there; save the text as UTF-8."),
                (Encoding.UTF8.GetBytes(new string('a', 60)),
                    "the part to validate has 6 tokens, but a window of 16 needs 17; a longer text, or a smaller --context."),
            })
        {
            var path = Path.Combine(folder, "text.txt");
            File.WriteAllBytes(path, text);
            var (exit, _, errors) = CommandProcess.Run(["train", "--text", path, .. Small, "--out", Path.Combine(folder, "run")]);
            Assert.Equal(1, exit);
            Assert.EndsWith(message + "\n", errors, StringComparison.Ordinal);
            Assert.False(Directory.Exists(Path.Combine(folder, "run")));
        }
        var (missing, _, said) = CommandProcess.Run("train", "--text", Path.Combine(folder, "nothere.txt"));
        Assert.Equal((1, $"surprisal: {Path.Combine(folder, "nothere.txt")}: no such file.\n"), (missing, said));
    }

    /// <summary>A character that the part to train on lacks is a class all the same, which nothing has made likely.</summary>
    [Fact]
    public void WhatOnlyTheLastPartHasIsScored()
    {
        var path = Path.Combine(folder, "text.txt");
        File.WriteAllText(path, new string('a', 180) + "aaaaaaaaaa魚aaaaaaaaa");
        var (exit, output, errors) = CommandProcess.Run(["train", "--text", path, .. Small, "--out", Path.Combine(folder, "run")]);
        Assert.Equal((0, ""), (exit, errors));
        Assert.Contains("19 to validate, 2 different (characters)", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        // 18 of the 19 that are scored are (180 + 1) / 182 likely, one 1 / 182.
        Assert.Contains($"the perplexity is {Math.Exp((18 * Math.Log(182.0 / 181) + Math.Log(182)) / 19):F1}", output, StringComparison.Ordinal);
    }

    private (int Exit, string Output, string Errors) Train(params string[] more) =>
        CommandProcess.Run(["train", "--text", Text(), .. Small, .. more, "--out", Path.Combine(folder, "run")]);

    /// <summary>Sentences of a small grammar.</summary>
    private string Text()
    {
        var path = Path.Combine(folder, "cats.txt");
        if (File.Exists(path)) return path;
        var random = new Random(3);
        string[] nouns = ["cat", "dog", "bird"], places = ["mat", "roof", "lawn"];
        File.WriteAllText(path, string.Concat(Enumerable.Range(0, 300).Select(_ => $"the {nouns[random.Next(3)]} sat on the {places[random.Next(3)]}.\n")));
        return path;
    }
}
