namespace Surprisal.Bench.Works;

/// <summary>Cross-entropy of float logits and class indices on the tape, forward and backward.</summary>
internal sealed class CrossEntropyGradient(int rows, int classes) : Work
{
    private readonly Tensor<float> logits = Tensor.Randn<float>([rows, classes], seed: 1, requiresGrad: true);
    private readonly Tensor<long> targets = Tensor.RandInt<long>(0, classes, [rows], seed: 2);
    private readonly CrossEntropyLoss loss = new();

    public override string Name => $"cross-entropy {rows} x {classes}";

    public override string Request => $"\"work\": \"cross_entropy\", \"shape\": [{rows}, {classes}], \"smoothing\": 0, \"probabilities\": false";

    public override void Run()
    {
        logits.ZeroGrad();
        loss.Forward(logits, targets).Backward();
    }
}
