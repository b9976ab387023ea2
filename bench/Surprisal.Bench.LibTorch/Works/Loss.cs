using System.Text.Json.Nodes;
using TorchSharp;

namespace Surprisal.Bench.LibTorch.Works;

/// <summary>Forward and backward of a loss; the gradient begins anew each time.</summary>
internal abstract class Loss(JsonObject request, torch.Tensor[] inputs) : Work
{
    private readonly torch.Tensor logits = inputs[0].view(Shape(request)).requires_grad_();

    protected override torch.Tensor[] Call()
    {
        logits.grad = null;
        var loss = Forward(logits);
        loss.backward();
        return [loss, logits.grad!];
    }

    protected abstract torch.Tensor Forward(torch.Tensor logits);
}
