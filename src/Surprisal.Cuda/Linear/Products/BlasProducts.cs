namespace Surprisal.Cuda;

/// <summary>
/// Products by cuBLAS, which has columns where we have rows: the logits [classes, rows] are its matrix [rows, classes], hidden states and
/// weight are transposed.
/// </summary>
/// <param name="blas">What multiplies.</param>
/// <param name="mayRound">Whether it may round factors of float.</param>
internal sealed class BlasProducts(IBlas blas, bool mayRound) : ILinearProducts
{
    public bool AreOwn => false;

    public void Logits(LinearBuffers buffers, LinearBlock block)
    {
        var features = buffers.Sizes.Features;
        blas.Multiply(new(block.Rows, block.Classes, features, 1, Rows(buffers, block) with { IsTransposed = true },
            Classes(buffers, buffers.Weight, block), new(buffers.Logits, buffers.Pitch, Wide(buffers)), Adds: false, mayRound));
    }

    public void Hidden(LinearBuffers buffers, LinearBlock block, bool adds)
    {
        var features = buffers.Sizes.Features;
        var to = new BlasMatrix(buffers.RowOf(buffers.HiddenGradient, block.FirstRow, buffers.WideSize), features, Wide(buffers));
        blas.Multiply(new(features, block.Rows, block.Classes, 1 / buffers.Lift, Classes(buffers, buffers.Weight, block),
            Gradients(buffers) with { IsTransposed = true }, to, adds, mayRound));
    }

    public void Weight(LinearBuffers buffers, LinearBlock block, bool adds) =>
        blas.Multiply(new(buffers.Sizes.Features, block.Classes, block.Rows, 1 / buffers.Lift, Rows(buffers, block), Gradients(buffers),
            Classes(buffers, buffers.WeightGradient, block), adds, mayRound));

    private static ElementType Wide(LinearBuffers buffers) => ElementType.WideOf(buffers.Type);

    private static BlasMatrix Rows(LinearBuffers buffers, LinearBlock block) =>
        new(buffers.RowOf(buffers.Hidden, block.FirstRow, buffers.Type.Size), buffers.Sizes.Features, buffers.Type);

    private static BlasMatrix Classes(LinearBuffers buffers, ulong array, LinearBlock block) =>
        new(buffers.ClassOf(array, block.FirstClass), buffers.Sizes.Features, buffers.Type);

    private static BlasMatrix Gradients(LinearBuffers buffers) => buffers.Narrow == 0
        ? new(buffers.Logits, buffers.Pitch, buffers.Type)
        : new(buffers.Narrow, buffers.Pitch, buffers.Type);
}
