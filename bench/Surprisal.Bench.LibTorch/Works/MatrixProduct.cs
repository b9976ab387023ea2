using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;

namespace Surprisal.Bench.LibTorch.Works;

/// <summary>The product of two matrices, or of so many pairs of them.</summary>
internal sealed class MatrixProduct(JsonObject request, torch.Tensor[] inputs) : Work
{
    private readonly torch.Tensor a = Matrix(request, "a", inputs[0]), b = Matrix(request, "b", inputs[1]);

    protected override torch.Tensor[] Call() => [torch.matmul(a, b)];

    private static torch.Tensor Matrix(JsonObject request, string name, torch.Tensor numbers)
    {
        var shape = request[name]!.Deserialize<long[]>()!;
        return numbers.view(shape[0] == 1 ? shape[1..] : shape);
    }
}
