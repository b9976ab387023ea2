using System.Diagnostics;
using System.Reflection;
using Apache.Arrow;
using Surprisal.Tests.Architecture;
using Surprisal.Tests.Cli.Evaluate;
using static Surprisal.Tests.Columnar.ArrowWriter;

namespace Surprisal.Tests.Columnar;

/// <summary>The command of both packages on files of columns.</summary>
public sealed class ColumnarCommandTests : IDisposable
{
    private readonly ScoreFixture files = new();

    public void Dispose() => files.Dispose();

    /// <summary>The same numbers as .npy, as Arrow in uneven batches, and as Parquet in uneven groups: the same JSON.</summary>
    [Fact]
    public void Every_format_gives_the_same_bits()
    {
        var expected = Run("evaluate --logits ./z.npy --targets ./y.npy --json -");
        Assert.Equal(("", 0), (expected.Errors, expected.Exit));
        File.WriteAllBytes(files.At("a.arrow"), InFile(Batches([0, 100, 100, 403, 503])));
        File.WriteAllBytes(files.At("a.arrows"), InStream(Batches([0, 1, 503])));
        File.WriteAllBytes(files.At("p.parquet"), ParquetFiles.Evaluation(files.Logits, files.Targets, ScoreFixture.Classes, [200, 303]));
        foreach (var line in (string[])["--logits ./a.arrow:logits --targets ./a.arrow:label", "--logits ./a.arrows:x --targets ./a.arrows:label",
            "--logits ./p.parquet:logits --targets ./p.parquet:label", "--logits ./p.parquet:logits --targets ./a.arrow:label --memory 100KB"])
            Assert.Equal(expected, Run($"evaluate {line} --json -"));
    }

    [Fact]
    public void Losses_and_names_of_classes_are_read_from_columns()
    {
        File.WriteAllBytes(files.At("a.arrow"), InFile(Batches([0, 250, 503])));
        var expected = Run("loss cross-entropy --logits ./z.npy --targets ./y.npy");
        Assert.Equal(("", 0), (expected.Errors, expected.Exit));
        Assert.Equal(expected, Run("loss cross-entropy --logits ./a.arrow:logits --targets ./a.arrow:label"));
        File.WriteAllLines(files.At("names"), Enumerable.Range(0, ScoreFixture.Classes).Select(static c => $"class {c}"));
        var numbers = Run("evaluate --logits ./z.npy --targets ./y.npy --class-names ./names --json -");
        Assert.Equal(numbers, Run("evaluate --logits ./a.arrow:logits --targets ./a.arrow:text --class-names ./names --json -"));
        Assert.Equal(("", 1, "surprisal: ./a.arrow:text holds text; its order is no order of classes: " +
            "the names of the classes are needed too (--class-names).\n"),
            Answer(Run("evaluate --logits ./a.arrow:logits --targets ./a.arrow:text")));
    }

    [Fact]
    public void The_command_without_the_package_names_it()
    {
        File.WriteAllBytes(files.At("a.arrow"), InFile(Batches([0, 503])));
        File.WriteAllBytes(files.At("a.arrows"), InStream(Batches([0, 503])));
        File.WriteAllBytes(files.At("a.parquet"), ColumnarFixture.Golden("codec snappy"));
        foreach (var (file, kind) in new[] { ("a.arrow", "an Arrow file"), ("a.arrows", "an Arrow stream"), ("a.parquet", "a Parquet file") })
            foreach (var command in (string[])["evaluate", "loss nll"])
                Assert.Equal(("", 1, $"surprisal: ./{file} is {kind}, which the package Surprisal.Cli.Columnar reads: " +
                    "the same command, installed in place of Surprisal.Cli.\n"), Answer(files.Run($"{command} --logits ./{file}:z --targets ./y.npy")));
    }

    [Fact]
    public void Memory_is_a_number_of_bytes()
    {
        File.WriteAllBytes(files.At("a.arrow"), InFile(Batches([0, 503])));
        var (output, exit, errors) = Answer(Run("evaluate --logits ./a.arrow:logits --targets ./a.arrow:label --memory 0.01MB"));
        Assert.Equal(("", 1), (output, exit));
        Assert.EndsWith("but 10000 bytes may be used: allow more (--memory), or write smaller batches.\n", errors, StringComparison.Ordinal);
        Assert.Equal(("", 2, "surprisal: --memory is 'much'; a number of bytes was expected, such as 500MB or 4GB.\n" +
            "surprisal: see 'surprisal evaluate --help'\n"),
            Answer(Run("evaluate --logits ./z.npy --targets ./y.npy --memory much")));
    }

    [Fact]
    public void It_is_the_same_command()
    {
        Assert.Contains("Usage:\n  surprisal [command] [options]\n", Run("--help").Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal(files.Run("evaluate --help"), Run("evaluate --help"));
    }

    private static (string Output, int Exit, string Errors) Answer((int Exit, string Output, string Errors) run) => (run.Output, run.Exit, run.Errors);

    private RecordBatch[] Batches(int[] ends) =>
    [
        .. ends.Zip(ends.Skip(1), (first, end) =>
        {
            var rows = Enumerable.Range(first, end - first).ToList();
            return Batch([
                ("logits", Fixed(Floats(rows.SelectMany(row => Row(row)).Select(static x => (float?)x)), ScoreFixture.Classes)),
                .. Enumerable.Range(0, ScoreFixture.Classes).Reverse().Select(c => ($"x_{c}", Floats(rows.Select(row => (float?)Row(row)[c])))),
                ("label", Ints(rows.Select(row => (int?)files.Targets[row]))), ("text", Texts(rows.Select(row => $"class {files.Targets[row]}"))),
            ]);
        }),
    ];

    private float[] Row(int row) => files.Logits.AsSpan(row * ScoreFixture.Classes, ScoreFixture.Classes).ToArray();

    /// <summary>Runs the command of Surprisal.Cli.Columnar where it was built; names that begin with ./ are files of the folder.</summary>
    private (int Exit, string Output, string Errors) Run(string line)
    {
        var configuration = typeof(ColumnarCommandTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Repository.FullPath($"src/Surprisal.Cli.Columnar/bin/{configuration}/net10.0/Surprisal.Cli.Columnar.dll"));
        foreach (var word in line.Split(' ')) start.ArgumentList.Add(word.StartsWith("./", StringComparison.Ordinal) ? files.At(word[2..]) : word);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result.Replace(files.At("x")[..^1], "./", StringComparison.Ordinal));
    }
}
