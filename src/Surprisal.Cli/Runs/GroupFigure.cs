namespace Surprisal.Cli.Runs;

/// <summary>A number that the runs of a group are compared by.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Of">Of the test of a run.</param>
/// <param name="Text">How it is written.</param>
internal sealed record GroupFigure(string Name, Func<TestFigures, double> Of, Func<double, string> Text)
{
    /// <summary>The same for programs: macro_f1.</summary>
    public string Key => Name.Replace(' ', '_').ToLowerInvariant();

    /// <summary>Over the runs that were tested.</summary>
    public Spread Over(RunSummary group) => Spread.Of([.. group.Runs.Select(static run => run.Tested).OfType<TestFigures>().Select(Of)]);
}
