namespace Surprisal.Cli.Runs;

/// <summary>The results of a group: each run, then their means and standard deviations.</summary>
internal static class GroupTable
{
    /// <summary>The figures of a group, each with its name and how much of it every finished run has.</summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<double> Values)> Figures(RunSummary group)
    {
        var tested = group.Runs.Select(static run => run.Tested).OfType<TestFigures>().ToList();
        return
        [
            ("accuracy", [.. tested.Select(static one => one.Accuracy)]), ("loss", [.. tested.Select(static one => one.Loss)]),
            ("macro F1", [.. tested.Select(static one => one.MacroF1)]),
        ];
    }

    public static IEnumerable<string> Lines(RunSummary group, Screen screen)
    {
        var spreads = Figures(group).Select(static figure => Spread.Of([.. figure.Values])).ToList();
        var table = new TextTable(screen, "run", group.Runs.Select(static run => run.Name).Append("deviation"), minNameWidth: 8,
            ("accuracy", 9), ("loss", 9), ("macro F1", 9), ("epoch", 6));
        yield return table.Header;
        foreach (var run in group.Runs.Where(static run => run.Tested is not null))
            yield return table.Line(run.Name,
                [.. Cells(run.Tested!.Accuracy, run.Tested.Loss, run.Tested.MacroF1), $"{run.Best?.Epoch}"]);
        yield return table.Line("mean", [.. Cells(spreads[0].Mean, spreads[1].Mean, spreads[2].Mean), ""]);
        yield return table.Line("deviation", [.. Cells(spreads[0].Deviation, spreads[1].Deviation, spreads[2].Deviation), ""]);
    }

    /// <summary>The last line.</summary>
    public static string Conclusion(RunSummary group)
    {
        var accuracy = Spread.Of([.. Figures(group)[0].Values]);
        return $"accuracy {accuracy.Mean:P2} over {group.Runs.Count} {group.Options.GroupKind()}, " +
            $"standard deviation {accuracy.Deviation:P2}; the runs are in {group.Folder}";
    }

    private static string[] Cells(double accuracy, double loss, double macroF1) =>
        [$"{accuracy:P2}", TrainLines.Number(loss), TrainLines.Number(macroF1)];
}
