using Surprisal.Cli.Bench;
using Surprisal.Kernels;

namespace Surprisal.Bench.Works;

/// <summary>
/// The three matrix products of an output layer and nothing else: Z = X W^T, dX = Z W, dW = Z^T X, into memory that is there.
/// </summary>
internal sealed record OutputProducts(int Rows, int Hidden, int Classes)
    : Work($"products of an output layer {Named(Rows)} x {Named(Hidden)} x {Named(Classes)}")
{
    public override long Logits => (long)Rows * Classes;

    public override unsafe Prepared Prepare()
    {
        var (x, w, y) = OutputLayer.Data(Rows, Hidden, Classes);
        var (dx, dw) = (new float[x.Length], new float[w.Length]);
        var z = new float[checked(Rows * Classes)];
        return new Prepared(Run, () => [MeanSquare(dx)], x, w, y);

        void Run()
        {
            fixed (float* px = x, pw = w, pdx = dx, pdw = dw, pz = z)
            {
                MatrixMultiply.Gemm<float>(Rows, Classes, Hidden, new(px, Hidden, 1), new(pw, 1, Hidden), pz, accumulate: false);
                MatrixMultiply.Gemm<float>(Rows, Hidden, Classes, new(pz, Classes, 1), new(pw, Hidden, 1), pdx, accumulate: false);
                MatrixMultiply.Gemm<float>(Classes, Hidden, Rows, new(pz, 1, Classes), new(px, Hidden, 1), pdw, accumulate: false);
            }
        }
    }
}
