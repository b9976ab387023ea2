namespace Surprisal.Cuda;

/// <summary>
/// What tiles of classes tell of a row, in ascending order, and at last its loss and what its gradients are made of: operation for
/// operation the library's, in double, a thread a row.
/// </summary>
internal static class LinearRowKernel<T> where T : struct, IRealFormat
{
    private const int Threads = LinearKernels.Threads;

    public static PtxKernel Entry => new(LinearKernels.Rows, Threads, 4, Write);

    private static void Write(PtxWriter writer)
    {
        var arguments = LinearArguments.Read(writer);
        var (isFirst, isLast) = (writer.Parameter<U32>("is_first"), writer.Parameter<U32>("is_last"));
        var formula = new LinearFormula(writer, arguments.Smoothing, writer.Number<F64>("share"), writer.Number<F64>("total_weight"),
            writer.Number<F64>("z_loss"));
        var slope = writer.Number<F64>("slope");
        var (used, sampleWeights) = (writer.Address("used"), writer.Address("sample_weights"));
        var state = arguments.State;
        ClassArguments.ReturnIfStopped(writer, state);
        var row = writer.Block() * Threads + writer.Thread();
        writer.ReturnIf(row >= Whole<U32>.Min(arguments.BlockRows, LinearRows.Left(writer, arguments.Count, arguments.FirstRow)));
        var (of, rows) = (row + arguments.FirstRow, arguments.Rows);
        var max = writer.Variable(Real<F64>.Constant(double.NegativeInfinity));
        var (sum, cost) = (writer.Variable(Real<F64>.Zero), writer.Variable(Real<F64>.Zero));
        writer.If(Whole<U32>.Equal(isFirst, 0), () =>
        {
            writer.Set(max, rows.Load(LinearRows.Max, of));
            writer.Set(sum, rows.Load(LinearRows.ExpSum, of));
            writer.Set(cost, rows.Load(LinearRows.Cost, of));
        });
        var tiles = (arguments.Classes + (LinearTiles.Classes - 1)) / LinearTiles.Classes;
        writer.For<U32>(0, tiles, 1, tile =>
        {
            var from = arguments.Tile(writer, tile, row);
            var found = writer.Load<F64>(from);
            var next = Larger(found, max);
            writer.Set(sum, sum * Brought(writer, max, next) + writer.Load<F64>(from, 8) * Brought(writer, found, next));
            writer.Set(max, next);
            writer.Set(cost, cost + writer.Load<F64>(from, 16));
        });
        writer.If(Whole<U32>.Equal(isLast, 0), () =>
        {
            rows.Store(LinearRows.Max, of, max);
            rows.Store(LinearRows.ExpSum, of, sum);
            rows.Store(LinearRows.Cost, of, cost);
        }, () =>
        {
            var target = writer.LoadWhole<U32>(writer.At(arguments.Targets, of, 4));
            var w = writer.Widen(arguments.WeightOf<T>(writer, target));
            var position = writer.LoadWhole<U32>(writer.At(used, of, 4));
            var sampleWeight = ClassArguments.SampleWeightOf(writer, sampleWeights, position);
            var scale = writer.Load<F64>(state, EvaluationState.Offset(nameof(EvaluationState.Scale))) * sampleWeight * slope;
            formula.Write(rows, of, new(max, sum, cost, rows.Load(LinearRows.Target, of)), w, scale, sampleWeight);
        });
    }

    /// <summary>The larger, or NaN where either is.</summary>
    private static Real<F64> Larger(Real<F64> a, Real<F64> b) =>
        Real<F64>.Select(Real<F64>.Equal(a, a), Real<F64>.MaxOrSecond(a, b), a);

    /// <summary>exp(max - next), 1 where both are the same infinity.</summary>
    private static Real<F64> Brought(PtxWriter writer, Real<F64> max, Real<F64> next) =>
        Real<F64>.Select(Real<F64>.Equal(max, next), Real<F64>.One, Exponential.NonPositive(writer, max - next));
}
