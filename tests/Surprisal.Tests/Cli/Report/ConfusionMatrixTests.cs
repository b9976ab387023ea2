using System.Xml.Linq;
using Surprisal.Cli.Report;

namespace Surprisal.Tests.Cli.Report;

/// <summary>The table of confusions against counts that are written out here.</summary>
public sealed class ConfusionMatrixTests
{
    [Fact]
    public void EveryCountIsInItsCellAndColouredByItsShareOfTheRow()
    {
        long[,] counts = { { 90, 10, 0 }, { 0, 4, 0 }, { 0, 0, 0 } };
        var confusions = new Confusions(["cat", "dog & co", "cow"], (target, taken) => counts[target, taken]);
        Assert.Equal((104, 94), (confusions.Total, confusions.Correct));
        Assert.Equal((0.9, 1, 4.0 / 14, 1), (confusions.Recall(0), confusions.Recall(1), confusions.Precision(1), confusions.Precision(0)));
        Assert.True(double.IsNaN(confusions.Recall(2)) && double.IsNaN(confusions.Precision(2)));
        Assert.Equal([10, 10, 0], Enumerable.Range(0, 3).Select(confusions.Wrong));

        var table = Pages.Parse(ConfusionMatrix.Draw(confusions));
        Assert.Equal([["cat", "90", "10", "·"], ["dog & co", "·", "4", "·"], ["cow", "·", "·", "·"]], Rows(table));
        var classes = table.All("td").Skip(1).Select(static cell => cell.Value("class")).ToList();
        Assert.Equal(["d6", "e2", "none", "none", "d6"], classes[..5]); // 6 sqrt(0.9) = 5.7, 6 sqrt(0.1) = 1.9
    }

    [Fact]
    public void OfAThousandClassesThoseWithMostConfusionsAreShownAndTheOthersAddedUp()
    {
        // Class 500 is taken for 501 a hundred times; every class once for the next.
        long Count(int target, int taken) => target == taken ? 50 : (target, taken) == (500, 501) ? 100 : taken == (target + 1) % 1000 ? 1 : 0;
        var table = ConfusionMatrix.Draw(new Confusions([.. Enumerable.Range(0, 1000).Select(static i => $"class {i}")], Count), most: 3);
        Assert.Equal(
            [["class 0", "50", "·", "·", "1"], ["class 500", "·", "50", "100", "·"], ["class 501", "·", "·", "50", "1"], ["others", "1", "1", "·", ""]],
            Rows(Pages.Parse(table)));
        Assert.Contains("The 3 of 1,000 classes with most confusions.", table, StringComparison.Ordinal);
    }

    [Fact]
    public void NoClassesAndNoSamplesAreTables()
    {
        Assert.Empty(Rows(Pages.Parse(ConfusionMatrix.Draw(new Confusions([], static (_, _) => 0)))));
        Assert.Equal([["only", "·"]], Rows(Pages.Parse(ConfusionMatrix.Draw(new Confusions(["only"], static (_, _) => 0)))));
    }

    private static List<string[]> Rows(XElement table) =>
        [.. table.All("tbody").Single().All("tr").Select(static row => row.Elements().Select(static cell => cell.Value).ToArray())];
}
