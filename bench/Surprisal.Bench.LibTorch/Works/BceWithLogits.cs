using System.Text.Json.Nodes;
using TorchSharp;

namespace Surprisal.Bench.LibTorch.Works;

internal sealed class BceWithLogits(JsonObject request, torch.Tensor[] inputs) : Loss(request, inputs)
{
    private readonly torch.Tensor targets = inputs[1];

    protected override torch.Tensor Forward(torch.Tensor logits) =>
        torch.nn.functional.binary_cross_entropy_with_logits(logits, targets);
}
