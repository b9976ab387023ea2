namespace Surprisal.Bench.Works;

/// <summary>Something that Surprisal and its rival both do: the same sizes, each in its own words.</summary>
internal abstract class Work
{
    public abstract string Name { get; }

    /// <summary>The rival's request, the fields of a JSON object, without the number of runs.</summary>
    public abstract string Request { get; }

    /// <summary>Floating-point operations of a run, where that is a fair measure; else 0.</summary>
    public virtual double Flops => 0;

    /// <summary>One run of ours.</summary>
    public abstract void Run();

    public static IReadOnlyList<Func<Work>> All { get; } =
    [
        () => new LeNetTraining(),
        () => new MatrixProduct(256),
        () => new MatrixProduct(1024),
        () => new MatrixProduct(2048),
        () => new CrossEntropyGradient(256, 10),
        () => new CrossEntropyGradient(8192, 1000),
    ];
}
