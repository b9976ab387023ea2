using System.Numerics.Tensors;

namespace Surprisal.Bench.Works;

/// <summary>Binary cross-entropy of logits on spans, value and gradient in one call.</summary>
internal sealed class BinaryEvaluation(int count) : Work
{
    private readonly float[] logits = Tensor.Randn<float>([count], seed: 1).ToArray();
    private readonly float[] targets = Array.ConvertAll(Tensor.RandInt<long>(0, 2, [count], seed: 2).ToArray(), static y => (float)y);
    private readonly float[] gradient = new float[count];
    private readonly BceWithLogitsLoss loss = new();

    public override string Name => $"evaluate BCE with logits {count}";

    public override string Request => $"\"work\": \"bce_with_logits\", \"count\": {count}";

    public override void Run() => loss.Evaluate(new ReadOnlyTensorSpan<float>(logits, [count]), new ReadOnlyTensorSpan<float>(targets, [count]), new TensorSpan<float>(gradient, [count]));
}
