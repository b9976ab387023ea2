namespace Surprisal.Tests.Cli.Models;

/// <summary>A folder that is no run is told what it is, and which runs are in it, by every command that takes a run.</summary>
public sealed class ModelPlaceTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void AGroupOfRunsNamesThem()
    {
        Assert.Equal(0, CommandProcess.Run("train", "--epochs", "1", "--model", "linear", "--folds", "2", "--out", At("g"), "--quiet").Exit);
        var runs = $"one of them was expected: {At("g/fold-1")}, {At("g/fold-2")}.";
        AssertEach(At("g"), $"{At("g")}: a group of runs; {runs}");
        // Of a folder that is none itself, with a run that has not come to a model.
        File.Delete(At("g/options.json"));
        Directory.CreateDirectory(At("g/fold-3"));
        AssertEach(At("g"), $"{At("g")}: a folder of runs, and no run; {runs}");
    }

    [Fact]
    public void ARunWithoutAModelSaysThatItHasNone()
    {
        Assert.Equal(0, CommandProcess.Run("train", "--epochs", "1", "--model", "linear", "--out", At("r"), "--quiet").Exit);
        File.Delete(At("r/model.safetensors"));
        AssertEach(At("r"), $"{At("r")}: this run has no model yet; it is written when its first epoch has ended.");
        Directory.CreateDirectory(At("empty"));
        Assert.StartsWith($"surprisal: {At("empty/model.safetensors")}: no such file; the folder of a run, or ",
            CommandProcess.Run("evaluate", "--run", At("empty")).Errors, StringComparison.Ordinal);
    }

    private void AssertEach(string run, string line)
    {
        foreach (var command in (string[][])[["predict", run, "x.png"], ["evaluate", "--run", run], ["export", run, "--onnx", At("x.onnx")],
            ["generate", run], ["train", "--from", run, "--epochs", "1", "--model", "linear", "--out", At("new")]])
        {
            var (exit, output, errors) = CommandProcess.Run(command);
            Assert.Equal((1, "", $"surprisal: {line}\n"), (exit, output, errors));
        }
    }

    private string At(string name) => Path.Combine(folder, name);
}
