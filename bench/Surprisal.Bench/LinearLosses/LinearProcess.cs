using Surprisal.Bench.Results;
using Surprisal.Cli.Bench;

namespace Surprisal.Bench.LinearLosses;

/// <summary>One side in a process of its own, idle while it is not asked. What it needs in memory is known before it is timed.</summary>
internal sealed class LinearProcess : IDisposable
{
    private readonly Rival rival;
    private readonly Side side;
    private readonly List<double> times = [];
    private readonly double extraBytes;
    private readonly string configuration;

    /// <param name="target">The work.</param>
    /// <param name="rival">The process.</param>
    /// <param name="inputs">The data, where the process does not make them itself.</param>
    /// <param name="calls">How many make it warm.</param>
    /// <param name="outputs">The bytes that the work has to make anew as its results.</param>
    /// <param name="configuration">The rival's, in words.</param>
    public LinearProcess(Target target, Rival rival, Array[] inputs, int calls, double outputs, string configuration = "")
    {
        (this.rival, this.configuration, side) = (rival, configuration, rival.Side(Environment.ProcessorCount));
        var (peak, _, answer) = rival.Memory(target, inputs, calls);
        (extraBytes, Answer) = (Math.Max(0, peak - outputs), answer);
    }

    /// <summary>A few numbers that stand for what it computes.</summary>
    public double[] Answer { get; }

    /// <summary>The milliseconds of a call.</summary>
    public double Call() => side.Milliseconds(1, 1)[0];

    /// <summary>Times a call, of this round.</summary>
    public void Time() => times.Add(Call());

    /// <summary>What was measured, beside the products' times in the same rounds.</summary>
    public LinearSide Measured(LinearProcess products) => new(Clock.Median(times),
        Clock.Median(products.times.Zip(times, static (alone, time) => alone / time)), extraBytes, configuration);

    public void Dispose() => rival.Dispose();
}
