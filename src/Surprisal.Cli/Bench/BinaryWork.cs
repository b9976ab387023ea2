using System.Numerics.Tensors;

namespace Surprisal.Cli.Bench;

/// <summary>Binary cross-entropy of logits on spans, value and gradient in one call.</summary>
internal sealed record BinaryWork(string Name, int Count) : Work(Name)
{
    public override long Logits => Count;

    public override int Passes => 3;

    public override Prepared Prepare()
    {
        var logits = Normal([Count]);
        var targets = Array.ConvertAll(Whole(2, [Count]), static y => (float)y);
        var gradient = new float[Count];
        var loss = new BceWithLogitsLoss();
        var value = 0.0;
        nint[] shape = [Count];
        return new Prepared(Run, () => [value, MeanSquare(gradient)], logits, targets);

        void Run() => value = loss.Evaluate(new ReadOnlyTensorSpan<float>(logits, shape), new ReadOnlyTensorSpan<float>(targets, shape),
            new TensorSpan<float>(gradient, shape));
    }
}
