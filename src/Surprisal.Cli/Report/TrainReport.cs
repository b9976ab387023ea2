using Surprisal.Cli.Models;
using Surprisal.Metrics;

namespace Surprisal.Cli.Report;

/// <summary>The page of a training: its curves, how good it is at each class, and what was trained.</summary>
/// <param name="Options">What decided it.</param>
/// <param name="Epochs">Those that have ended, in order.</param>
internal sealed record TrainReport(TrainOptions Options, IReadOnlyList<EpochFigures> Epochs)
{
    private const int MostRows = 1000;

    /// <summary>How many samples it learned from, chose by, and was tested with; null where the test chose.</summary>
    public (int Train, int? Validation, int Test) Samples { get; init; }

    /// <summary>One number a dimension, such as 1 x 28 x 28.</summary>
    public string SampleShape { get; init; } = "";

    /// <summary>How many numbers the model learned.</summary>
    public long Parameters { get; init; }

    public int Classes { get; init; }

    /// <summary>Loss and accuracy on the test set, at the end, of the best epoch, and how many were right; null where they are not
    /// known.</summary>
    public (double Loss, double Accuracy, string Right)? Tested { get; init; }

    /// <summary>See <see cref="Evaluated.Score"/>.</summary>
    public double? TestScore { get; init; }

    /// <summary>What <see cref="Test"/> is where samples have several labels: label by label; else null.</summary>
    public IReadOnlyList<ClassReport>? Labels { get; init; }

    public IReadOnlyList<string> LabelNames { get; init; } = [];

    /// <summary>The predictions on the test set at the end, before that on the validation set; null where they are not known.</summary>
    public Confusions? Test { get; init; }

    /// <summary>What to know about the data: what was left out, copies, classes without samples.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Why it ended early; empty where nothing went wrong.</summary>
    public string Trouble { get; init; } = "";

    public HtmlPage Page()
    {
        var page = new HtmlPage(
            $"{Options.Source}: {Options.Model}, {Options.Optimizer} at {Figure.Of(Options.LearningRate)}, seed {Options.Seed}", Lead());
        page.Numbers(Numbers());
        page.Heading("Curves");
        page.Figures(TrainCurves.Loss(Epochs, InUnits("logarithmic scale")),
            HasAccuracy ? TrainCurves.Accuracy(Epochs) : TrainCurves.Score(Options.Task, Epochs),
            TrainCurves.LearningRate(Epochs));
        if (HasAccuracy && ScoreName is not null) page.Figures(TrainCurves.Score(Options.Task, Epochs));
        if (Test is { Total: > 0 } test) ClassSections.Add(page, test, arePixels: Options.Task == ModelTask.Pixels);
        if (Labels is not null) ClassSections.AddLabels(page, LabelNames, Labels);
        page.Heading("What was trained");
        page.Facts(Facts());
        foreach (var note in Notes) page.Paragraph($"{note}.");
        if (Epochs.Count > 0)
        {
            page.Heading("Epochs");
            page.Tables($"{Table()}");
        }
        return page;
    }

    private string? ScoreName => Options.Task.ScoreName();

    private bool HasAccuracy => Options.Task.HasAccuracy();

    private string Lead()
    {
        var done = Epochs.Count == 0 ? 0 : Epochs[^1].Epoch;
        var lead = done >= Options.Epochs ? $"{Plural(done, "epoch")}."
            : $"{(done == 0 ? "No epoch has ended" : $"{Markup.Count(done)} of {Plural(Options.Epochs, "epoch")}")} so far; " +
                "surprisal train --resume goes on.";
        return Trouble.Length == 0 ? lead : $"{lead} The run ended early: {Trouble}";
    }

    /// <summary>The unit of the loss and a remark: nats, but one of regions is a share, of nothing.</summary>
    private string InUnits(params string[] remark) =>
        string.Join(", ", TrainLoss.OfRegions.Contains(Options.Loss) ? remark : ["nats", .. remark]);

    private IEnumerable<(string, string, string)> Numbers()
    {
        if (Epochs.Count == 0) yield break;
        var last = Epochs[^1];
        if (Tested is { } tested)
        {
            if (TestScore is { } score) yield return ($"Test {ScoreName}", Score(score), "of the best epoch");
            if (HasAccuracy) yield return ("Test accuracy", Percent(tested.Accuracy), tested.Right);
            yield return ("Test loss", Figure.Loss(tested.Loss), InUnits("of the best epoch"));
        }
        if (TrainCurves.Kept(Epochs, Options.Task) is { } kept)
        {
            var note = $"after epoch {kept.Epoch}{(HasAccuracy ? $", accuracy {Percent(kept.ValidationAccuracy)}" : "")}";
            yield return Options.Task == ModelTask.Pixels ? ($"Highest validation {ScoreName}", Score(kept.ValidationScore!.Value), note)
                : ("Lowest validation loss", Figure.Loss(kept.ValidationLoss), note);
        }
        if (last.ValidationScore is { } reached) yield return ($"Validation {ScoreName}", Score(reached), $"after epoch {last.Epoch}");
        if (HasAccuracy)
        {
            yield return ("Validation accuracy", Percent(last.ValidationAccuracy), $"after epoch {last.Epoch}");
            yield return ("Training accuracy", Percent(last.TrainAccuracy), $"in epoch {last.Epoch}");
        }
        yield return ("Training loss", Figure.Loss(last.TrainLoss), InUnits());
    }

    private IEnumerable<(string, string)> Facts()
    {
        yield return ("Data", Options.Source);
        yield return ("Samples", $"{Markup.Count(Samples.Train)} to train, " +
            (Samples.Validation is { } validation ? $"{Markup.Count(validation)} to validate, " : "") +
            $"{Markup.Count(Samples.Test)} to test");
        yield return ("A sample", SampleShape + ", "
            + Options.Task switch
            {
                ModelTask.Labels => Plural(Classes, "label"),
                ModelTask.Pixels => $"each pixel one of {Plural(Classes, "class", "classes")}",
                ModelTask.Text => $"each one of {Plural(Classes, "class", "classes")}",
                _ => $"one of {Plural(Classes, "class", "classes")}",
            });
        if (Options.Images is not null)
        {
            yield return ("Images", $"resized to {Options.Size} x {Options.Size}{(Options.Grey ? ", grey" : "")}");
            if (Options.SkipBad) yield return ("Cannot be read", "left out");
            yield return ("Most pixels", Markup.Count(Options.MaxPixels));
        }
        if (Options.Csv is not null)
        {
            yield return ("Column of the classes", Options.Target!);
            if (Options.IgnoreColumns.Count > 0) yield return ("Columns that are no inputs", string.Join(", ", Options.IgnoreColumns));
            if (Options.CategoryColumns.Count > 0) yield return ("Numbers that are names", string.Join(", ", Options.CategoryColumns));
        }
        if (Options.ChangesSamples) yield return ("Changed while learning", string.Join(", ", Changes()));
        if (Options.Sampler != "shuffled") yield return ("Drawn", Options.Sampler);
        yield return ("Model", $"{Options.Model}, {Plural(Parameters, "parameter")}");
        if (Options.Text is { } text)
            yield return ("Its size", $"{Plural(text.Layers, "block")} of {Plural(text.Heads, "head")}, width {text.Width}" +
                (text.Dropout > 0 ? $", dropout {Figure.Of(text.Dropout)}" : ""));
        if (Options.From is { } from) yield return ("Begun with", Path.GetFileName(Path.TrimEndingDirectorySeparator(from)));
        yield return ("Epochs", Markup.Count(Options.Epochs));
        yield return ("Batch size", Markup.Count(Options.BatchSize));
        yield return ("Optimizer", Options.Optimizer);
        yield return ("Learning rate", Figure.Of(Options.LearningRate));
        yield return ("Schedule", Options.WarmUp > 0 ? $"{Options.Schedule}, warm-up over {Plural(Options.WarmUp)}" : Options.Schedule);
        yield return ("Loss", string.Join(' ', Options.LossOptions.Prepend(Options.Loss)));
        if (Options.ClassWeights is { } weights) yield return ("Class weights", weights);
        if (Options.Accumulate > 1) yield return ("Batches a step", Markup.Count(Options.Accumulate));
        if (Options.EarlyStop is { } patience) yield return ("Ends early", $"after {Plural(patience, "epoch")} that are not better");
        yield return ("Seed", $"{Options.Seed}");
        if (Options.KeepGoing) yield return ("Not finite", "such batches are left out");
    }

    private IEnumerable<string> Changes()
    {
        if (Options.Flip) yield return "flip";
        foreach (var (name, value) in ((string, double)[])[("shift", Options.Shift), ("rotate", Options.Rotate), ("colour", Options.Colour),
            ("mixup", Options.Mixup), ("cutmix", Options.CutMix)])
            if (value > 0) yield return $"{name} {Figure.Of(value)}";
    }

    private HtmlTable Table()
    {
        var every = (Epochs.Count + MostRows - 1) / MostRows;
        string[] measures =
        [
            .. HasAccuracy ? ["training accuracy", "validation accuracy"] : Array.Empty<string>(),
            .. ScoreName is null ? Array.Empty<string>() : [$"validation {ScoreName}"],
        ];
        var table = new HtmlTable(every == 1 ? "Every epoch" : $"Every {every}th epoch, and the last; metrics.csv has all",
            ["epoch", "training loss", "validation loss", .. measures, "learning rate"]);
        foreach (var (index, epoch) in Epochs.Index())
            if (index % every == 0 || index == Epochs.Count - 1)
                table.Add($"{epoch.Epoch}", [(epoch.TrainLoss, Figure.Loss(epoch.TrainLoss)),
                    (epoch.ValidationLoss, Figure.Loss(epoch.ValidationLoss)), .. Measures(epoch),
                    (epoch.LearningRate, Figure.Of(epoch.LearningRate))]);
        return table;
    }

    private IEnumerable<(double, string)> Measures(EpochFigures epoch)
    {
        if (HasAccuracy)
        {
            yield return (epoch.TrainAccuracy, Percent(epoch.TrainAccuracy));
            yield return (epoch.ValidationAccuracy, Percent(epoch.ValidationAccuracy));
        }
        var score = epoch.ValidationScore ?? double.NaN;
        if (ScoreName is not null) yield return (score, Score(score));
    }

    private string Score(double score) => Options.Task.HasShare() ? Percent(score) : $"{score:F1}";

    private static string Percent(double share) => double.IsNaN(share) ? "–" : $"{100 * share:F2} %";

    private static string Plural(double epochs) => $"{Figure.Of(epochs)} {Counted.Word(epochs, "epoch")}";

    private static string Plural(long count, string one, string? several = null) =>
        $"{Markup.Count(count)} {Counted.Word(count, one, several)}";
}
