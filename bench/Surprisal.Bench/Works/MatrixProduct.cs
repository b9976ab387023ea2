using Surprisal.Cli.Bench;

namespace Surprisal.Bench.Works;

/// <summary>The product of two square float matrices.</summary>
internal sealed record MatrixProduct(int Size) : Work($"matrix multiply {Size}^3")
{
    public override long Logits => 0;

    public override Prepared Prepare()
    {
        Tensor<float> a = Tensor.Rand<float>([Size, Size], new Seed(1)) - 0.5f, b = Tensor.Rand<float>([Size, Size], new Seed(2)) - 0.5f,
            product = a;
        return new Prepared(() => product = a.MatMul(b), () => [MeanSquare(product.AsReadOnlySpan())], a.ToArray(), b.ToArray());
    }
}
