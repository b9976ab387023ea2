using Surprisal.Cli.Bench;

namespace Surprisal.Bench.Works;

/// <summary>Cross-entropy of float logits and class indices on the tape, forward and backward.</summary>
internal sealed record CrossEntropyGradient(int Rows, int Classes) : Work($"cross-entropy on the tape {Rows} x {Classes}")
{
    public override long Logits => (long)Rows * Classes;

    public override Prepared Prepare()
    {
        var (x, y) = (Normal([Rows, Classes]), Whole(Classes, [Rows]));
        var logits = Tensor.Wrap<float>(x, [Rows, Classes], requiresGrad: true);
        var targets = Tensor.Wrap<long>(y, [Rows]);
        var loss = new CrossEntropyLoss();
        Tensor<float>? value = null;
        return new Prepared(Run, () => [value!.Item(), MeanSquare(logits.Grad!.AsReadOnlySpan())], x, y);

        void Run()
        {
            logits.ZeroGrad();
            value = loss.Forward(logits, targets);
            value.Backward();
        }
    }
}
