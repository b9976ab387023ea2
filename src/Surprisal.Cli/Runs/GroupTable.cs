using Surprisal.Cli.Models;

namespace Surprisal.Cli.Runs;

/// <summary>The results of a group: each run, then their means and standard deviations.</summary>
internal static class GroupTable
{
    private static readonly GroupFigure loss = new("loss", static one => one.Loss, TrainLines.Number);

    private static readonly GroupFigure[] ofClasses =
    [
        new("accuracy", static one => one.Accuracy, static value => $"{value:P2}"), loss,
        new("macro F1", static one => one.MacroF1, TrainLines.Number),
    ];

    private static readonly GroupFigure[] ofLabels = [ofClasses[0], ScoreOf(ModelTask.Labels), .. ofClasses[1..]];

    /// <summary>The number that chooses comes first.</summary>
    private static readonly GroupFigure[] ofPixels = [ScoreOf(ModelTask.Pixels), .. ofClasses];

    private static readonly GroupFigure[] ofTokens =
        [new("perplexity", static one => Math.Exp(one.Loss), static value => $"{value:F1}"), loss];

    /// <summary>What is told of each run; what is looked at first comes first.</summary>
    public static IReadOnlyList<GroupFigure> Figures(RunSummary group) => group.Options.Task switch
    {
        ModelTask.Labels => ofLabels,
        ModelTask.Pixels => ofPixels,
        ModelTask.Text => ofTokens,
        _ => ofClasses,
    };

    public static IEnumerable<string> Lines(RunSummary group, Screen screen)
    {
        var figures = Figures(group);
        var spreads = figures.Select(figure => (Figure: figure, Spread: figure.Over(group))).ToList();
        var table = new TextTable(screen, "run", group.Runs.Select(static run => run.Name).Append("deviation"), minNameWidth: 8,
            [.. figures.Select(static figure => (figure.Name, Math.Max(9, figure.Name.Length))), ("epoch", 6)]);
        yield return table.Header;
        foreach (var run in group.Runs.Where(static run => run.Tested is not null))
            yield return table.Line(run.Name, [.. figures.Select(figure => figure.Text(figure.Of(run.Tested!))), $"{run.Best?.Epoch}"]);
        yield return table.Line("mean", [.. spreads.Select(static one => one.Figure.Text(one.Spread.Mean)), ""]);
        yield return table.Line("deviation", [.. spreads.Select(static one => one.Figure.Text(one.Spread.Deviation)), ""]);
    }

    private static GroupFigure ScoreOf(ModelTask task) =>
        new(task.ScoreName()!, static one => one.Score ?? double.NaN, static value => $"{value:P2}");

    /// <summary>The last line.</summary>
    public static string Conclusion(RunSummary group)
    {
        var first = Figures(group)[0];
        var spread = first.Over(group);
        return $"{first.Name} {first.Text(spread.Mean)} over {group.Runs.Count} {group.Options.GroupKind()}, " +
            $"standard deviation {first.Text(spread.Deviation)}; the runs are in {group.Folder}";
    }
}
