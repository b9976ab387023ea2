using System.Text;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>The folder of a run: metrics.csv, model.safetensors, checkpoint.safetensors, options.json. Files are replaced whole.</summary>
internal sealed class RunFolder
{
    private const string Header = "epoch,learning_rate,train_loss,train_accuracy,test_loss,test_accuracy";

    private readonly List<string> metrics = [Header];

    private RunFolder(string path) => Location = path;

    public string Location { get; }

    public string CheckpointFile => Path.Combine(Location, "checkpoint.safetensors");

    private string OptionsFile => Path.Combine(Location, "options.json");

    private string MetricsFile => Path.Combine(Location, "metrics.csv");

    /// <exception cref="IOException">There is a run in it already, or it cannot be made.</exception>
    public static RunFolder Create(string? path, TrainOptions options)
    {
        path ??= Unused(Path.Combine("runs", $"{options.Source}-{options.Model}"));
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            throw new IOException($"{path}: the folder is not empty; give another --out, or --resume {path} to go on with the run in it.");
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path}: the folder cannot be made: {error.Message}", error);
        }
        var folder = new RunFolder(path);
        folder.SaveOptions(options);
        return folder;
    }

    /// <exception cref="InvalidDataException">No run there, or damaged.</exception>
    public static (RunFolder Folder, TrainOptions Options) Open(string path)
    {
        if (!Directory.Exists(path)) throw new InvalidDataException($"{path}: no such folder to resume.");
        var folder = new RunFolder(path);
        var options = TrainOptions.Read(folder.OptionsFile);
        if (!File.Exists(folder.CheckpointFile)) throw new InvalidDataException($"{folder.CheckpointFile}: no such file; the run was stopped before its first checkpoint: start it again.");
        if (File.Exists(folder.MetricsFile)) folder.metrics.AddRange(File.ReadLines(folder.MetricsFile).Skip(1));
        return (folder, options);
    }

    /// <summary>Forgets the metrics of epochs that the checkpoint does not include.</summary>
    public void KeepEpochs(int count) => metrics.RemoveRange(Math.Min(metrics.Count, count + 1), Math.Max(0, metrics.Count - count - 1));

    /// <summary>The train and test loss of every finished epoch.</summary>
    public IEnumerable<(double Train, double Test)> Losses() =>
        metrics.Skip(1).Select(static line => line.Split(',')).Select(static cells => (double.Parse(cells[2]), double.Parse(cells[4])));

    public void Add(EpochReport report) =>
        metrics.Add($"{report.Epoch},{report.LearningRate:R},{report.TrainLoss:R},{report.TrainAccuracy:R},{report.TestLoss:R},{report.Test.Value:R}");

    public void Save(Trainer trainer)
    {
        WriteText(MetricsFile, string.Join('\n', metrics) + "\n");
        Safetensors.Write(Path.Combine(Location, "model.safetensors"), trainer.Model.StateDictionary());
        Checkpoint.Save(CheckpointFile, trainer);
    }

    public void SaveOptions(TrainOptions options) => WriteText(OptionsFile, options.ToJson() + "\n");

    private static void WriteText(string path, string text) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private static string Unused(string stem)
    {
        for (var number = 1; ; number++)
            if (!Directory.Exists($"{stem}-{number}"))
                return $"{stem}-{number}";
    }
}
