namespace Surprisal.Cuda;

/// <summary>The elements of a product that a thread makes: of each the chain that is being added, and the sum of those before.</summary>
internal sealed class ProductSums<TElement, T> where TElement : struct, IElement<T> where T : struct, IRealFormat
{
    private const int Rows = ProductTile<T>.RowsOfAThread, Columns = ProductTile<T>.ColumnsOfAThread;

    private readonly PtxWriter writer;
    private readonly Whole<U64> array;
    private readonly Whole<U32> pitch, row, column, rowInTile, columnInTile, m, n;
    private readonly Real<T>[] chains = new Real<T>[Rows * Columns], sums = new Real<T>[Rows * Columns];

    /// <param name="writer">Of the kernel.</param>
    /// <param name="array">C.</param>
    /// <param name="pitch">Bytes from one of its rows to the next.</param>
    /// <param name="top">The tile's first row.</param>
    /// <param name="left">Its first column.</param>
    /// <param name="m">The rows of C.</param>
    /// <param name="n">Its columns.</param>
    public ProductSums(
        PtxWriter writer, Whole<U64> array, Whole<U32> pitch, Whole<U32> top, Whole<U32> left, Whole<U32> m, Whole<U32> n)
    {
        (this.writer, this.array, this.pitch, this.m, this.n) = (writer, array, pitch, m, n);
        const int across = ProductTile<T>.Columns / Columns;
        var thread = writer.Thread();
        (rowInTile, columnInTile) = ((thread >> BitOperations.Log2((uint)across)) * Rows, (thread & (across - 1)) * Columns);
        (row, column) = (top + rowInTile, left + columnInTile);
        IsActive = row < m & column < n;
    }

    /// <summary>Whether any of them is in C.</summary>
    public Predicate IsActive { get; }

    /// <summary>Begins with what C holds, or with nothing: -0 is what leaves every number that is added to it as it is.</summary>
    public void Begin(Whole<U32> products, Whole<U32> adds)
    {
        var nothing = Real<T>.Select(Whole<U32>.Equal(products, 0), Real<T>.Zero, Real<T>.Constant(-0.0));
        for (var i = 0; i < sums.Length; i++) (chains[i], sums[i]) = (writer.Variable(Real<T>.Zero), writer.Variable(nothing));
        writer.If(Whole<U32>.NotEqual(adds, 0) & IsActive,
            () => ForEach((i, address) => writer.Set(sums[i], TElement.Load(writer, address))));
    }

    /// <summary>A tile of both factors, or what is left of them.</summary>
    public void Multiply(Whole<U32> buffer, Whole<U32> left)
    {
        var (a, b) = (buffer + rowInTile * T.Size, buffer + columnInTile * T.Size + ProductTile<T>.Second);
        int aStep = ProductTile<T>.Pitch(ProductTile<T>.Rows) * T.Size, bStep = ProductTile<T>.Pitch(ProductTile<T>.Columns) * T.Size;
        writer.If(left >= ProductTile<T>.Step, () =>
        {
            for (var product = 0; product < ProductTile<T>.Step; product++) Add(a, product * aStep, b, product * bStep);
        }, () => writer.For<U32>(0, left, 1, product => Add(a + product * aStep, 0, b + product * bStep, 0)));
    }

    /// <summary>Adds the chains to the sums and begins new ones.</summary>
    public void EndChain()
    {
        for (var i = 0; i < sums.Length; i++)
        {
            writer.Set(sums[i], sums[i] + chains[i]);
            writer.Set(chains[i], Real<T>.Zero);
        }
    }

    /// <summary>Stores what is in C.</summary>
    public void Store() => writer.If(IsActive, () => ForEach((i, address) => TElement.Store(writer, address, sums[i])));

    private void Add(Whole<U32> a, int aOffset, Whole<U32> b, int bOffset)
    {
        var (rows, columns) = (writer.LoadSharedRow<T>(a, aOffset, Rows), writer.LoadSharedRow<T>(b, bOffset, Columns));
        for (var i = 0; i < Rows; i++)
        for (var j = 0; j < Columns; j++)
            writer.Accumulate(chains[i * Columns + j], rows[i], columns[j]);
    }

    private void ForEach(Action<int, Whole<U64>> each)
    {
        for (var i = 0; i < Rows; i++)
        {
            var (at, inRow) = (i == 0 ? row : row + i, i * Columns);
            writer.If(at < m, () =>
            {
                var start = writer.Row(array, at, pitch);
                for (var j = 0; j < Columns; j++)
                {
                    var (beside, element) = (j == 0 ? column : column + j, inRow + j);
                    writer.If(beside < n, () => each(element, writer.At(start, beside, TElement.Size)));
                }
            });
        }
    }
}
