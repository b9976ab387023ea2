using System.Text.Json.Nodes;
using TorchSharp;

namespace Surprisal.Bench.LibTorch.Works;

/// <summary>Softmax or log-softmax over the classes, off the tape.</summary>
internal sealed class Function(JsonObject request, torch.Tensor[] inputs) : Work
{
    private readonly torch.Tensor logits = inputs[0].view(Shape(request));
    private readonly bool isLog = (string?)request["function"] == "log_softmax";

    protected override torch.Tensor[] Call()
    {
        using var off = torch.no_grad();
        return [isLog ? torch.nn.functional.log_softmax(logits, 1) : torch.nn.functional.softmax(logits, 1)];
    }
}
