using System.Text.Json;
using System.Xml;
using Surprisal.Cli.Evaluate;
using Surprisal.Metrics;

namespace Surprisal.Tests.Cli.Evaluate;

/// <summary>The command's numbers are the library's on the same rows, from every format and in every cut; and what it refuses.</summary>
public sealed class EvaluateCommandTests : IDisposable
{
    private readonly ScoreFixture files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void NumbersAreTheLibrarys()
    {
        var metrics = new ClassificationMetrics(new() { Classes = ScoreFixture.Classes, Scores = ScoreKind.Logits });
        metrics.Add<float, long>(files.Logits, files.Targets);
        var report = metrics.Report();
        var json = files.Json("--logits ./z.npy --targets ./y.npy");
        Assert.Equal(report.Loss, Value(json, "logLoss"));
        Assert.Equal(report.Accuracy, Value(json, "accuracy"));
        Assert.Equal(report.Auc, Value(json, "auc"));
        Assert.Equal(report.Ece, Value(json, "ece"));
        Assert.Equal(report.LossInterval.HalfWidth, json.GetProperty("metrics").GetProperty("logLoss").GetProperty("halfWidth").GetDouble());
        var loss = new CrossEntropyLoss().Evaluate<float, long>(files.Logits, files.Targets, ScoreFixture.Classes).Value;
        Assert.Equal(loss, report.Loss, 1e-7 * loss);
        var fit = Temperature.Fit<float, long>(files.Logits, files.Targets, ScoreFixture.Classes);
        Assert.Equal(fit.Temperature, json.GetProperty("temperature").GetProperty("temperature").GetDouble(), 1e-5);
        Assert.InRange(json.GetProperty("temperature").GetProperty("ece").GetDouble(), 0, report.Ece);
        Assert.Equal("finite", json.GetProperty("temperature").GetProperty("state").GetString());
    }

    [Fact]
    public void EveryFormatGivesTheSameBits()
    {
        Safetensors.Write(files.At("a.safetensors"), new Dictionary<string, Tensor>
        {
            ["z"] = Tensor.Create<float>(files.Logits).Reshape(ScoreFixture.Rows, ScoreFixture.Classes), ["y"] = Tensor.Create<long>(files.Targets),
        });
        NpzFile.Write(files.At("a.npz"), new Dictionary<string, Tensor>
        {
            ["z"] = Tensor.Create<float>(files.Logits).Reshape(ScoreFixture.Rows, ScoreFixture.Classes), ["y"] = Tensor.Create<long>(files.Targets),
        });
        NpyFile.Write<byte>(files.At("y8.npy"), [.. files.Targets.Select(static y => (byte)y)], [ScoreFixture.Rows]);
        var expected = files.Json("--logits ./z.npy --targets ./y.npy").GetRawText();
        foreach (var line in (string[])["--logits ./a.safetensors:z --targets ./a.safetensors:y", "--logits ./a.npz:z --targets ./a.npz:y",
            "--logits ./z.npy --targets ./y8.npy", "--logits ./z.npy --targets ./y.npy --threads 1"])
            Assert.Equal(expected, files.Json(line).GetRawText());
    }

    [Fact]
    public void TextTablesHoldScoresAndTargetsTogether()
    {
        var lines = new List<string> { $"{string.Join(',', Enumerable.Range(0, ScoreFixture.Classes).Select(static c => $"z_{c}"))},label" };
        var logits = Array.ConvertAll(files.Logits, static v => (double)v);
        for (var i = 0; i < ScoreFixture.Rows; i++)
            lines.Add($"{string.Join(',', logits.AsSpan(i * ScoreFixture.Classes, ScoreFixture.Classes).ToArray())},{files.Targets[i]}");
        File.WriteAllLines(files.At("t.csv"), lines);
        NpyFile.Write<double>(files.At("d.npy"), logits, [ScoreFixture.Rows, ScoreFixture.Classes]);
        var expected = files.Json("--logits ./d.npy --targets ./y.npy").GetRawText(); // text is read as float64
        Assert.Equal(expected, files.Json("--logits ./t.csv:z --targets ./t.csv:label").GetRawText());
        File.WriteAllText(files.At("t.csv"), "z_0,z_1,label\n1,2,0\n1.5,x,1\n");
        var (exit, output, errors) = files.Run("evaluate --logits ./t.csv:z --targets ./t.csv:label");
        Assert.Equal(("", 1), (output, exit));
        Assert.Equal("surprisal: ./t.csv: line 3, column \"z_1\" holds \"x\"; a number was expected.\n", errors);
    }

    [Fact]
    public void ShardsOfFilesAndOfRowsMergeToTheBitsOfOneRun()
    {
        var all = files.Json("--logits ./z.npy --targets ./y.npy --no-temperature").GetRawText();
        foreach (var (i, (first, end)) in new[] { (0, 1), (1, 1), (1, 100), (100, 103), (103, ScoreFixture.Rows) }.Index())
            NpyFile.Write<float>(files.At($"part-{i + 8}.npy"), files.Logits.AsSpan(first * ScoreFixture.Classes, (end - first) * ScoreFixture.Classes),
                [end - first, ScoreFixture.Classes]); // part-8, part-9, part-10 ..: by number, not by letter
        Assert.Equal(all, files.Json("--logits ./part-*.npy --targets ./y.npy --no-temperature").GetRawText());
        for (var i = 1; i <= 7; i++)
            Assert.Equal(0, files.Run($"evaluate --logits ./z.npy --targets ./y.npy --no-temperature --shard {i}/7 --json ./p{i}.json").Exit);
        var (exit, output, errors) = files.Run("merge ./p3.json ./p7.json ./p1.json ./p2.json ./p6.json ./p5.json ./p4.json --json -");
        Assert.Equal(("", 0), (errors, exit));
        Assert.Equal(all, JsonDocument.Parse(output).RootElement.GetRawText());
        var twice = files.Run("merge ./p1.json ./p2.json ./p1.json");
        Assert.Equal(1, twice.Exit);
        Assert.StartsWith("surprisal: ./p1.json does not merge with the others: rows 0..70 are in both", twice.Errors);
    }

    [Fact]
    public void AGapInTheRowsIsRefused()
    {
        foreach (var i in new[] { 1, 3 })
            Assert.Equal(0, files.Run($"evaluate --logits ./z.npy --targets ./y.npy --no-temperature --shard {i}/3 --json ./g{i}.json").Exit);
        var (exit, output, errors) = files.Run("merge ./g1.json ./g3.json");
        Assert.Equal(("", 1), (output, exit));
        Assert.Equal("surprisal: ./g3.json does not merge with the others: between rows 0..166 and rows 335..502 rows are missing.\n", errors);
    }

    [Fact]
    public void PixelsAreRowsAndIgnoredOnesAreCountedFirst()
    {
        long[] targets = [.. Enumerable.Range(0, 6).Select(static i => i == 4 ? 255L : i % 3)];
        NpyFile.Write<float>(files.At("s.npy"), files.Logits.AsSpan(0, 18), [2, 3, 1, 3]);
        NpyFile.Write<long>(files.At("t.npy"), targets, [2, 1, 3]);
        var (exit, output, errors) = files.Run("evaluate --logits ./s.npy --targets ./t.npy --ignore-index 255");
        Assert.Equal(("", 0), (errors, exit));
        Assert.StartsWith("rows: 5 counted, 1 ignored\n", output);
        var metrics = new ClassificationMetrics(new() { Classes = 3, Scores = ScoreKind.Logits, IgnoreIndex = 255 });
        metrics.Add<float, long>(files.Logits.AsSpan(0, 18), targets, default, positions: 3);
        Assert.Equal(metrics.Report().Loss, Value(files.Json("--logits ./s.npy --targets ./t.npy --ignore-index 255"), "logLoss"));
    }

    [Fact]
    public void OneColumnAndLabelsAreNamed()
    {
        NpyFile.Write<float>(files.At("b.npy"), files.Logits.AsSpan(0, 100), [100]);
        NpyFile.Write<byte>(files.At("c.npy"), [.. Enumerable.Range(0, 100).Select(static i => (byte)(i % 2))], [100]);
        Assert.Equal(100, files.Json("--logits ./b.npy --targets ./c.npy --binary").GetProperty("rows").GetProperty("counted").GetInt32());
        NpyFile.Write<float>(files.At("l.npy"), files.Logits.AsSpan(0, 100), [25, 4]);
        NpyFile.Write<byte>(files.At("m.npy"), [.. Enumerable.Range(0, 100).Select(static i => (byte)(i % 3 / 2))], [25, 4]);
        var json = files.Json("--logits ./l.npy --targets ./m.npy --multi-label");
        Assert.Equal(25, json.GetProperty("rows").GetProperty("counted").GetInt32());
        Assert.InRange(json.GetProperty("metrics").GetProperty("hammingLoss").GetProperty("value").GetDouble(), 0, 1);
    }

    [Theory]
    [InlineData("--logits ./none.npy --targets ./y.npy",
        "./none.npy: there is no such file; an array of NumPy (.npy), a file of them (.npz) or a safetensors file was expected.")]
    [InlineData("--logits ./y.npy --targets ./y.npy", "./y.npy holds int64; logits are floating-point numbers.")]
    [InlineData("--logits ./z.npy --targets ./z.npy", "./z.npy holds float32; targets are integers or booleans.")]
    [InlineData("--logits ./z.npy --targets ./short.npy",
        "./short.npy has the shape [502], but ./z.npy has [503, 7]: targets of the shape [503] were expected.")]
    [InlineData("--logits ./z.npy --targets ./wrong.npy", "./wrong.npy: row 501 is 7; a class from 0 to 6 was expected, or -100, which is ignored.")]
    [InlineData("--logits ./flat.npy --targets ./y.npy",
        "./flat.npy has the shape [3521]; [N, C] was expected, or [N, C, d1 ...]; one column goes with --binary.")]
    [InlineData("--logits ./z.npy --targets ./y.npy --binary", "./z.npy has the shape [503, 7]; --binary takes one column, [N] or [N, 1].")]
    [InlineData("--probabilities ./z.npy --targets ./y.npy", null)]
    [InlineData("--logits ./z.npy --targets ./y.npy --sample-weights ./negative.npy",
        "./negative.npy: the weight of row 3 is -1; 0 or 2^-40 to 2^30 was expected.")]
    [InlineData("--logits ./z.npy --targets ./y.npy --top-k 8", "--top-k is 8, but there are 7 classes; the target is always among all.")]
    [InlineData("--logits ./z.npy --targets ./y.npy --weight 1,2", "--weight has 2 weights, but there are 7 classes; each needs one.")]
    [InlineData("--logits ./nan.npy --targets ./y.npy --strict",
        "./nan.npy: row 400: its scores are invalid: they hold NaN, and --strict makes that an error.")]
    [InlineData("--logits ./z.npy --targets ./y.npy --class-names ./y.npy", "./y.npy: byte 0 is no UTF-8; the names of the classes were expected, one a line.")]
    [InlineData("--logits ./z.npy --targets ./y.npy --json ./y.npy", "--json ./y.npy is there already; --force replaces it.")]
    [InlineData("--logits ./q-*.npy --targets ./y.npy", "./q-*.npy: no file has such a name.")]
    public void WhatCannotBeScoredIsOneLine(string line, string? message)
    {
        NpyFile.Write<long>(files.At("short.npy"), files.Targets.AsSpan(1), [ScoreFixture.Rows - 1]);
        NpyFile.Write<long>(files.At("wrong.npy"), [.. files.Targets[..501], 7, 0], [ScoreFixture.Rows]);
        NpyFile.Write<float>(files.At("flat.npy"), files.Logits, [files.Logits.Length]);
        NpyFile.Write<float>(files.At("negative.npy"), [1, 1, 1, -1, .. new float[ScoreFixture.Rows - 4]], [ScoreFixture.Rows]);
        float[] nan = [.. files.Logits];
        nan[400 * ScoreFixture.Classes + 2] = float.NaN;
        NpyFile.Write<float>(files.At("nan.npy"), nan, [ScoreFixture.Rows, ScoreFixture.Classes]);
        var (exit, output, errors) = files.Run($"evaluate {line} --report ./report.html");
        Assert.Equal(("", 1), (output, exit));
        if (message is not null) Assert.Equal($"surprisal: {message}\n", errors);
        else
            Assert.Matches(@"^surprisal: \./z\.npy: row 0: column \d is -?\d+\.\d+; a probability is from 0 to 1: " +
                @"--probabilities says that these are\.\n$", errors);
        Assert.False(File.Exists(files.At("report.html")));
    }

    [Theory]
    [InlineData("--targets y",
        "one of --logits, --hidden, --probabilities and --log-probabilities was expected, or --run: what the scores are is never guessed.")]
    [InlineData("--logits z --probabilities p --targets y",
        "one of --logits, --hidden, --probabilities and --log-probabilities was expected, or --run: what the scores are is never guessed.")]
    [InlineData("--logits z", "--targets was expected: the class of each row.")]
    [InlineData("--logits z --targets y --binary --multi-label", "--binary and --multi-label exclude each other.")]
    [InlineData("--logits z --targets y --shard 0/3", "--shard is '0/3'; a part and how many there are were expected, from 1/1 on, such as 2/4.")]
    [InlineData("--logits z --targets y --label-smoothing 0,1", "--label-smoothing is '0,1'; a number from 0 to 1 was expected, with a decimal point.")]
    [InlineData("--logits z --targets y --weight 1;2", "--weight is '1;2'; '1;2' is no weight; numbers of 0 or more were expected, such as 1,2,5.")]
    [InlineData("--logitz z --targets y", "Unrecognized command or argument '--logitz'; did you mean '--logits'?")]
    public void WrongUsageIsOneLine(string arguments, string message)
    {
        var (exit, output, errors) = CommandProcess.Run(["evaluate", .. arguments.Split(' ')]);
        Assert.Equal($"surprisal: {message}\nsurprisal: see 'surprisal evaluate --help'\n", errors);
        Assert.Equal(("", 2), (output, exit));
    }

    [Fact]
    public void PageAndClassesAreWrittenAndCarryAnyName()
    {
        string[] names = ["<b>&\"", "a, b", "船", new('x', 60), "it's", "עברית", "plain"];
        File.WriteAllLines(files.At("names.txt"), names);
        const string Line = "evaluate --logits ./z.npy --targets ./y.npy --class-names ./names.txt --csv ./c.csv --report ./r.html";
        Assert.Equal(("", 0), (files.Run(Line).Errors, files.Run(Line + " --force").Exit));
        using (var reader = XmlReader.Create(files.At("r.html"), new() { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null }))
            while (reader.Read()) { }
        var page = File.ReadAllText(files.At("r.html"));
        foreach (var title in (string[])["Losses", "Reliability", "ROC", "Precision and recall", "Recall", "Hardest rows"]) Assert.Contains(title, page);
        Assert.Contains("&lt;b&gt;&amp;", page);
        var lines = File.ReadAllLines(files.At("c.csv"));
        Assert.Equal(1 + names.Length, lines.Length);
        Assert.StartsWith("0,\"<b>&\"\"\",", lines[1]);
        Assert.StartsWith("1,\"a, b\",", lines[2]);
    }

    private static double Value(JsonElement json, string metric) => json.GetProperty("metrics").GetProperty(metric).GetProperty("value").GetDouble();
}
