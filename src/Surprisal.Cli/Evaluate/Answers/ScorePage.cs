using System.Globalization;
using Surprisal.Cli.Report;
using Surprisal.Metrics;

namespace Surprisal.Cli.Evaluate;

/// <summary>The page of an evaluation: numbers, reliability, classes and confusions, the hardest rows.</summary>
internal static class ScorePage
{
    private const int MostRows = 1000, MostCards = 8, MostCurves = 4;

    public static HtmlPage Of(EvaluationView view, EvaluationResult result)
    {
        var leftOut = view.Rows.Skip(1).Where(static row => row.Count > 0).Select(static row => $"{row.Count} {row.What}").ToList();
        var counted = view.Rows[0].Count;
        var page = new HtmlPage("Evaluation", $"{Markup.Count(counted)} {Counted.Word(counted, "row")} counted" +
            $"{(leftOut.Count > 0 ? $"; {string.Join(", ", leftOut)}" : "")}.");
        var all = view.Groups.SelectMany(static group => group.Numbers).ToList();
        var first = all.Where(static number => number.HasInterval || number.Name is "AUC" or "T" or "perplexity" or "mean IoU")
            .Take(MostCards).ToList();
        if (view.AreLabels) first = [.. all.Take(MostCards)];
        page.Numbers(first.Select(static number => (number.Name, Text(number), Note(number))));
        page.Facts(all.Except(first).Select(static number => (number.Name, $"{Text(number)} {Note(number)}".TrimEnd())));
        foreach (var note in view.Notes) page.Paragraph(note);
        if (view.Report is { } report)
        {
            page.Heading("Loss, calibration, ranking");
            page.Figures([Losses(result.Classes!), Reliability(report, result.AfterTemperature), .. Curves(view, result.Classes!)]);
            page.Heading("Classes");
            var names = Enumerable.Range(0, report.Classes.Count).Select(view.NameOf).ToList();
            page.Figures([
                .. view.ArePixels
                    ? [Bars("Intersection over union", "Of the pixels that are a class or were taken for it, how many are both.", view,
                        static c => c.Iou)] : Array.Empty<Svg>(),
                Bars("Recall", "Of the rows of each class, how many were found.", view, static c => c.Recall),
                Bars("Precision", "Of the rows taken for each class, how many were right.", view, static c => c.Precision)]);
            if (report.Classes.Count <= 2048)
                page.Tables(
                    ConfusionMatrix.Draw(new Confusions(names, (target, taken) => (long)Math.Round(report.Count(target, taken)))),
                    $"{Table(view)}");
            else page.Tables($"{Table(view)}");
        }
        else
        {
            page.Heading("Labels");
            page.Figures(Bars("F1", "Precision and recall of each label in one number.", view, static c => c.F1));
            page.Tables($"{Table(view)}");
        }
        Hardest(page, view);
        return page;
    }

    /// <summary>Rows, with what they look like where that is known; of pixels each picture once.</summary>
    private static void Hardest(HtmlPage page, EvaluationView view)
    {
        if (view.HardestRows.Count == 0) return;
        page.Heading(view.HardestPictures.Count > 0 ? "Hardest pictures" : "Hardest rows");
        if (view.Run is { } run)
            page.Pictures(view.HardestPictures.Count > 0
                ? view.HardestPictures.Select(picture => (run.PictureOf(run.RowOf(picture)),
                    run.NameOf(run.RowOf(picture)) ?? $"picture {picture.Sample}",
                    $"mean loss {Figured.Digits(picture.Loss)}, {Figure.Share(picture.Right)} of its pixels right"))
                : view.HardestRows.Select(row => (run.PictureOf(row.Row), run.NameOf(row.Row) ?? view.PlaceOf(row),
                    $"{view.Outcome(row)}, loss {Figured.Digits(row.Loss)}")));
        string[] where = view.Run?.Describe(view.HardestRows[0].Row) is { Length: > 0 } ? ["where"] : [];
        var table = new HtmlTable($"The {(view.ArePixels ? "pixels" : "rows")} with the largest losses",
            ["row", "loss", "is", "taken for", "confidence", .. where]);
        foreach (var row in view.HardestRows)
            table.Add($"{row.Row}", [(row.Loss, Figured.Digits(row.Loss)), (row.Target, view.NameOf(row.Target)),
                (row.Predicted, view.NameOf(row.Predicted)), (row.Confidence, Figure.Share(row.Confidence)),
                .. where.Select(_ => ((double)row.Row, view.Run!.Describe(row.Row)))]);
        page.Tables($"{table}");
    }

    private static Svg Losses(ClassificationMetrics metrics)
    {
        var bins = metrics.LossHistogram();
        var beyond = bins.Count > 0 && bins[^1].Upper > 20 ? " The last bin holds all of 20 nats and more." : "";
        return new Histogram("Losses", $"How many rows have which loss.{beyond}", "nats",
            [0, .. bins.Count == 0 ? [1.0] : bins.Select(static bin => bin.Upper)],
            [.. bins.Count == 0 ? [0L] : bins.Select(static bin => (long)Math.Round(bin.Count))]).Draw();
    }

    /// <summary>Both curves of the classes that are hardest to rank; of two classes that of class 1, for the other mirrors it.</summary>
    private static IEnumerable<Svg> Curves(EvaluationView view, ClassificationMetrics metrics)
    {
        var shown = view.Classes.Where(static c => !double.IsNaN(c.Auc)).Where(c => view.Classes.Count > 2 || c.Class == 1)
            .OrderBy(static c => c.Auc).Take(MostCurves).ToList();
        if (shown.Count == 0) yield break;
        var which = view.Classes.Count > shown.Count && view.Classes.Count > 2 ? $" The {shown.Count} classes with the lowest area." : "";
        yield return RocCurve.Draw("ROC", $"One class against all others.{which}",
            shown.Select(c =>
                new Curve($"{view.NameOf(c.Class)} {c.Auc.ToString("F3", CultureInfo.InvariantCulture)}", metrics.RocCurve(c.Class))));
        yield return PrecisionRecallCurve.Draw("Precision and recall", $"One class against all others.{which}",
            shown.Select(c => new Curve(view.NameOf(c.Class), metrics.PrecisionRecallCurve(c.Class))));
    }

    private static string Text(Figured number) => double.IsNaN(number.Value) ? "–" : Figured.Digits(number.Value);

    private static string Note(Figured number) =>
        number.Wilson is { } wilson ? Figured.Range(wilson)
        : !double.IsNaN(number.HalfWidth) ? $"± {Figured.Digits(number.HalfWidth)} {number.Unit}".TrimEnd()
        : number.Error is > 0 ? $"within {Figured.Digits(number.Error)}" : number.Unit;

    private static Svg Reliability(ClassificationReport before, ClassificationReport? after) =>
        new ReliabilityDiagram("Reliability",
            after is null ? [("scores", Bins(before))] : [("before", Bins(before)), ("at T", Bins(after))]).Draw();

    public static IReadOnlyList<ReliabilityBin> Bins(ClassificationReport report) =>
        [.. report.Bins.Select((bin, i) => new ReliabilityBin(i == 0 ? 0 : report.Bins[i - 1].Upper, bin.Upper, bin.Confidence, bin.HitRate,
            (long)Math.Round(bin.Count)))];

    private static Svg Bars(string title, string description, EvaluationView view, Func<ClassReport, double> value) =>
        new Bars(title, description, [.. view.Classes.Select(c => (view.NameOf(c.Class), value(c)))])
        { Whole = 1, Label = Figure.Share }.Draw();

    private static HtmlTable Table(EvaluationView view)
    {
        var shown = view.Classes.OrderByDescending(static c => c.Support).Take(MostRows).OrderBy(static c => c.Class);
        var (one, several) = view.AreLabels ? ("label", "labels") : ("class", "classes");
        var table = new HtmlTable(
            view.Classes.Count > MostRows ? $"The {MostRows} largest of {view.Classes.Count} {several}" : $"Every {one}",
            [one, .. view.ArePixels ? ["IoU"] : Array.Empty<string>(), "support", "precision", "recall", "F1",
                .. view.AreLabels ? Array.Empty<string>() : ["loss"], "AUC"]);
        foreach (var c in shown)
            table.Add(view.NameOf(c.Class),
            [
                .. view.ArePixels ? [(c.Iou, Figure.Share(c.Iou))] : Array.Empty<(double, string)>(),
                (c.Support, c.Support.ToString("0.####", CultureInfo.InvariantCulture)), (c.Precision, Figure.Share(c.Precision)),
                (c.Recall, Figure.Share(c.Recall)), (c.F1, Figure.Share(c.F1)),
                .. view.AreLabels ? Array.Empty<(double, string)>() : [(c.Loss, double.IsNaN(c.Loss) ? "–" : Figure.Loss(c.Loss))],
                (c.Auc, double.IsNaN(c.Auc) ? "–" : c.Auc.ToString("F4", CultureInfo.InvariantCulture)),
            ]);
        return table;
    }
}
