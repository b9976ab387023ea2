using TorchSharp;

namespace Surprisal.Bench.LibTorch;

/// <summary>Tensors from files, and tensors as few numbers.</summary>
internal static class Numbers
{
    /// <summary>Raw numbers; the file's name ends with their type, .float32 or .int64.</summary>
    public static torch.Tensor Read(string path)
    {
        var isFloat = path.EndsWith(".float32", StringComparison.Ordinal);
        var (type, size) = isFloat ? (torch.float32, sizeof(float)) : (torch.int64, sizeof(long));
        using var file = File.OpenRead(path);
        var tensor = torch.empty(file.Length / size, type);
        file.ReadExactly(tensor.bytes);
        return tensor;
    }

    /// <summary>A single number itself, of several their mean square; in float64 and by parts, for a copy of the whole is large.</summary>
    public static double StandingFor(torch.Tensor tensor) => tensor.dim() == 0
        ? tensor.to(torch.float64).item<double>()
        : tensor.detach().reshape(-1).split(1 << 20).Sum(SumOfSquares) / tensor.numel();

    private static double SumOfSquares(torch.Tensor part) => part.to(torch.float64).square().sum().item<double>();
}
