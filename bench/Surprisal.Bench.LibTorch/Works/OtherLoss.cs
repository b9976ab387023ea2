using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace Surprisal.Bench.LibTorch.Works;

/// <summary>
/// NLL, the Kullback-Leibler divergence with the mean over the batch, or the focal loss, which users write with cross-entropy.
/// </summary>
internal sealed class OtherLoss(JsonObject request, torch.Tensor[] inputs) : Loss(request, inputs)
{
    private readonly string? name = (string?)request["loss"];
    private readonly torch.Tensor targets = (string?)request["loss"] == "kl_div" ? inputs[1].view(Shape(request)) : inputs[1];

    protected override torch.Tensor Forward(torch.Tensor logits) => name switch
    {
        "nll_loss" => functional.nll_loss(logits, targets),
        "kl_div" => functional.kl_div(logits, targets, log_target: false, reduction: Reduction.Sum) / logits.shape[0],
        "focal_loss" => Focal(logits),
        _ => throw new NotSupportedException($"'{name}' is no loss here."),
    };

    private torch.Tensor Focal(torch.Tensor logits)
    {
        var losses = functional.cross_entropy(logits, targets, reduction: Reduction.None);
        return ((1 - (-losses).exp()).square() * losses).mean();
    }
}
