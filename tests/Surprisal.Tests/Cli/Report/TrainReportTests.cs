using System.Xml.Linq;
using Surprisal.Cli;
using Surprisal.Cli.Report;

namespace Surprisal.Tests.Cli.Report;

/// <summary>The page of a training says what its epochs say, for none, one, many, and losses that are no numbers.</summary>
public sealed class TrainReportTests
{
    private static readonly TrainOptions options = new() { Epochs = 20, Model = "mlp" };

    [Fact]
    public void ARunWithoutAnEpochSaysSo()
    {
        var root = Page([]);
        Assert.Equal("No epoch has ended so far; surprisal train --resume goes on.", Lead(root));
        Assert.Empty(root.All("table"));
        Assert.Equal(3, root.All("text").Count(static text => text.Value == "nothing to draw"));
    }

    [Fact]
    public void OneEpochHasItsNumbersAndItsPoints()
    {
        var root = Page([new(1, 0.006, 1.25, 0.5, 0.75, 0.875)], options with { Epochs = 1 });
        Assert.Equal("1 epoch.", Lead(root));
        Assert.Equal(["0.7500", "87.50 %", "50.00 %", "1.2500"], Numbers(root));
        Assert.Equal(5, root.All("circle").Count());
        Assert.Equal(["1", "1.2500", "0.7500", "50.00 %", "87.50 %", "0.006"], Rows(root).Single());
    }

    [Fact]
    public void TheBestEpochIsTheFirstWithTheLowestFiniteValidationLoss()
    {
        var root = Page([new(1, 0.1, 1, 0.5, double.NaN, 0.1), new(2, 0.1, 1, 0.5, 0.25, 0.6), new(3, 0.1, 1, 0.5, 0.25, 0.7), new(4, 0, 1, 0.5, 0.5, 0.8)]);
        Assert.Equal("4 of 20 epochs so far; surprisal train --resume goes on.", Lead(root));
        Assert.Equal(["0.2500", "80.00 %", "50.00 %", "1.0000"], Numbers(root));
        Assert.Contains(root.All("dd"), static note => note.Value == "after epoch 2, accuracy 60.00 %");
        Assert.Equal("NaN", Rows(root)[0][2]);
        Assert.Contains("1 not finite, not drawn.", root.All("desc").First().Value, StringComparison.Ordinal);
    }

    /// <summary>Masks: the epoch that is kept is that of the highest mean IoU, whatever its loss, and each epoch has its mean IoU.</summary>
    [Fact]
    public void OfPixelsTheBestEpochIsThatOfTheHighestMeanIou()
    {
        var root = Page([new(1, 0.1, 1, 0.5, 0.5, 0.6, 0.25), new(2, 0.1, 1, 0.5, 0.75, 0.7, 0.5), new(3, 0.1, 1, 0.5, 0.25, 0.8, 0.375)],
            options with { Images = "/i", Masks = "/m", Model = "unet" });
        Assert.Equal(["50.00 %", "37.50 %", "80.00 %", "50.00 %", "1.0000"], Numbers(root));
        Assert.Equal("Highest validation mean IoU", root.All("dt").First().Value);
        Assert.Contains(root.All("dd"), static note => note.Value == "after epoch 2, accuracy 70.00 %");
        Assert.Equal(["1", "1.0000", "0.5000", "50.00 %", "60.00 %", "25.00 %", "0.1"], Rows(root)[0]);
        Assert.Equal(["epoch", "training loss", "validation loss", "training accuracy", "validation accuracy", "validation mean IoU", "learning rate"],
            root.All("thead").Last().All("th").Select(static title => title.Value));
        Assert.Contains("Ends at 37.5 %; highest after epoch 2.", root.All("desc").Select(static text => text.Value));
    }

    [Fact]
    public void LossesThatAreNoNumbersLeaveNoBestEpoch()
    {
        var root = Page([new(1, 0.1, double.NaN, double.NaN, double.NaN, double.NaN)]);
        Assert.Equal(["–", "–", "NaN"], Numbers(root));
        Assert.Equal("Training ends at NaN, validation at NaN. 2 not finite, not drawn.", root.All("desc").First().Value);
    }

    [Fact]
    public void ATestHasItsNumbersFirst()
    {
        var report = new TrainReport(options with { Epochs = 1 }, [new(1, 0.006, 1.25, 0.5, 0.75, 0.875)]) { Tested = (0.8125, 0.625, "5 of 8") };
        Assert.Equal(["62.50 %", "0.8125", "0.7500", "87.50 %", "50.00 %", "1.2500"], Numbers(Pages.Parse(report.Page())));
    }

    [Fact]
    public void NotesAboutTheDataAndWhatIsLeftOutAreThere()
    {
        var report = new TrainReport(options with { Images = "/i", SkipBad = true }, []) { Notes = ["left out 2 of 7 images, which cannot be read"] };
        var root = Pages.Parse(report.Page());
        Assert.Contains("left out 2 of 7 images, which cannot be read.", root.All("p").Select(static text => text.Value));
        Assert.Contains("Cannot be read", root.All("dt").Select(static name => name.Value));
    }

    [Fact]
    public void OfManyEpochsTheTableHasSomeAndTheLast()
    {
        var rows = Rows(Page(Pages.Epochs(2500)));
        Assert.Equal(834, rows.Count); // 2500 / 3, rounded up
        Assert.Equal(["1", "4", "7", "2500"], [.. rows[..3].Select(static row => row[0]), rows[^1][0]]);
    }

    [Fact]
    public void WhatIsMissingOrWentWrongAndEveryOptionAreThere()
    {
        var root = Pages.Parse(Pages.Train(5, Pages.Names));
        Assert.EndsWith("The run ended early: epoch 61, batch 4: <b>the loss is NaN</b>", Lead(root), StringComparison.Ordinal);
        var facts = root.All("dl").Single(static list => list.Value("class") == "facts").All("dt").Select(static name => name.Value).ToList();
        Assert.Equal(["Data", "Samples", "A sample", "Images", "Most pixels", "Model", "Begun with", "Epochs", "Batch size", "Optimizer", "Learning rate",
            "Schedule", "Loss", "Seed", "Not finite"], facts);
        Assert.Equal(Pages.Names.Length, root.All("table").Single(static table => table.Value("class") == "sortable"
            && table.Value.Contains("Every class", StringComparison.Ordinal)).All("tbody").Single().Elements().Count());
    }

    private static XElement Page(EpochFigures[] epochs, TrainOptions? given = null) => Pages.Parse(new TrainReport(given ?? options, epochs).Page());

    private static string Lead(XElement root) => root.All("p").First().Value;

    private static IEnumerable<string> Numbers(XElement root) => root.All("dl").Where(static list => list.Value("class") == "numbers")
        .SelectMany(static list => list.All("dd")).Where(static number => number.Value("class") == "").Select(static number => number.Value);

    private static List<string[]> Rows(XElement root) =>
        [.. root.All("tbody").Last().All("tr").Select(static row => row.Elements().Select(static cell => cell.Value).ToArray())];
}
