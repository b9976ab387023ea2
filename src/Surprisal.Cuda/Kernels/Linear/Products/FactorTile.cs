namespace Surprisal.Cuda;

/// <summary>
/// A tile of a factor of a product on its way from global memory to that of the block, where it lies [products, width]: each thread carries
/// some of its numbers in registers while the tile before is multiplied.
/// </summary>
/// <typeparam name="TElement">What it is in memory.</typeparam>
/// <typeparam name="T">What it is computed in.</typeparam>
internal sealed class FactorTile<TElement, T> where TElement : struct, IElement<T> where T : struct, IRealFormat
{
    private readonly PtxWriter writer;
    private readonly int width, step;
    private readonly bool isTransposed;
    private readonly Whole<U64> start;
    private readonly Whole<U32> pitch, place, length, product, products, kept;
    private readonly Real<T>[] values;

    /// <param name="writer">Of the kernel.</param>
    /// <param name="width">How many rows of A, or columns of B, a tile has.</param>
    /// <param name="isTransposed">Whether these lie side by side in memory, and not the products of each.</param>
    /// <param name="array">The factor, rows of memory <paramref name="pitch"/> bytes apart.</param>
    /// <param name="pitch">Bytes.</param>
    /// <param name="first">The tile's first row of A, or column of B.</param>
    /// <param name="length">How many there are; numbers behind the last are 0.</param>
    /// <param name="products">How many products each element of the result has.</param>
    public FactorTile(
        PtxWriter writer,
        int width,
        bool isTransposed,
        Whole<U64> array,
        Whole<U32> pitch,
        Whole<U32> first,
        Whole<U32> length,
        Whole<U32> products)
    {
        (this.writer, this.width, this.isTransposed, this.pitch) = (writer, width, isTransposed, pitch);
        (this.length, this.products) = (length, products);
        var (thread, inner) = (writer.Thread(), isTransposed ? width : ProductTile<T>.Step);
        step = ProductTile<T>.Threads / inner;
        var (along, across) = (thread & (inner - 1), thread >> BitOperations.Log2((uint)inner));
        var inTile = isTransposed ? along : across;
        (place, product) = (first + inTile, isTransposed ? across : along);
        start = isTransposed
            ? writer.At(array, place, TElement.Size)
            : writer.At(writer.Row(array, place, pitch), product, TElement.Size);
        kept = (product * ProductTile<T>.Pitch(width) + inTile) * T.Size;
        values = new Real<T>[ProductTile<T>.Step * width / ProductTile<T>.Threads];
        for (var i = 0; i < values.Length; i++) values[i] = writer.Variable(Real<T>.Zero);
    }

    /// <summary>Loads the thread's numbers of the products from <paramref name="depth"/> on.</summary>
    public void Fetch(Whole<U32> depth)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            var (at, wanted) = (isTransposed ? place : Later(place, i), isTransposed ? Later(depth + product, i) : depth + product);
            writer.Set(value, Real<T>.Zero);
            writer.If(at < length & wanted < products, () => writer.Set(value, TElement.Load(writer, Address(depth, wanted, i))));
        }
    }

    /// <summary>Stores what was loaded in the memory of the block, from <paramref name="to"/> on.</summary>
    public void Keep(Whole<U32> to)
    {
        var from = to + kept;
        for (var i = 0; i < values.Length; i++)
            writer.StoreShared(from, values[i], i * step * (isTransposed ? ProductTile<T>.Pitch(width) : 1) * T.Size);
    }

    private Whole<U32> Later(Whole<U32> first, int i) => i == 0 ? first : first + i * step;

    private Whole<U64> Address(Whole<U32> depth, Whole<U32> wanted, int i)
    {
        if (isTransposed) return writer.Row(start, wanted, pitch);
        var row = writer.At(start, depth, TElement.Size);
        return i == 0 ? row : writer.At(row, pitch, i * step);
    }
}
