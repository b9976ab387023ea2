using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace Surprisal.Bench.LibTorch.Works;

/// <summary>Hidden states by weights to logits, cross-entropy, and the gradients of both.</summary>
internal sealed class OutputLayer : Work
{
    private readonly torch.Tensor hidden, weight, targets;

    public OutputLayer(JsonObject request, torch.Tensor[] inputs)
    {
        var shape = Shape(request);
        hidden = inputs[0].view(shape[0], shape[1]).requires_grad_();
        weight = inputs[1].view(shape[2], shape[1]).requires_grad_();
        targets = inputs[2];
    }

    protected override torch.Tensor[] Call()
    {
        (hidden.grad, weight.grad) = (null, null);
        var loss = functional.cross_entropy(functional.linear(hidden, weight), targets);
        loss.backward();
        return [loss, hidden.grad!];
    }
}
