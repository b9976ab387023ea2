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
        () => new CrossEntropyEvaluation("256 x 10", [256, 10]),
        () => new CrossEntropyEvaluation("65536 x 10", [65_536, 10]),
        () => new CrossEntropyEvaluation("8192 x 100", [8192, 100]),
        () => new CrossEntropyEvaluation("8192 x 1000", [8192, 1000]),
        () => new CrossEntropyEvaluation("2048 x 32000", [2048, 32_000]),
        () => new CrossEntropyEvaluation("512 x 128256", [512, 128_256]),
        () => new CrossEntropyEvaluation("2048 x 32000, smoothed", [2048, 32_000], smoothing: 0.1),
        () => new CrossEntropyEvaluation("2048 x 32000, probabilities", [2048, 32_000], probabilities: true),
        () => new CrossEntropyEvaluation("4 x 21 x 512 x 512", [4, 21, 512, 512]),
        () => new BinaryEvaluation(1 << 24),
    ];
}
