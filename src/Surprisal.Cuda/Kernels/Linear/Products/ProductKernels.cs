namespace Surprisal.Cuda;

/// <summary>
/// The products of linear cross-entropy, each element's in the library's order: chains of fused multiply-adds from zero, of a length that
/// the product fixes, and the chains added one after the other.
/// </summary>
/// <remarks>
/// Logits Z [classes, rows] = W X^T, whose chains have 256 features; the gradient of the rows, Z^T W, with chains of a tile of classes;
/// that of the weight, Z X, with chains of 64 rows.
/// </remarks>
internal static class ProductKernels<TElement, TWide, T>
    where TElement : struct, IElement<T>
    where TWide : struct, IElement<T>
    where T : struct, IRealFormat
{
    public static IReadOnlyList<PtxKernel> Entries =>
    [
        Kernel(LinearProduct.Logits, static writer => Write<TElement, TElement, TWide>(writer, LinearProduct.Logits, 256)),
        Kernel(LinearProduct.Hidden, static writer => Write<TWide, TElement, TWide>(writer, LinearProduct.Hidden, LinearTiles.Classes)),
        Kernel(LinearProduct.Weight, static writer => Write<TWide, TElement, TElement>(writer, LinearProduct.Weight, LinearTiles.Rows)),
    ];

    private static PtxKernel Kernel(LinearProduct product, Action<PtxWriter> write) =>
        new(LinearKernels.Name(product), ProductTile<T>.Threads, T.Size == 4 ? 2 : 1, write)
        {
            MaxSharedBytes = ProductTile<T>.SharedBytes,
        };

    /// <summary>C [m, n] = A B, or += that, with chains of <paramref name="chain"/> products.</summary>
    private static void Write<TA, TB, TC>(PtxWriter writer, LinearProduct product, int chain)
        where TA : struct, IElement<T>
        where TB : struct, IElement<T>
        where TC : struct, IElement<T>
    {
        var (a, aPitch, b, bPitch) = (writer.Address("a"), writer.Parameter<U32>("a_pitch"), writer.Address("b"),
            writer.Parameter<U32>("b_pitch"));
        var (c, cPitch) = (writer.Address("c"), writer.Parameter<U32>("c_pitch"));
        var (m, n, k) = (writer.Parameter<U32>("m"), writer.Parameter<U32>("n"), writer.Parameter<U32>("k"));
        var (firstRow, adds) = (writer.Parameter<U32>("first_row"), writer.Parameter<U32>("adds"));
        var (count, state) = (writer.Address("count"), writer.Address("state"));
        ClassArguments.ReturnIfStopped(writer, state);
        var columns = n + (ProductTile<T>.Columns - 1) >> BitOperations.Log2((uint)ProductTile<T>.Columns);
        var block = writer.Block();
        var (top, left) = (block / columns * ProductTile<T>.Rows, block % columns * ProductTile<T>.Columns);
        var rows = LinearRows.Left(writer, count, firstRow);
        if (product == LinearProduct.Logits) n = Whole<U32>.Min(n, rows);
        if (product == LinearProduct.Hidden) m = Whole<U32>.Min(m, rows);
        if (product == LinearProduct.Weight) k = Whole<U32>.Min(k, rows);
        writer.ReturnIf(top >= m);
        writer.ReturnIf(left >= n);
        var first = new FactorTile<TA, T>(writer, ProductTile<T>.Rows, product == LinearProduct.Hidden, a, aPitch, top, m, k);
        var second = new FactorTile<TB, T>(writer, ProductTile<T>.Columns, product != LinearProduct.Logits, b, bPitch, left, n, k);
        var sums = new ProductSums<TC, T>(writer, c, cPitch, top, left, m, n);
        sums.Begin(k, adds);
        Multiply(writer, first, second, sums, k, chain);
        sums.Store();
    }

    /// <summary>All products: a tile of both factors after the other, the next one fetched while this one is multiplied.</summary>
    private static void Multiply<TA, TB, TC>(
        PtxWriter writer, FactorTile<TA, T> first, FactorTile<TB, T> second, ProductSums<TC, T> sums, Whole<U32> k, int chain)
        where TA : struct, IElement<T>
        where TB : struct, IElement<T>
        where TC : struct, IElement<T>
    {
        var step = ProductTile<T>.Step;
        var memory = writer.DynamicShared();
        var (buffer, both) = (writer.Variable(memory), memory + memory + ProductTile<T>.Bytes);
        var stepsLeft = writer.Variable<U32>(chain / step);
        Whole<U32> zero = writer.Variable<U32>(0);

        void Keep()
        {
            first.Keep(buffer);
            second.Keep(buffer + ProductTile<T>.Second);
        }

        first.Fetch(zero);
        second.Fetch(zero);
        Keep();
        writer.Barrier();
        writer.For(zero, k, step, depth =>
        {
            var left = k - depth;
            var hasNext = left > step;
            writer.If(hasNext, () =>
            {
                first.Fetch(depth + step);
                second.Fetch(depth + step);
            });
            writer.Set(stepsLeft, stepsLeft - 1);
            writer.If(sums.IsActive, () =>
            {
                sums.Multiply(buffer, left);
                writer.If(Whole<U32>.Equal(stepsLeft, 0), sums.EndChain);
            });
            writer.If(Whole<U32>.Equal(stepsLeft, 0), () => writer.Set(stepsLeft, chain / step));
            writer.If(hasNext, () =>
            {
                writer.Set(buffer, both - buffer);
                Keep();
            });
            writer.Barrier();
        });
        writer.If(Whole<U32>.NotEqual(stepsLeft, chain / step), sums.EndChain);
    }
}
