using System.Text.Json;
using System.Xml;
using Surprisal.Cli.Rows;
using Surprisal.Metrics;
using Surprisal.Tests.Cli.Evaluate;

namespace Surprisal.Tests.Cli.Compare;

/// <summary>The command's numbers are the library's and a loop's over the rows, from whole files and from shards; and what it refuses.</summary>
public sealed class CompareCommandTests : IDisposable
{
    private const int Rows = ScoreFixture.Rows, Classes = ScoreFixture.Classes;

    private readonly ScoreFixture files = new();
    private readonly float[] other;

    public CompareCommandTests()
    {
        other = [.. files.Logits.Select(static (z, i) => z + i % 5 * 0.3f)];
        for (var i = 0; i < Rows; i++) other[i * Classes + files.Targets[i]] += i % 3 - 0.5f;
        NpyFile.Write<float>(files.At("b.npy"), other, [Rows, Classes]);
    }

    public void Dispose() => files.Dispose();

    [Fact]
    public void CountsAreThoseOfALoopAndDifferencesTheLibrarys()
    {
        Evaluate("z", "模型一");
        Evaluate("b", "b");
        var (exit, output, errors) = files.Run("compare ./模型一.json ./b.json --json -");
        Assert.Equal(("", 0), (errors, exit));
        var json = JsonDocument.Parse(output).RootElement;
        var (x, y) = (Hits(files.Logits), Hits(other));
        var (onlyA, onlyB) = (Count(x, y), Count(y, x));
        var test = json.GetProperty("mcNemar");
        Assert.Equal((onlyA, onlyB, x.Zip(y).Count(static p => p.First && p.Second)),
            (test.GetProperty("onlyA").GetInt32(), test.GetProperty("onlyB").GetInt32(), test.GetProperty("bothRight").GetInt32()));
        Assert.Equal(McNemar.Of(x, y).PValue, test.GetProperty("p").GetDouble());
        var difference = MetricComparison.Of(Metrics(files.Logits), Metrics(other));
        foreach (var (name, value, interval) in new[]
        {
            ("logLoss", difference.Loss, difference.LossInterval), ("accuracy", difference.Accuracy, difference.AccuracyInterval),
            ("brier", difference.Brier, difference.BrierInterval), ("ece", difference.Ece, difference.EceInterval),
        })
            Assert.Equal((value, interval.Lower, interval.Upper),
                (Number(json, name, "difference"), Number(json, name, "lower"), Number(json, name, "upper")));
        var (a, b) = (Losses(files.Logits), Losses(other));
        Assert.Equal(a.Zip(b).Count(static p => p.First < p.Second), json.GetProperty("lowerLoss").GetProperty("a").GetInt32());
        var most = Enumerable.Range(0, Rows).OrderByDescending(i => (double)a[i] - b[i]).ThenBy(static i => i).First();
        Assert.Equal(most, json.GetProperty("mostForB")[0].GetProperty("row").GetInt32());
    }

    [Fact]
    public void ShardsWithTheirRowsCompareAsTheWhole()
    {
        Evaluate("z", "a");
        Evaluate("b", "b");
        for (var i = 1; i <= 3; i++) Run($"evaluate --logits ./b.npy --targets ./y.npy --shard {i}/3 --json ./s{i}.json --rows ./s-{i}.npz");
        Run("merge ./s2.json ./s3.json ./s1.json --json ./merged.json");
        var whole = Run("compare ./a.json ./b.json").Split('\n')[2..];
        Assert.Equal(whole, Run("compare ./a.json ./merged.json").Split('\n')[2..]);
        foreach (var i in new[] { 1, 2, 3 }) File.Move(files.At($"s-{i}.npz"), files.At($"moved-{i}.npz"));
        Refused("compare ./a.json ./merged.json", "./merged.json names the rows ./s-1.npz, and there is no such file; --rows says where it is.");
        Assert.Equal(whole, Run("compare ./a.json ./merged.json --rows ./moved-*.npz").Split('\n')[2..]);
        Refused("compare ./a.json ./a.json --rows ./moved-2.npz", "./moved-2.npz has the rows of neither ./a.json nor ./a.json.");
    }

    [Fact]
    public void RowsThatDoNotCountAreLeftOutOfBoth()
    {
        long[] targets = [.. files.Targets.Select(static (t, i) => i % 10 == 4 ? -100L : t)];
        float[] weights = [.. files.Targets.Select(static (_, i) => i % 10 == 7 ? 0f : i % 2 + 0.5f)];
        NpyFile.Write<long>(files.At("i.npy"), targets, [Rows]);
        NpyFile.Write<float>(files.At("w.npy"), weights, [Rows]);
        foreach (var model in new[] { "z", "b" })
            Run($"evaluate --logits ./{model}.npy --targets ./i.npy --sample-weights ./w.npy --json ./{model}.json --rows ./{model}.npz");
        var output = Run("compare ./z.json ./b.json");
        Assert.Contains("rows: 403 counted, 50 ignored, 50 of weight 0\n", output);
        var kept = Enumerable.Range(0, Rows).Where(static i => i % 10 is not (4 or 7)).ToList();
        var (x, y) = (Hits(files.Logits), Hits(other));
        bool[] a = [.. kept.Select(i => x[i])], b = [.. kept.Select(i => y[i])];
        Assert.Contains($"{Count(a, b)} rows only A gets right, {Count(b, a)} only B.", output);
        var nan = (float[])other.Clone();
        (nan[11 * Classes], nan[13 * Classes]) = (float.NaN, float.NaN);
        NpyFile.Write<float>(files.At("n.npy"), nan, [Rows, Classes]);
        Run("evaluate --logits ./n.npy --targets ./i.npy --sample-weights ./w.npy --json ./n.json --rows ./n.npz");
        Refused("compare ./z.json ./n.json", "row 11 is invalid (its scores hold NaN or infinity) in ./n.json only; models are compared on rows that " +
            "count for both: give such rows the ignored target in both.");
    }

    [Fact]
    public void WithoutRowsThereIsNoTestButTheRest()
    {
        Run("evaluate --logits ./z.npy --targets ./y.npy --no-temperature --json ./a.json");
        Evaluate("b", "b");
        var output = Run("compare ./a.json ./b.json");
        Assert.Contains("./a.json names no rows, so there is no McNemar's test; 'surprisal evaluate --rows' writes them.", output);
        Assert.DoesNotContain("only A", output);
        Assert.Matches(@"(?m)^log-loss +\d+\.\d{4} +\d+\.\d{4} +[+-]?\d+\.\d{4} +\[[+-]?\d+\.\d{4}, [+-]?\d+\.\d{4}\]$", output);
    }

    [Fact]
    public void ThePageIsXmlAndTheSameModelTwiceDoesNotDiffer()
    {
        Evaluate("z", "a<b>&");
        var output = Run("compare ./a<b>&.json ./a<b>&.json --report ./r.html");
        Assert.EndsWith("calibration: neither is better beyond chance (ECE " + output[(output.LastIndexOf("(ECE ", StringComparison.Ordinal) + 5)..], output);
        Assert.EndsWith("A and B do not differ on any row.\n", output);
        Assert.Contains("p = 1, exact: 0 rows only A gets right, 0 only B.", output);
        using (var reader = XmlReader.Create(files.At("r.html"), new() { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null }))
            while (reader.Read()) { }
        var page = File.ReadAllText(files.At("r.html"));
        foreach (var title in (string[])["Comparison", "Reliability", "How many rows each gets right", "Every class that occurs"]) Assert.Contains(title, page);
        Refused("compare ./a<b>&.json ./a<b>&.json --report ./r.html", "--report ./r.html is there already; --force replaces it.");
    }

    [Fact]
    public void WhatCannotBeComparedIsOneLine()
    {
        Evaluate("z", "a");
        Run("evaluate --logits ./b.npy --targets ./y.npy --seed 3 --json ./seed.json");
        Refused("compare ./a.json ./seed.json", "./seed.json has --seed 3, but ./a.json 0; models are compared with the same options.");
        Run("evaluate --logits ./b.npy --targets ./y.npy --shard 1/2 --json ./half.json");
        Refused("compare ./a.json ./half.json", "./half.json has rows 0..250, but ./a.json rows 0..502; models are compared on the same rows.");
        NpyFile.Write<long>(files.At("t.npy"), [.. files.Targets.Select(static t => (t + 1) % Classes)], [Rows]);
        Run("evaluate --logits ./b.npy --targets ./t.npy --json ./t.json");
        Refused("compare ./a.json ./t.json", "./t.json has other targets or sample weights than ./a.json; models are compared on the same data.");
        Evaluate("b", "b");
        Run("evaluate --logits ./z.npy --targets ./y.npy --json ./c.json --rows ./b.npz --force"); // over the rows of b
        Assert.Matches(@"^surprisal: \./b\.npz has the digest \w{16}, but \./b\.json was written with \w{16}: it has been written again since\.\n$",
            files.Run("compare ./a.json ./b.json").Errors);
        Refused("compare ./a.json ./z.npy", null);
        Refused("compare ./a.json ./none.json", "./none.json: there is no such file; one of 'surprisal evaluate --json' was expected.");
        Refused("evaluate --logits ./z.npy --targets ./y.npy --json ./x --rows ./x", "--json and --rows name the same file, ./x; each writes one of its own.");
    }

    [Fact]
    public void ARunThatFailsLeavesNoRowsAndPixelsOfAPartAreNumberedFromItsFirst()
    {
        NpyFile.Write<long>(files.At("wrong.npy"), [.. files.Targets[..^1], Classes], [Rows]);
        Refused("evaluate --logits ./z.npy --targets ./wrong.npy --rows ./w.npz", "./wrong.npy: row 502 is 7; a class from 0 to 6 was expected, or -100, " +
            "which is ignored.");
        Assert.Empty(Directory.GetFiles(files.At(""), "w.npz*"));
        NpyFile.Write<float>(files.At("p.npy"), files.Logits.AsSpan(0, 5 * Classes * 12), [5, Classes, 3, 4]);
        NpyFile.Write<long>(files.At("q.npy"), files.Targets.AsSpan(0, 60), [5, 3, 4]);
        Run("evaluate --logits ./p.npy --targets ./q.npy --shard 2/2 --rows ./p.npz");
        using var rows = new RowsReader(files.At("p.npz"));
        Assert.Equal((24, 36), (rows.FirstRow, rows.Rows)); // samples 2, 3 and 4
    }

    [Theory]
    [InlineData("compare a.json", "Required argument 'B' missing for command: 'compare'.")]
    [InlineData("compare a.json b.json c.json", "Unrecognized command or argument 'c.json'.")]
    [InlineData("compare a.json b.json --row c", "Unrecognized command or argument '--row'; did you mean '--rows'?")]
    [InlineData("evaluate --logits z --targets y --multi-label --rows r", "--rows and --multi-label exclude each other: " +
        "of several labels, some right and some wrong, a row is no hit or miss.")]
    public void WrongUsageIsOneLine(string line, string message)
    {
        var (exit, output, errors) = CommandProcess.Run(line.Split(' '));
        Assert.Equal(("", 2), (output, exit));
        Assert.StartsWith($"surprisal: {message}\n", errors);
    }

    private void Evaluate(string scores, string name) =>
        Run($"evaluate --logits ./{scores}.npy --targets ./y.npy --no-temperature --json ./{name}.json --rows ./{name}.npz");

    private string Run(string line)
    {
        var (exit, output, errors) = files.Run(line);
        Assert.Equal(("", 0), (errors, exit));
        return output.Replace(files.At("x")[..^1], "./", StringComparison.Ordinal);
    }

    private void Refused(string line, string? message)
    {
        var (exit, output, errors) = files.Run(line);
        Assert.Equal(("", 1), (output, exit));
        if (message is not null) Assert.Equal($"surprisal: {message}\n", errors);
        Assert.Equal(1, errors.Count(static c => c == '\n'));
    }

    private ClassificationMetrics Metrics(float[] logits)
    {
        var metrics = new ClassificationMetrics(new() { Classes = Classes, Scores = ScoreKind.Logits });
        metrics.Add<float, long>(logits, files.Targets);
        return metrics;
    }

    private bool[] Hits(float[] logits) => [.. Enumerable.Range(0, Rows).Select(i =>
        logits[(i * Classes)..((i + 1) * Classes)] is var z && Array.IndexOf(z, z.Max()) == files.Targets[i])];

    private float[] Losses(float[] logits)
    {
        var losses = new float[Rows];
        new CrossEntropyLoss { Reduction = Reduction.None }.Evaluate<float, long>(logits, files.Targets, Classes, losses: losses);
        return losses;
    }

    private static int Count(bool[] right, bool[] wrong) => right.Zip(wrong).Count(static p => p.First && !p.Second);

    private static double Number(JsonElement json, string metric, string part) => json.GetProperty("metrics").GetProperty(metric).GetProperty(part).GetDouble();
}
