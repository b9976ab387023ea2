using System.Text.Json.Nodes;
using TorchSharp;

namespace Surprisal.Bench.LibTorch.Works;

/// <summary>The product of two square matrices.</summary>
internal sealed class MatrixProduct(JsonObject request, torch.Tensor[] inputs) : Work
{
    private readonly torch.Tensor a = Square(request, inputs[0]), b = Square(request, inputs[1]);

    protected override torch.Tensor[] Call() => [torch.mm(a, b)];

    private static torch.Tensor Square(JsonObject request, torch.Tensor numbers) =>
        numbers.view((long)request["size"]!, (long)request["size"]!);
}
