using System.Numerics.Tensors;
using Surprisal.Cli.Bench;

namespace Surprisal.Bench.Works;

/// <summary>The value of cross-entropy on spans, without a gradient: the logits are read once.</summary>
internal sealed record CrossEntropyValue(int Rows, int Classes) : Work($"cross-entropy {Named(Rows)} x {Named(Classes)}, value alone")
{
    public override long Logits => (long)Rows * Classes;

    public override int Passes => 1;

    public override bool IsValueAlone => true;

    public override Prepared Prepare()
    {
        var (x, y) = (Normal([Rows, Classes]), Whole(Classes, [Rows]));
        var loss = new CrossEntropyLoss();
        var value = 0.0;
        return new Prepared(Run, () => [value], x, y);

        void Run() => value = loss.Evaluate(new ReadOnlyTensorSpan<float>(x, [Rows, Classes]), new ReadOnlyTensorSpan<long>(y));
    }
}
