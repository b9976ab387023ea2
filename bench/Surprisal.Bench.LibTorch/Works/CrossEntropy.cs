using System.Text.Json.Nodes;
using TorchSharp;

namespace Surprisal.Bench.LibTorch.Works;

/// <summary>Cross-entropy of any shape: of class indices, smoothed, or of class probabilities.</summary>
internal sealed class CrossEntropy(JsonObject request, torch.Tensor[] inputs) : Loss(request, inputs)
{
    private readonly torch.Tensor targets = inputs[1].view(TargetShape(request));
    private readonly double smoothing = (double)request["smoothing"]!;

    protected override torch.Tensor Forward(torch.Tensor logits) =>
        torch.nn.functional.cross_entropy(logits, targets, label_smoothing: smoothing);

    private static long[] TargetShape(JsonObject request)
    {
        var shape = Shape(request);
        return (bool)request["probabilities"]! ? shape : [shape[0], .. shape[2..]];
    }
}
