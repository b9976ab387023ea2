using System.Text.Json.Nodes;
using Surprisal.Bench.LinearLosses;
using Surprisal.Bench.Memory;
using Surprisal.Bench.Works;
using Surprisal.Cli.Bench;

namespace Surprisal.Bench;

/// <summary>A work, how PyTorch is asked for the same, and how far ahead of it the work should be.</summary>
/// <param name="Work">What is timed.</param>
/// <param name="Ratio">How many times as fast as the faster PyTorch it should be; 0 where there is no target.</param>
/// <param name="Copies">How many times a copy of the logits it may take; 0 where there is no such target.</param>
/// <param name="Reads">How many times it may take what reading the logits takes: of a value alone; else 0.</param>
internal sealed record Target(Work Work, double Ratio = 0, double Copies = 0, double Reads = 0)
{
    private static readonly Dictionary<string, Work> works = Work.All.ToDictionary(static work => work.Name, StringComparer.Ordinal);

    private const string
        LongRows = "Arithmetic: the exponentials and their sums in double take 13 cycles for 16 logits, as many as the processor's " +
            "ports allow (decision 0020), three quarters of a copy's time; the maximum and the gradient need a pass each besides.",
        ValueAlone = "Arithmetic: maximum, exponentials and their sums in double, beside which reading costs nothing (decision 0020).",
        Narrow = "Arithmetic: it is computed in float32 and takes as long, and the changes of type come to it; " +
            "a copy takes half as long.",
        LargeObject = "The product is allocated anew, 256 KB that the collector counts as large.",
        ShortCall = "The product takes as long as what is around it: tensor, node on the tape, and the tasks of the threads.",
        Product = "The kernel itself makes 177 GFLOP/s of a core where a block stays in the second cache (decision 0016); " +
            "what is lost is between it and memory.";

    /// <summary>The same where neither side has AVX-512: every work should be 1.3 times as fast as the faster PyTorch.</summary>
    public Target WithoutAvx512 => this with { Ratio = 1.3, Copies = 0, Reads = 0 };

    /// <summary>What keeps it from being faster; shown where a target is missed.</summary>
    public string Limit { get; init; } = "";

    /// <summary>How far the answers of two libraries may be apart, relative to them.</summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>Floating-point operations of a run, where they are what costs; else 0.</summary>
    public double Flops => Work switch
    {
        MatrixProduct product => product.Flops,
        ConvolutionGradient convolution => convolution.Flops,
        _ => 0,
    };

    public static IReadOnlyList<Target> All { get; } =
    [
        new(works["cross-entropy 256 x 10"], 10) { Limit = "The whole of it fits the first cache and one thread: " +
            "a quarter of the time are the exponentials, an eighth turns rows into lanes and back, the rest is divided among logarithms, " +
            "targets, gradients and the checks of a call." },
        new(works["cross-entropy 65,536 x 10"], 8) { Limit = "Arithmetic, not memory: a quarter of the time are the exponentials, an " +
            "eighth turns rows into lanes and back; logarithms, targets and gradients have the rest." },
        new(works["cross-entropy 8192 x 100"], 3) { Limit = "Arithmetic, not memory: " +
            "nearly half of the time are the exponentials and their sums, a quarter turns rows into lanes and back." },
        new(works["cross-entropy 8192 x 1000"], 2.5),
        new(works["cross-entropy 2048 x 32,000"], Copies: 1.15) { Limit = LongRows },
        new(works["cross-entropy 512 x 128,256"], Copies: 1.15) { Limit = LongRows + " Four such rows do not fit a core's cache: " +
            "the gradient is not streamed, so it is read before it is written, a third matrix to move." },
        new(works["label smoothing 2048 x 32,000"], Copies: 1.15) { Limit = LongRows + " The sum of all logits comes to it." },
        new(works["class probabilities 2048 x 32,000"], Copies: 1.6) { Limit = "Three matrices are moved where a copy moves " +
            "two; and beside the exponentials each probability times its log-probability is summed in double." },
        new(works["class probabilities 65,536 x 10"]),
        new(works["segmentation 4 x 21 x 512 x 512"], Copies: 2) { Limit = "Classes lie a megabyte apart: " +
            "they are gathered into a tile of the second cache and brought back, " +
            "which is a second copy; and here PyTorch runs on all threads too." },
        new(works["BCE with logits, 16 M"], Copies: 2.2) { Limit = "Without AVX-512 its formula is two calls for each block of lanes, " +
            "for it is more than the compiler inlines into one loop." },
        new(works["log_softmax 16,384 x 1024"], 1) { Limit = "The output is a fresh matrix for the user: " +
            "until the collector has found enough of them, its pages are fresh too." },
        new(new LogSoftmaxWork("log_softmax 16,384 x 1024, in Tensor.Step", 16_384, 1024, InSteps: true), 1.5)
        {
            Limit = "Memory: three matrices are read and two written, which are two and a half copies; PyTorch moves the same.",
        },
        new(works["log_softmax 65,536 x 10"]),
        new(new CrossEntropyOf<double>("float64", 2048, 32_000)),
        new(new CrossEntropyOf<Half>("float16", 2048, 32_000), Copies: 1.3) { Tolerance = 1e-2, Limit = Narrow },
        new(new CrossEntropyOf<BFloat16>("bfloat16", 2048, 32_000), Copies: 1.3) { Tolerance = 1e-2, Limit = Narrow },
        new(new CrossEntropyValue(8192, 1000), Reads: 1.1) { Limit = ValueAlone },
        new(new CrossEntropyValue(2048, 32_000), Reads: 1.1) { Limit = ValueAlone },
        new(new SpanFunction("softmax", 16_384, 1024)),
        new(new SpanFunction("log_softmax", 16_384, 1024)),
        new(new OtherLoss(OtherLoss.Nll, 16_384, 1024)),
        new(new OtherLoss(OtherLoss.KlDivergence, 16_384, 1024)),
        new(new OtherLoss(OtherLoss.Focal, 16_384, 1024)),
        new(new CrossEntropyGradient(256, 10)),
        new(new CrossEntropyGradient(8192, 1000)),
        new(new MatrixProduct("matrix multiply 64 x (32 x 32 by 32 x 32)", 32, 32, 32, 64), 1) { Limit = LargeObject },
        new(new MatrixProduct("matrix multiply 1 x 1024 by 1024 x 1024", 1, 1024, 1024), 1)
        {
            Limit = "Memory: each element of the matrix is read once.",
        },
        new(new MatrixProduct("matrix multiply 16 x 256 by 256 x 256", 16, 256, 256), 1) { Limit = ShortCall },
        new(new MatrixProduct("matrix multiply 64 x 256 by 256 x 256", 64, 256, 256), 1) { Limit = ShortCall },
        new(new MatrixProduct(256), 1) { Limit = LargeObject },
        new(new MatrixProduct(1024), 1) { Limit = Product },
        new(new MatrixProduct(2048), 1) { Limit = Product },
        new(new MatrixProduct(256) { InSteps = true }, 1) { Limit = Product },
        new(new MatrixProduct(1024) { InSteps = true }, 1) { Limit = Product },
        new(new MatrixProduct(2048) { InSteps = true }, 1) { Limit = Product },
        new(new ConvolutionGradient(16, 64, 28, 64)) { Tolerance = 1e-4 },
        new(new LeNetTraining()) { Tolerance = 1e-3 },
        new(new LeNetTraining(InSteps: true), 1.5) { Tolerance = 1e-3 },
        new(new GptTraining(Linear: false), 1) { Tolerance = 1e-3 },
        new(new GptTraining(Linear: true), 1) { Tolerance = 1e-3 },
    ];

    /// <summary>The work of that name, of the table, of <see cref="MemoryTable"/> or of <see cref="LinearCommand"/>.</summary>
    public static Target Named(string name) => All.Concat(MemoryTable.Rows.Select(static row => row.Target))
        .Concat(LinearCommand.Targets).First(target => target.Work.Name == name);

    /// <summary>The work in PyTorch's words, as the program of its side reads it.</summary>
    public JsonObject Request => Work switch
    {
        CrossEntropyWork work => new()
        {
            ["work"] = "cross_entropy", ["shape"] = Shape(work.Sizes), ["smoothing"] = work.Smoothing,
            ["probabilities"] = work.Probabilities
        },
        CrossEntropyGradient work => new()
        {
            ["work"] = "cross_entropy", ["shape"] = Shape([work.Rows, work.Classes]), ["smoothing"] = 0.0, ["probabilities"] = false
        },
        CrossEntropyValue work => new()
        {
            ["work"] = "cross_entropy", ["shape"] = Shape([work.Rows, work.Classes]), ["smoothing"] = 0.0, ["probabilities"] = false,
            ["value_alone"] = true
        },
        ITypedCrossEntropy work => new()
        {
            ["work"] = "cross_entropy", ["shape"] = Shape([work.Rows, work.Classes]), ["smoothing"] = 0.0, ["probabilities"] = false,
            ["type"] = work.Type
        },
        SpanFunction work => new()
        {
            ["work"] = "function", ["function"] = work.Function, ["shape"] = Shape([work.Rows, work.Classes])
        },
        OtherLoss work => new() { ["work"] = "loss", ["loss"] = work.Loss, ["shape"] = Shape([work.Rows, work.Classes]) },
        BinaryWork work => new() { ["work"] = "bce_with_logits", ["shape"] = Shape([work.Count]) },
        LogSoftmaxWork work => new() { ["work"] = "log_softmax", ["shape"] = Shape([work.Rows, work.Classes]) },
        MatrixProduct work => new() { ["work"] = "matmul", ["a"] = Shape(work.Shapes.A), ["b"] = Shape(work.Shapes.B) },
        ConvolutionGradient work => new() { ["work"] = "convolution", ["shape"] = Shape(work.Input), ["weight"] = Shape(work.Weight) },
        OutputLayer work => new() { ["work"] = "output_layer", ["shape"] = Shape([work.Rows, work.Hidden, work.Classes]) },
        LeNetTraining work => new()
        {
            ["work"] = "lenet", ["steps"] = LeNetTraining.Steps, ["batch"] = work.Batch, ["batches"] = LeNetTraining.Batches
        },
        GptTraining work => work.Request,
        _ => throw new NotSupportedException($"PyTorch's side does not know '{Work.Name}'."),
    };

    private static JsonArray Shape(nint[] shape) => [.. shape.Select(static size => (JsonNode)(long)size)];
}
