namespace Surprisal.Cuda;

/// <summary>Products by kernels of our own: <see cref="ProductKernels{TElement, TWide, T}"/>.</summary>
internal sealed class OwnProducts(ICudaDevice device) : ILinearProducts
{
    public bool AreOwn => true;

    public void Logits(LinearBuffers buffers, LinearBlock block) => Launch(buffers, LinearProduct.Logits, block, adds: false,
        new(buffers.ClassOf(buffers.Weight, block.FirstClass), Features(buffers)),
        new(buffers.RowOf(buffers.Hidden, block.FirstRow, buffers.Type.Size), Features(buffers)),
        new(buffers.Logits, Rows(buffers)), block.Classes, block.Rows, buffers.Sizes.Features);

    public void Hidden(LinearBuffers buffers, LinearBlock block, bool adds) => Launch(buffers, LinearProduct.Hidden, block, adds,
        new(buffers.Logits, Rows(buffers)), new(buffers.ClassOf(buffers.Weight, block.FirstClass), Features(buffers)),
        new(buffers.RowOf(buffers.HiddenGradient, block.FirstRow, buffers.WideSize), buffers.Sizes.Features * buffers.WideSize),
        block.Rows, buffers.Sizes.Features, block.Classes);

    public void Weight(LinearBuffers buffers, LinearBlock block, bool adds) => Launch(buffers, LinearProduct.Weight, block, adds,
        new(buffers.Logits, Rows(buffers)), new(buffers.RowOf(buffers.Hidden, block.FirstRow, buffers.Type.Size), Features(buffers)),
        new(buffers.ClassOf(buffers.WeightGradient, block.FirstClass), Features(buffers)),
        block.Classes, buffers.Sizes.Features, block.Rows);

    private static int Features(LinearBuffers buffers) => buffers.Sizes.Features * buffers.Type.Size;

    private static int Rows(LinearBuffers buffers) => buffers.Pitch * buffers.WideSize;

    /// <summary>C [m, n] = A B, or += that.</summary>
    private void Launch(
        LinearBuffers buffers, LinearProduct product, LinearBlock block, bool adds, Factor a, Factor b, Factor c, int m, int n, int k)
    {
        var shared = buffers.Type.IsDouble ? ProductTile<F64>.SharedBytes : ProductTile<F32>.SharedBytes;
        var blocks = (long)Pieces.Of(m, ProductTile<F32>.Rows) * Pieces.Of(n, ProductTile<F32>.Columns);
        device.Launch(LinearKernels.Modules[buffers.Type.Index], LinearKernels.Name(product), checked((int)blocks), shared, a.Start,
            (uint)a.Pitch, b.Start, (uint)b.Pitch, c.Start, (uint)c.Pitch, (uint)m, (uint)n, (uint)k, (uint)block.FirstRow,
            adds ? 1U : 0U, buffers.Count, buffers.State);
    }

    /// <summary>A matrix, and the bytes from one of its rows in memory to the next.</summary>
    private readonly record struct Factor(ulong Start, int Pitch);
}
