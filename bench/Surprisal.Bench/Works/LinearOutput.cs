using Surprisal.Cli.Bench;

namespace Surprisal.Bench.Works;

/// <summary>
/// What <see cref="OutputLayer"/> computes, by the loss that never holds the logits: value and both gradients on spans, into memory that is
/// there.
/// </summary>
/// <param name="Rows">Tokens.</param>
/// <param name="Hidden">Numbers of a hidden state.</param>
/// <param name="Classes">The vocabulary.</param>
/// <param name="Keeps">Whether exponentials of 128 rows are kept, as by default; else logits are made again.</param>
internal sealed record LinearOutput(int Rows, int Hidden, int Classes, bool Keeps)
    : Work($"linear cross-entropy {Named(Rows)} x {Named(Hidden)} x {Named(Classes)}, {(Keeps ? "kept" : "made again")}")
{
    /// <summary>Bytes that 64 rows of 8,000 classes do not fit into.</summary>
    private const long LittleMemory = 1 << 20;

    public override long Logits => (long)Rows * Classes;

    public override Prepared Prepare()
    {
        var (x, w, y) = OutputLayer.Data(Rows, Hidden, Classes);
        var (dx, dw) = (new float[x.Length], new float[w.Length]);
        Array.Fill(dx, 1); // pages that have been written are there
        Array.Fill(dw, 1);
        var loss = new LinearCrossEntropyLoss { MemoryLimit = Keeps ? null : LittleMemory };
        var last = 0.0;
        return new Prepared(Run, () => [last, MeanSquare(dx)], x, w, y);

        void Run() => last = loss.Evaluate<float, long>(x, w, y, Hidden, hiddenGradient: dx, weightGradient: dw);
    }
}
