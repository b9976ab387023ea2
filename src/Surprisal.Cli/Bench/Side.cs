namespace Surprisal.Cli.Bench;

/// <summary>One of those that are timed in turns.</summary>
/// <param name="Milliseconds">Gives the milliseconds of a call, once for each batch of calls.</param>
internal sealed record Side(Func<int, int, double[]> Milliseconds)
{
    /// <summary>How long it runs before it is timed. The runtime takes half a second to compile its best code.</summary>
    public double WarmSeconds { get; init; } = 0.6;

    /// <summary>What runs in this process.</summary>
    public static Side Here(Action run) => new((batches, calls) => Clock.Milliseconds(run, batches, calls));
}
