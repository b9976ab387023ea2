namespace Surprisal.Bench.Works;

/// <summary>The product of two square float matrices.</summary>
internal sealed class MatrixProduct(int size) : Work
{
    private readonly Tensor<float> a = Tensor.Rand<float>([size, size], seed: 1) - 0.5f;
    private readonly Tensor<float> b = Tensor.Rand<float>([size, size], seed: 2) - 0.5f;

    public override string Name => $"matrix multiply {size}^3";

    public override string Request => $"\"work\": \"matmul\", \"size\": {size}";

    public override double Flops => 2.0 * size * size * size;

    public override void Run() => a.MatMul(b);
}
