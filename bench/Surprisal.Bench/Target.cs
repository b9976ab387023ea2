using System.Text.Json.Nodes;
using Surprisal.Bench.Works;
using Surprisal.Cli.Bench;

namespace Surprisal.Bench;

/// <summary>A work, how PyTorch is asked for the same, and how far ahead of it the work should be.</summary>
/// <param name="Work">What is timed.</param>
/// <param name="Ratio">How many times as fast as the faster PyTorch it should be; 0 where there is no target.</param>
/// <param name="Copies">How many times a copy of the logits it may take; 0 where there is no such target.</param>
internal sealed record Target(Work Work, double Ratio = 0, double Copies = 0)
{
    private static readonly Dictionary<string, Work> works = Work.All.ToDictionary(static work => work.Name, StringComparer.Ordinal);

    /// <summary>What keeps it from being faster; shown where a target is missed.</summary>
    public string Limit { get; init; } = "";

    /// <summary>How far the answers of two libraries may be apart, relative to them.</summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>Floating-point operations of a run, where they are what costs; else 0.</summary>
    public double Flops => Work is MatrixProduct { Size: var size } ? 2.0 * size * size * size : 0;

    public static IReadOnlyList<Target> All { get; } =
    [
        new(works["cross-entropy 256 x 10"], 10),
        new(works["cross-entropy 65,536 x 10"], 8),
        new(works["cross-entropy 8192 x 100"], 4),
        new(works["cross-entropy 8192 x 1000"], 4),
        new(works["cross-entropy 2048 x 32,000"], 3.5, 1.25),
        new(works["cross-entropy 512 x 128,256"], 4, 1.25),
        new(works["label smoothing 2048 x 32,000"], 4),
        new(works["class probabilities 2048 x 32,000"], 4),
        new(works["segmentation 4 x 21 x 512 x 512"], 4),
        new(works["BCE with logits, 16 M"], 3),
        new(works["log_softmax 16,384 x 1024"], 1.5),
        new(new CrossEntropyGradient(256, 10)),
        new(new CrossEntropyGradient(8192, 1000)),
        new(new MatrixProduct(256)),
        new(new MatrixProduct(1024)),
        new(new MatrixProduct(2048), 0.9),
        new(new LeNetTraining(), 2) { Tolerance = 1e-3 },
    ];

    /// <summary>The work in PyTorch's words, as rival.py reads it.</summary>
    public JsonObject Request => Work switch
    {
        CrossEntropyWork work => new() { ["work"] = "cross_entropy", ["shape"] = Shape(work.Sizes), ["smoothing"] = work.Smoothing, ["probabilities"] = work.Probabilities },
        CrossEntropyGradient work => new() { ["work"] = "cross_entropy", ["shape"] = Shape([work.Rows, work.Classes]), ["smoothing"] = 0.0, ["probabilities"] = false },
        BinaryWork work => new() { ["work"] = "bce_with_logits", ["shape"] = Shape([work.Count]) },
        LogSoftmaxWork work => new() { ["work"] = "log_softmax", ["shape"] = Shape([work.Rows, work.Classes]) },
        MatrixProduct work => new() { ["work"] = "matmul", ["size"] = work.Size },
        LeNetTraining => new() { ["work"] = "lenet", ["steps"] = LeNetTraining.Steps, ["batch"] = LeNetTraining.Batch, ["batches"] = LeNetTraining.Batches },
        _ => throw new NotSupportedException($"rival.py does not know '{Work.Name}'."),
    };

    private static JsonArray Shape(nint[] shape) => [.. shape.Select(static size => (JsonNode)(long)size)];
}
