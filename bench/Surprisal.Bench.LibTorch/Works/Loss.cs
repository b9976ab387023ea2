using System.Text.Json.Nodes;
using TorchSharp;

namespace Surprisal.Bench.LibTorch.Works;

/// <summary>Forward and backward of a loss, or forward alone; the gradient begins anew each time.</summary>
internal abstract class Loss(JsonObject request, torch.Tensor[] inputs) : Work
{
    private readonly torch.Tensor logits = inputs[0].view(Shape(request)).to(Type(request)).requires_grad_();
    private readonly bool isValueAlone = (bool?)request["value_alone"] ?? false;

    protected override torch.Tensor[] Call()
    {
        if (isValueAlone)
        {
            using var off = torch.no_grad();
            return [Forward(logits)];
        }
        logits.grad = null;
        var loss = Forward(logits);
        loss.backward();
        return [loss, logits.grad!];
    }

    protected abstract torch.Tensor Forward(torch.Tensor logits);

    private static torch.ScalarType Type(JsonObject request) => (string?)request["type"] switch
    {
        null => torch.float32,
        "float64" => torch.float64,
        "float16" => torch.float16,
        "bfloat16" => torch.bfloat16,
        var other => throw new NotSupportedException($"'{other}' is no type here."),
    };
}
