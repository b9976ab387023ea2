using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;

namespace Surprisal.Bench.LibTorch.Works;

/// <summary>A convolution with padding 1, forward, and backward to images, kernels and biases from a gradient that is there.</summary>
internal sealed class Convolution : Work
{
    private readonly torch.Tensor images, kernels, biases, upstream;

    public Convolution(JsonObject request, torch.Tensor[] inputs)
    {
        var (shape, weight) = (Shape(request), request["weight"]!.Deserialize<long[]>()!);
        images = inputs[0].view(shape).requires_grad_();
        kernels = inputs[1].view(weight).requires_grad_();
        biases = inputs[2].requires_grad_();
        upstream = inputs[3].view(shape[0], weight[0], shape[2], shape[3]);
    }

    protected override torch.Tensor[] Call()
    {
        foreach (var leaf in new[] { images, kernels, biases }) leaf.grad = null;
        torch.nn.functional.conv2d(images, kernels, biases, padding: [1, 1]).backward([upstream]);
        return [images.grad!, kernels.grad!, biases.grad!];
    }
}
