using Surprisal.Metrics;

namespace Surprisal.Cli.Report;

/// <summary>What a page shows of predictions class by class: the weakest, who is taken for whom, and every class in a table.</summary>
internal static class ClassSections
{
    public static void Add(HtmlPage page, Confusions test, bool arePixels)
    {
        var what = arePixels ? "pixels" : "samples";
        var classes = Enumerable.Range(0, test.Classes.Count).ToList();
        page.Heading("Classes");
        page.Figures(
        [
            .. arePixels
                ? [new Bars("Intersection over union", "Of the pixels that are a class or were taken for it, how many are both.",
                    [.. classes.Select(index => (test.Classes[index], test.Iou(index)))])
                { Whole = 1, Label = Figure.Share }.Draw()] : Array.Empty<Svg>(),
            new Bars("Recall", $"Of the {what} of each class, how many were found.",
                [.. classes.Select(index => (test.Classes[index], test.Recall(index)))])
            { Whole = 1, Label = Figure.Share }.Draw(),
            new Bars("Precision", $"Of the {what} taken for each class, how many were right.",
                [.. classes.Select(index => (test.Classes[index], test.Precision(index)))])
            { Whole = 1, Label = Figure.Share }.Draw(),
        ]);
        string[] columns = ["class", .. arePixels ? ["IoU"] : Array.Empty<string>(), "precision", "recall", what];
        var table = new HtmlTable("Every class", columns);
        foreach (var index in classes)
            table.Add(test.Classes[index],
            [
                .. arePixels ? [(test.Iou(index), Figure.Share(test.Iou(index)))] : Array.Empty<(double, string)>(),
                (test.Precision(index), Figure.Share(test.Precision(index))), (test.Recall(index), Figure.Share(test.Recall(index))),
                (test.Samples(index), Markup.Count(test.Samples(index))),
            ]);
        page.Tables(ConfusionMatrix.Draw(test), $"{table}");
    }

    /// <summary>The same where each label is a question of its own, so none is taken for another.</summary>
    public static void AddLabels(HtmlPage page, IReadOnlyList<string> names, IReadOnlyList<ClassReport> labels)
    {
        page.Heading("Labels");
        page.Figures(
            new Bars("F1", "Precision and recall of each label in one number.",
                [.. names.Zip(labels, static (name, label) => (name, label.F1))])
            { Whole = 1, Label = Figure.Share }.Draw());
        var table = new HtmlTable("Every label", "label", "precision", "recall", "F1", "samples");
        foreach (var (name, label) in names.Zip(labels))
            table.Add(name, (label.Precision, Figure.Share(label.Precision)), (label.Recall, Figure.Share(label.Recall)),
                (label.F1, Figure.Share(label.F1)), (label.Support, Markup.Count((long)label.Support)));
        page.Tables($"{table}");
    }
}
