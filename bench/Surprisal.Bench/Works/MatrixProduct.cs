using Surprisal.Cli.Bench;

namespace Surprisal.Bench.Works;

/// <summary>The product of two float matrices, or of so many pairs of them.</summary>
internal sealed record MatrixProduct(string Name, int Rows, int Inner, int Columns, int Batch = 1) : Work(Name)
{
    public MatrixProduct(int size) : this($"matrix multiply {size}^3", size, size, size) { }

    public override long Logits => 0;

    public double Flops => 2.0 * Batch * Rows * Inner * Columns;

    /// <summary>The shapes of both.</summary>
    public (nint[] A, nint[] B) Shapes => ([Batch, Rows, Inner], [Batch, Inner, Columns]);

    public override Prepared Prepare()
    {
        Tensor<float> a = Tensor.Rand<float>([Batch, Rows, Inner], new Seed(1)) - 0.5f,
            b = Tensor.Rand<float>([Batch, Inner, Columns], new Seed(2)) - 0.5f, product = a;
        if (Batch == 1) (a, b) = (a.Squeeze(0), b.Squeeze(0));
        return new Prepared(() => product = a.MatMul(b), () => [MeanSquare(product.AsReadOnlySpan())], a.ToArray(), b.ToArray());
    }
}
