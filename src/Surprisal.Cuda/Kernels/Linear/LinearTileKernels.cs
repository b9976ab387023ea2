namespace Surprisal.Cuda;

/// <summary>
/// What happens to a block of logits between the products, a thread for each row and tile of classes: first what the tile tells of the row,
/// then the gradients.
/// </summary>
internal static class LinearTileKernels<TElement, T> where TElement : struct, IElement<T> where T : struct, IRealFormat
{
    public const int Threads = LinearKernels.Threads;

    public static IReadOnlyList<PtxKernel> Entries =>
        [.. from hasShares in (bool[])[false, true] from kernel in Kernels(hasShares) select kernel];

    private static PtxKernel[] Kernels(bool hasShares) =>
    [
        new(LinearKernels.Name(LinearKernels.Sums, hasShares), Threads, 4, writer => WriteSums(writer, hasShares)),
        new(LinearKernels.Name(LinearKernels.Gradients, hasShares), Threads, 4, writer => WriteGradients(writer, hasShares)),
    ];

    /// <summary>
    /// The maximum and the sum of exponentials without the pivot's, and what label smoothing or shares of probabilities add; exponentials
    /// stay in the place of products if that is asked for.
    /// </summary>
    private static void WriteSums(PtxWriter writer, bool hasShares)
    {
        var arguments = LinearArguments.Read(writer, hasShares);
        var keeps = Whole<U32>.NotEqual(writer.Parameter<U32>("keeps"), 0);
        ClassArguments.ReturnIfStopped(writer, arguments.State);
        var (tile, row) = Place(writer, arguments);
        writer.ReturnIf(row >= Whole<U32>.Min(arguments.BlockRows, LinearRows.Left(writer, arguments.Count, arguments.FirstRow)));
        var column = new LinearColumn<TElement, T>(writer, arguments, row);
        var of = row + arguments.FirstRow;
        var (first, end) = LinearTiles.ClassesOf(arguments, tile);
        var shares = hasShares ? new LinearShares<TElement, T>(writer, arguments, of) : null;
        var pivot = hasShares ? writer.Variable(first) : PivotOf(writer, arguments, of);
        var (nothing, total, cost) = (Real<T>.Constant(double.NegativeInfinity), new LaneSum<T>(writer, 1), new WeightedSum<T>(writer));
        var max = writer.Variable(nothing);
        var isSmooth = arguments.Smoothing > Real<F64>.Zero;
        writer.For(first, end, 1, c =>
        {
            var z = writer.Variable(column.Logit(column.Product(c)));
            if (hasShares) writer.If(z > max, () => writer.Set(pivot, c));
            else
            {
                writer.If(isSmooth, () => cost.Add(z, arguments.WeightOf<T>(writer, c + arguments.FirstClass)));
                writer.If(Whole<U32>.Equal(c, pivot), () =>
                {
                    arguments.Rows.Store(LinearRows.Pivot, of, writer.Widen(z));
                    writer.Set(z, nothing);
                });
            }
            writer.Set(max, Real<T>.MaxOrSecond(z, max));
        });
        var (shift, sum) = (LinearTiles.Shift(max), new LaneSum<T>(writer, 1));

        Real<T> Exp(Whole<U32> c)
        {
            var (z, isPivot) = (column.Logit(column.Product(c)), Whole<U32>.Equal(c, pivot));
            if (shares?.Of(c) is { } q)
            {
                total.Add(q);
                cost.Add(q, shift - z);
            }
            var e = Exponential.Shifted(writer, Real<T>.Select(isPivot, nothing, z), shift, out _);
            writer.If(keeps, () => writer.Store(column.At(c), hasShares ? Real<T>.Select(isPivot, Real<T>.One, e) : e));
            return e;
        }

        var whole = first + (end - first & -4);
        writer.For(first, whole, 4, c => sum.Add(Exp(c) + Exp(c + 1) + (Exp(c + 2) + Exp(c + 3))));
        writer.For(whole, end, 1, c => sum.Add(Exp(c)));
        var to = arguments.Tile(writer, tile, row);
        writer.Store(to, writer.Widen(max), LinearArguments.Max);
        writer.Store(to, sum.Value(), LinearArguments.ExpSum);
        writer.Store(to, cost.Value(), LinearArguments.Cost);
        if (shares is null) return;
        writer.Store(to, total.Value(), LinearArguments.Total);
        writer.Store(to, writer.Convert<U32, U64>(pivot + arguments.FirstClass), LinearArguments.Top);
        writer.Store(to, writer.Widen(shares.Of(pivot)), LinearArguments.TopShare);
    }

    /// <summary>
    /// From exponentials, or under a cap from products, to gradients in their place and, where that is asked for, as elements beside.
    /// </summary>
    private static void WriteGradients(PtxWriter writer, bool hasShares)
    {
        var arguments = LinearArguments.Read(writer, hasShares);
        var (narrow, lift) = (writer.Address("narrow"), writer.Number<F64>("lift"));
        ClassArguments.ReturnIfStopped(writer, arguments.State);
        var (tile, row) = Place(writer, arguments);
        writer.ReturnIf(row >= arguments.BlockRows);
        var (column, raised) = (new LinearColumn<TElement, T>(writer, arguments, row), writer.Narrow<T>(lift));
        var (first, end) = LinearTiles.ClassesOf(arguments, tile);
        var narrowPitch = arguments.BlockRows * TElement.Size;

        void Store(Whole<U32> c, Real<T> value)
        {
            writer.Store(column.At(c), value);
            writer.If(Whole<U64>.NotEqual(narrow, 0), () => TElement.Store(writer,
                writer.At(writer.Row(narrow, c, narrowPitch), row, TElement.Size), value * raised));
        }

        writer.If(row >= LinearRows.Left(writer, arguments.Count, arguments.FirstRow), () =>
        {
            writer.For(first, end, 1, c => Store(c, writer.Variable(Real<T>.Zero)));
            writer.Line("ret");
        });
        var of = row + arguments.FirstRow;
        var shares = hasShares ? new LinearShares<TElement, T>(writer, arguments, of) : null;
        var pivot = PivotOf(writer, arguments, of);
        var max = writer.Load<F64>(arguments.Tile(writer, tile, row), LinearArguments.Max);
        var factor = writer.Narrow<T>(Exponential.NonPositive(writer, max - arguments.Rows.Load(LinearRows.Max, of))
            * arguments.Rows.Load(LinearRows.Factor, of));
        var term = -writer.Narrow<T>(arguments.Rows.Load(LinearRows.Term, of));
        var atPivot = writer.Narrow<T>(arguments.Rows.Load(LinearRows.PivotGradient, of));
        var shift = LinearTiles.Shift(writer.Narrow<T>(max));
        var isSmooth = arguments.Smoothing > Real<F64>.Zero;
        writer.For(first, end, 1, c =>
        {
            var e = writer.Variable(writer.Load<T>(column.At(c)));
            writer.If(column.HasCap,
                () => writer.Set(e, Exponential.Shifted(writer, column.Logit(column.Product(c)), shift, out _)));
            var g = writer.Variable(e * factor);
            if (shares is not null) writer.Set(g, Real<T>.Fma(shares.Of(c), term, g));
            else
                writer.If(isSmooth,
                    () => writer.Set(g, Real<T>.Fma(e, factor, term * arguments.WeightOf<T>(writer, c + arguments.FirstClass))));
            writer.If(Whole<U32>.Equal(c, pivot), () => writer.Set(g, atPivot));
            writer.If(column.HasCap, () => writer.Set(g, column.CapGradient(g, column.Product(c))));
            Store(c, g);
        });
    }

    /// <summary>The thread's tile, and its row of the block.</summary>
    private static (Whole<U32> Tile, Whole<U32> Row) Place(PtxWriter writer, LinearArguments arguments)
    {
        var blocks = arguments.BlockRows + (Threads - 1) >> BitOperations.Log2((uint)Threads);
        var block = writer.Block();
        return (block / blocks, block % blocks * Threads + writer.Thread());
    }

    /// <summary>The pivot's class, counted from the block's first; one of another block is none of its classes.</summary>
    private static Whole<U32> PivotOf(PtxWriter writer, LinearArguments arguments, Whole<U32> row) =>
        writer.LoadWhole<U32>(arguments.Pivot(writer, row)) - arguments.FirstClass;
}
