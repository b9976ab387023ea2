using System.Text;
using Surprisal.Cli.Models;
using Surprisal.Cli.Report;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>
/// The folder of a run: options.json, data.json, metrics.csv, model.safetensors (of the best epoch), last.safetensors and, written last of
/// what it goes on with, checkpoint.safetensors; report.html, which shows it; log.jsonl, what happened. Files are replaced whole, but for
/// the log, which grows; one process at a time.
/// </summary>
internal sealed partial class RunFolder : IDisposable
{
    public const string OptionsName = "options.json", MetricsName = "metrics.csv", LogName = "log.jsonl", StopName = "stop";

    private const string Data = "data.json", Model = "model.safetensors", CheckpointName = "checkpoint.safetensors",
        ReportName = "report.html", Last = "last.safetensors",
        Events = "tensorboard", Unfinished = ".tmp", RanksName = "ranks";

    private static readonly string[] Own =
        [OptionsName, Data, MetricsName, Model, Last, CheckpointName, ReportName, LogName, Events, RunLock.LockName, RunLock.HolderName,
            RanksName, StopName];

    private readonly RunLock? held;

    private RunFolder(string path, RunLock? held) => (Location, this.held) = (path, held);

    public string Location { get; }

    public RunMetrics Metrics { get; } = new();

    /// <summary>The weights in the folder of a run.</summary>
    public static string ModelIn(string folder) => Path.Combine(folder, Model);

    /// <summary>The options of the run in a folder, which may be at work.</summary>
    /// <inheritdoc cref="ReadOptions" path="/exception"/>
    public static TrainOptions OptionsOf(string folder) => TrainOptions.Read(Path.Combine(folder, OptionsName));

    /// <summary>The group that the run in a folder is one of; null for none.</summary>
    public static string? GroupOf(string folder)
    {
        var place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Path.GetDirectoryName(place) is { } above && File.Exists(Path.Combine(above, OptionsName))
            && OptionsOf(above) is { IsGroup: true } group && group.Parts().Any(part => part.Name == Path.GetFileName(place))
            ? above : null;
    }

    /// <summary>Refuses other data than those that the run in a folder began with, where that is known.</summary>
    /// <exception cref="InvalidDataException">Other data.</exception>
    public static void CheckData(string folder, RunData present)
    {
        if (RunData.Read(Path.Combine(folder, Data))?.Differences(present) is { } differences)
            throw new InvalidDataException($"{folder}: the data are not those that this run began with: {differences}.");
    }

    /// <summary>A folder that another rank has opened, and writes to: what is saved here is not written.</summary>
    public static RunFolder Follow(string path) => new(path, held: null);

    /// <summary>What each rank is at.</summary>
    public string RanksFolder => Within(RanksName);

    /// <summary>A file that somebody makes to stop the run.</summary>
    public string StopFile => Within(StopName);

    public string CheckpointFile => Within(CheckpointName);

    /// <summary>The page that shows the run.</summary>
    public string ReportFile => Within(ReportName);

    /// <summary>What happened, an event a line; null where another rank writes it.</summary>
    public string? LogFile => held is null ? null : Within(LogName);

    /// <summary>Where TensorBoard looks.</summary>
    public string EventFolder => Within(Events);

    public bool HasCheckpoint => File.Exists(CheckpointFile);

    /// <summary>A folder for a new run: one that is not there yet or is empty, or whose run ended before its first checkpoint.</summary>
    /// <param name="path">Where it is to be; null for the next number below runs.</param>
    /// <param name="stem">What stands before that number.</param>
    /// <param name="options">Of the run: among folders that are its classes it would be one.</param>
    /// <exception cref="IOException">There is a run in it already or something else, another process has it, it is within the data, or it
    /// cannot be made.</exception>
    public static RunFolder Create(string? path, string stem, TrainOptions? options = null)
    {
        CheckOutside(path ?? "runs", options);
        if (path is not null) return Begin(path);
        for (var number = 1; ; number++)
        {
            path = Path.Combine("runs", $"{stem}-{number}");
            // Whoever gets the lock of a folder in which nothing has begun owns the number.
            if (!Path.Exists(path) && TryBegin(path) is { } folder) return folder;
        }
    }

    /// <summary>The folder of a run to go on with.</summary>
    /// <exception cref="IOException">No such folder, or another process is in it.</exception>
    public static RunFolder Open(string path)
    {
        CheckIsRun(path);
        var folder = new RunFolder(path, RunLock.TryTake(path) ?? throw Busy(path));
        folder.RemoveUnfinished();
        return folder;
    }

    /// <exception cref="InvalidDataException">Missing or damaged; the message names the file.</exception>
    public TrainOptions ReadOptions() => OptionsOf(Location);

    public void SaveOptions(TrainOptions options) => WriteText(OptionsName, options.ToJson() + "\n");

    /// <summary>Takes over the metrics of the epochs that the checkpoint includes; how many lines were damaged.</summary>
    public int ReadMetrics(int epochs)
    {
        var damaged = Metrics.Read(Within(MetricsName));
        Metrics.Keep(epochs);
        return damaged;
    }

    /// <summary>The card with what the best epoch so far gave; as it is before the first.</summary>
    public ModelCard WithBest(ModelCard card, Trainer trainer, ModelTask task) =>
        trainer.Best is { } best && Metrics.Epochs.FirstOrDefault(epoch => epoch.Epoch == best.Epoch) is { } figures
            ? card with { Metrics = TrainCard.Metrics(figures, task) } : card;

    /// <summary>Refuses other data than those that the run began with; keeps what they are where that is not known.</summary>
    /// <exception cref="InvalidDataException">Other data.</exception>
    public void CheckData(RunData present)
    {
        if (RunData.Read(Within(Data)) is null) SaveData(present);
        else CheckData(Location, present);
    }

    public void SaveData(RunData data) => WriteText(Data, data.ToJson() + "\n");

    /// <summary>
    /// Refuses a disk that is about to be full: three checkpoints fit, each of the last weights, the best ones and two moments.
    /// </summary>
    /// <exception cref="IOException">They do not.</exception>
    public void CheckSpace(Trainer trainer)
    {
        const long Checkpoints = 3, Copies = 4;
        if (held is null) return;
        var needed = Checkpoints * Copies * sizeof(float) * trainer.Model.Parameters().Sum(static parameter => (long)parameter.Length);
        var free = new DriveInfo(Path.GetFullPath(Location)).AvailableFreeSpace;
        if (free < needed)
            throw new IOException($"{Location}: {ByteCount.Text(free)} are free on this disk, but the run's checkpoints need " +
                $"{ByteCount.Text(needed)}; free some, or give another --out.");
    }

    /// <summary>After an epoch, while the model has its weights.</summary>
    public void SaveEpoch(Trainer trainer, DataLoader train, ModelCard card)
    {
        if (held is null) return;
        ModelFile.Write(Within(Last), trainer.Model.StateDictionary(), card);
        Save(trainer, train, card);
    }

    /// <summary>The best weights so far, and what is needed to go on from the last.</summary>
    public void Save(Trainer trainer, DataLoader train, ModelCard card)
    {
        if (held is null) return;
        WriteText(MetricsName, Metrics.ToString());
        SaveModel(trainer, card);
        Checkpoint.Save(CheckpointFile, trainer, train);
    }

    /// <summary>The best weights, with what is known of them.</summary>
    public void SaveModel(Trainer trainer, ModelCard card)
    {
        if (held is not null) ModelFile.Write(Within(Model), trainer.Best?.State ?? trainer.Model.StateDictionary(), card);
    }

    public void SaveReport(HtmlPage page) => WriteText(ReportName, page.ToString());

    public void Dispose() => held?.Dispose();

    private static RunFolder Begin(string path)
    {
        CheckUnused(path);
        return TryBegin(path) ?? throw Busy(path);
    }

    private static RunFolder? TryBegin(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var above = Path.GetDirectoryName(Path.GetFullPath(path));
            while (above is not null && !Path.Exists(above)) above = Path.GetDirectoryName(above);
            throw new IOException(File.Exists(above) ? $"{path}: the folder cannot be made, for {above} is a file; give another --out."
                : $"{path}: the folder cannot be made: {error.Message}", error);
        }
        if (RunLock.TryTake(path) is not { } held) return null;
        var folder = new RunFolder(path, held);
        if (folder.HasCheckpoint)
        {
            folder.Dispose();
            return null;
        }
        folder.RemoveUnfinished();
        return folder;
    }

    /// <summary>Left behind by a process that was killed while it wrote.</summary>
    private void RemoveUnfinished()
    {
        foreach (var file in Directory.GetFiles(Location).Where(static file => IsUnfinished(Path.GetFileName(file)))) File.Delete(file);
    }

    private static bool IsUnfinished(string name) =>
        name.EndsWith(Unfinished, StringComparison.Ordinal) && Own.Any(own => name.StartsWith(own + ".", StringComparison.Ordinal));

    private static IOException Busy(string path) =>
        new($"{path}: {RunLock.Holder(path)} is at work in this folder; wait until it ends, or give another folder.");

    private void WriteText(string name, string text)
    {
        if (held is not null) AtomicFile.Write(Within(name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    private string Within(string name) => Path.Combine(Location, name);
}
