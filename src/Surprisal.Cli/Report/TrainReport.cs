namespace Surprisal.Cli.Report;

/// <summary>The page of a training: its curves, how good it is at each class, and what was trained.</summary>
/// <param name="Options">What decided it.</param>
/// <param name="Epochs">Those that have ended, in order.</param>
internal sealed record TrainReport(TrainOptions Options, IReadOnlyList<EpochFigures> Epochs)
{
    private const int MostRows = 1000;

    /// <summary>How many samples it learned from, and was tested with.</summary>
    public (int Train, int Test) Samples { get; init; }

    /// <summary>One number a dimension, such as 1 x 28 x 28.</summary>
    public string SampleShape { get; init; } = "";

    /// <summary>How many numbers the model learned.</summary>
    public long Parameters { get; init; }

    public int Classes { get; init; }

    /// <summary>The predictions on the test set after the last epoch; null where they are not known.</summary>
    public Confusions? Test { get; init; }

    /// <summary>Why it ended early; empty where nothing went wrong.</summary>
    public string Trouble { get; init; } = "";

    public HtmlPage Page()
    {
        var page = new HtmlPage(
            $"{Options.Source}: {Options.Model}, {Options.Optimizer} at {Figure.Of(Options.LearningRate)}, seed {Options.Seed}", Lead());
        page.Numbers(Numbers());
        page.Heading("Curves");
        page.Figures(TrainCurves.Loss(Epochs), TrainCurves.Accuracy(Epochs), TrainCurves.LearningRate(Epochs));
        if (Test is { Total: > 0 } test) ClassSections.Add(page, test);
        page.Heading("What was trained");
        page.Facts(Facts());
        if (Epochs.Count > 0)
        {
            page.Heading("Epochs");
            page.Tables($"{Table()}");
        }
        return page;
    }

    private string Lead()
    {
        var done = Epochs.Count == 0 ? 0 : Epochs[^1].Epoch;
        var lead = done >= Options.Epochs ? $"{Plural(done, "epoch")}."
            : $"{(done == 0 ? "No epoch has ended" : $"{Markup.Count(done)} of {Plural(Options.Epochs, "epoch")}")} so far; " +
                "surprisal train --resume goes on.";
        return Trouble.Length == 0 ? lead : $"{lead} The run ended early: {Trouble}";
    }

    private IEnumerable<(string, string, string)> Numbers()
    {
        if (Epochs.Count == 0) yield break;
        var last = Epochs[^1];
        yield return ("Test accuracy", Percent(last.TestAccuracy),
            Test is { Total: > 0 } test ? $"{Markup.Count(test.Correct)} of {Markup.Count(test.Total)}" : $"after epoch {last.Epoch}");
        yield return ("Test loss", Figure.Loss(last.TestLoss), "nats");
        if (TrainCurves.Best(Epochs) is { } best)
            yield return ("Lowest test loss", Figure.Loss(best.TestLoss),
                $"after epoch {best.Epoch}, accuracy {Percent(best.TestAccuracy)}");
        yield return ("Training accuracy", Percent(last.TrainAccuracy), $"in epoch {last.Epoch}");
        yield return ("Training loss", Figure.Loss(last.TrainLoss), "nats");
    }

    private IEnumerable<(string, string)> Facts()
    {
        yield return ("Data", Options.Source);
        yield return ("Samples", $"{Markup.Count(Samples.Train)} to train, {Markup.Count(Samples.Test)} to test");
        yield return ("A sample", $"{SampleShape}, one of {Plural(Classes, "class", "es")}");
        if (Options.Images is not null)
        {
            yield return ("Images", $"resized to {Options.Size} x {Options.Size}{(Options.Grey ? ", grey" : "")}");
            yield return ("Most pixels", Markup.Count(Options.MaxPixels));
        }
        yield return ("Model", $"{Options.Model}, {Plural(Parameters, "parameter")}");
        if (Options.From is { } from) yield return ("Begun with", Path.GetFileName(Path.TrimEndingDirectorySeparator(from)));
        yield return ("Epochs", Markup.Count(Options.Epochs));
        yield return ("Batch size", Markup.Count(Options.BatchSize));
        yield return ("Optimizer", Options.Optimizer);
        yield return ("Learning rate", Figure.Of(Options.LearningRate));
        yield return ("Schedule", Options.Schedule);
        yield return ("Seed", $"{Options.Seed}");
        if (Options.KeepGoing) yield return ("Not finite", "such batches are left out");
    }

    private HtmlTable Table()
    {
        var every = (Epochs.Count + MostRows - 1) / MostRows;
        var table = new HtmlTable(every == 1 ? "Every epoch" : $"Every {every}th epoch, and the last; metrics.csv has all",
            "epoch", "training loss", "test loss", "training accuracy", "test accuracy", "learning rate");
        foreach (var (index, epoch) in Epochs.Index())
            if (index % every == 0 || index == Epochs.Count - 1)
                table.Add($"{epoch.Epoch}", (epoch.TrainLoss, Figure.Loss(epoch.TrainLoss)), (epoch.TestLoss, Figure.Loss(epoch.TestLoss)),
                    (epoch.TrainAccuracy, Percent(epoch.TrainAccuracy)), (epoch.TestAccuracy, Percent(epoch.TestAccuracy)),
                    (epoch.LearningRate, Figure.Of(epoch.LearningRate)));
        return table;
    }

    private static string Percent(double share) => double.IsNaN(share) ? "–" : $"{100 * share:F2} %";

    private static string Plural(long count, string one, string ending = "s") => $"{Markup.Count(count)} {one}{(count == 1 ? "" : ending)}";
}
