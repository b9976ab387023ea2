using Surprisal.Cli.Bench;

namespace Surprisal.Bench.Works;

/// <summary>The product of two float matrices, or of so many pairs of them.</summary>
internal sealed record MatrixProduct(string Title, int Rows, int Inner, int Columns, int Batch = 1) : Work(Title)
{
    public MatrixProduct(int size) : this($"matrix multiply {size}^3", size, size, size) { }

    /// <summary>Whether each product is in a <see cref="Tensor.Step"/>, whose memory the next uses again.</summary>
    public bool InSteps
    {
        get;
        init => (field, Name) = (value, value ? $"{Title}, in Tensor.Step" : Title);
    }

    public override long Logits => 0;

    public double Flops => 2.0 * Batch * Rows * Inner * Columns;

    /// <summary>The shapes of both.</summary>
    public (nint[] A, nint[] B) Shapes => ([Batch, Rows, Inner], [Batch, Inner, Columns]);

    public override Prepared Prepare()
    {
        Tensor<float> a = Tensor.Rand<float>([Batch, Rows, Inner], new Seed(1)) - 0.5f,
            b = Tensor.Rand<float>([Batch, Inner, Columns], new Seed(2)) - 0.5f, product = a;
        if (Batch == 1) (a, b) = (a.Squeeze(0), b.Squeeze(0));
        return new Prepared(Run, Answer, a.ToArray(), b.ToArray());

        void Run()
        {
            using var step = InSteps ? Tensor.Step() : default;
            product = a.MatMul(b);
        }

        double[] Answer()
        {
            product = a.MatMul(b);
            return [MeanSquare(product.AsReadOnlySpan())];
        }
    }
}
