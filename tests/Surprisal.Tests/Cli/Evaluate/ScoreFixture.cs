using System.Text.Json;
using Surprisal.Kernels;

namespace Surprisal.Tests.Cli.Evaluate;

/// <summary>Files of scores in a folder of their own, and the command on them.</summary>
internal sealed class ScoreFixture : IDisposable
{
    public const int Rows = 503, Classes = 7;

    private readonly string folder = Directory.CreateTempSubdirectory("evaluate-").FullName;

    public ScoreFixture()
    {
        var random = new RandomStream(11);
        Logits = [.. Enumerable.Range(0, Rows * Classes).Select(_ => (float)(random.Uniform() * 8 - 4))];
        Targets = [.. Enumerable.Range(0, Rows).Select(_ => (long)(random.Uniform() * Classes))];
        for (var i = 0; i < Rows; i += 2) Logits[i * Classes + Targets[i]] += 3;
        NpyFile.Write<float>(At("z.npy"), Logits, [Rows, Classes]);
        NpyFile.Write<long>(At("y.npy"), Targets, [Rows]);
    }

    public float[] Logits { get; }

    public long[] Targets { get; }

    public string At(string file) => Path.Combine(folder, file);

    /// <summary>Runs "surprisal COMMAND", where names that begin with ./ are files of the folder.</summary>
    public (int Exit, string Output, string Errors) Run(string line)
    {
        var words = line.Split(' ').Select(word => word.StartsWith("./", StringComparison.Ordinal) ? At(word[2..]) : word);
        var (exit, output, errors) = CommandProcess.Run([.. words]);
        return (exit, output, errors.Replace(folder + Path.DirectorySeparatorChar, "./", StringComparison.Ordinal));
    }

    /// <summary>The JSON of an evaluation without its state.</summary>
    public JsonElement Json(string line)
    {
        var (exit, output, errors) = Run($"evaluate {line} --json -");
        Assert.Equal(("", 0), (errors, exit));
        return JsonDocument.Parse(output).RootElement;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
