using System.Text.Json.Nodes;
using TorchSharp;

namespace Surprisal.Bench.LibTorch.Works;

/// <summary>Log-softmax over the classes, and backward from a gradient that is there.</summary>
internal sealed class LogSoftmax(JsonObject request, torch.Tensor[] inputs) : Work
{
    private readonly torch.Tensor logits = inputs[0].view(Shape(request)).requires_grad_();
    private readonly torch.Tensor upstream = inputs[1].view(Shape(request));

    protected override torch.Tensor[] Call()
    {
        logits.grad = null;
        var output = torch.nn.functional.log_softmax(logits, 1);
        output.backward([upstream]);
        return [output, logits.grad!];
    }
}
