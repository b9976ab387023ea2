using Surprisal.Cli.Models;
using Surprisal.Cli.Report;

namespace Surprisal.Cli.Runs;

/// <summary>What is known of a run, or of a group of runs that differ in their seeds or folds, from the files in its folder.</summary>
internal sealed record RunSummary
{
    public required string Folder { get; init; }

    public required TrainOptions Options { get; init; }

    /// <summary>How it ended: see <see cref="RunLog.State"/>; of a group "2 of 5 runs", or done.</summary>
    public required string State { get; init; }

    public required bool IsFinished { get; init; }

    /// <summary>At work.</summary>
    public required double Seconds { get; init; }

    /// <summary>Every epoch that ended; none of a group.</summary>
    public IReadOnlyList<EpochFigures> Epochs { get; init; } = [];

    /// <summary>How many epochs that is; 0 of a group.</summary>
    public int EpochsDone => Epochs.Count == 0 ? 0 : Epochs[^1].Epoch;

    /// <summary>
    /// The epoch whose weights are kept: of the lowest validation loss, of pixels of the highest mean IoU; of a group the means; null
    /// before the first.
    /// </summary>
    public EpochFigures? Best { get; init; }

    /// <summary>What the test gave; of a group the means; null before the end.</summary>
    public TestFigures? Tested { get; init; }

    /// <summary>The runs of a group that have begun; none of a run.</summary>
    public IReadOnlyList<RunSummary> Runs { get; init; } = [];

    /// <summary>The folder's own name.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Folder)));

    /// <summary>What runs are listed by, the highest first: the validation accuracy, of pixels the mean IoU, which chooses there.</summary>
    public double Rank => (Options.Task == ModelTask.Pixels ? Best?.ValidationScore : Best?.ValidationAccuracy)
        ?? double.NegativeInfinity;

    /// <summary>Whether a folder says that it is one of a run.</summary>
    public static bool IsRun(string folder) => File.Exists(Path.Combine(folder, RunFolder.OptionsName));

    /// <exception cref="IOException">There is no such folder, or no run in it; the message names it.</exception>
    /// <exception cref="InvalidDataException">Its options are damaged; the message names the file.</exception>
    public static RunSummary Read(string folder)
    {
        if (!Directory.Exists(folder)) throw new IOException($"{folder}: there is no such folder.");
        if (!IsRun(folder)) throw new IOException($"{folder}: no run; it has no {RunFolder.OptionsName}.");
        var options = RunFolder.OptionsOf(folder);
        return options.IsGroup ? OfGroup(folder, options) : OfRun(folder, options);
    }

    private static RunSummary OfRun(string folder, TrainOptions options)
    {
        var (metrics, log) = (new RunMetrics(), RunLog.Read(folder, options.Task));
        metrics.Read(Path.Combine(folder, RunFolder.MetricsName));
        var epochs = metrics.Epochs;
        return new()
        {
            Folder = folder, Options = options, State = log.State, IsFinished = log.IsFinished, Seconds = log.Seconds, Epochs = epochs,
            Best = TrainCurves.Kept(epochs, options.Task), Tested = log.Tested,
        };
    }

    private static RunSummary OfGroup(string folder, TrainOptions options)
    {
        var parts = options.Parts().Select(part => Path.Combine(folder, part.Name)).ToList();
        List<RunSummary> runs = [.. parts.Where(IsRun).Select(Read)];
        var finished = runs.Count(static run => run.IsFinished);
        var (best, tested) = (runs.Select(static run => run.Best).OfType<EpochFigures>().ToList(),
            runs.Select(static run => run.Tested).OfType<TestFigures>().ToList());
        return new()
        {
            Folder = folder, Options = options, IsFinished = finished == parts.Count, Runs = runs,
            State = finished == parts.Count ? "done" : $"{finished} of {parts.Count} runs", Seconds = runs.Sum(static run => run.Seconds),
            Best = best.Count == 0 ? null : best[0] with
            {
                Epoch = 0, ValidationLoss = best.Average(static epoch => epoch.ValidationLoss),
                ValidationAccuracy = best.Average(static epoch => epoch.ValidationAccuracy),
                ValidationScore = best.Average(static epoch => epoch.ValidationScore),
            },
            Tested = tested.Count == 0 ? null : new(tested.Average(static one => one.Loss), tested.Average(static one => one.Accuracy),
                tested.Average(static one => one.MacroF1), tested.Average(static one => one.Score)),
        };
    }
}
