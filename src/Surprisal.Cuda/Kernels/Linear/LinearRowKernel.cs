namespace Surprisal.Cuda;

/// <summary>What tiles of classes tell of a row, and at last its loss and what its gradients are made of: a thread a row.</summary>
internal static class LinearRowKernel<T> where T : struct, IRealFormat
{
    private const int Threads = LinearKernels.Threads;

    public static IReadOnlyList<PtxKernel> Entries =>
    [
        .. from hasShares in (bool[])[false, true]
           select new PtxKernel(LinearKernels.Name(LinearKernels.Rows, hasShares), Threads, 4, writer => Write(writer, hasShares)),
    ];

    private static void Write(PtxWriter writer, bool hasShares)
    {
        var arguments = LinearArguments.Read(writer, hasShares);
        var (isFirst, isLast) = (writer.Parameter<U32>("is_first"), writer.Parameter<U32>("is_last"));
        var (totalWeight, penalty) = (writer.Number<F64>("total_weight"), writer.Number<F64>("z_loss"));
        var (slope, sampleWeights) = (writer.Number<F64>("slope"), writer.Address("sample_weights"));
        var state = arguments.State;
        ClassArguments.ReturnIfStopped(writer, state);
        var row = writer.Block() * Threads + writer.Thread();
        writer.ReturnIf(row >= Whole<U32>.Min(arguments.BlockRows, LinearRows.Left(writer, arguments.Count, arguments.FirstRow)));
        var (of, rows) = (row + arguments.FirstRow, arguments.Rows);
        ILinearRowSums sums = hasShares ? new LinearShareSums(writer, arguments.Pivots) : new LinearRowSums(writer);
        writer.If(Whole<U32>.Equal(isFirst, 0), () => sums.Load(rows, of));
        AddTiles(writer, arguments, row, sums);
        sums.Store(rows, of);
        writer.If(Whole<U32>.NotEqual(isLast, 0), () =>
        {
            var position = writer.LoadWhole<U32>(writer.At(arguments.Used, of, 4));
            var sampleWeight = ClassArguments.SampleWeightOf(writer, sampleWeights, position);
            var scale = writer.Load<F64>(state, EvaluationState.Offset(nameof(EvaluationState.Scale))) * sampleWeight * slope;
            if (sums is LinearShareSums shares) new LinearShareFormula(writer, penalty).Write(rows, of, shares, scale, sampleWeight);
            else
            {
                var w = writer.Widen(arguments.WeightOf<T>(writer, writer.LoadWhole<U32>(arguments.Pivot(writer, of))));
                new LinearFormula(writer, arguments.Smoothing, arguments.Share, totalWeight, penalty)
                    .Write(rows, of, (LinearRowSums)sums, w, scale, sampleWeight);
            }
        });
    }

    /// <summary>The block's tiles of a row, ascending.</summary>
    public static void AddTiles(PtxWriter writer, LinearArguments arguments, Whole<U32> row, ILinearRowSums sums)
    {
        var tiles = (arguments.Classes + (LinearTiles.Classes - 1)) / LinearTiles.Classes;
        writer.For<U32>(0, tiles, 1, tile => sums.Add(arguments.Tile(writer, tile, row)));
    }
}
