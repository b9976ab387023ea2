namespace Surprisal.Cuda;

/// <summary>
/// The sums of a cluster's row from those of its units, of which each has as many threads as there are lanes: 16 units of a block in order,
/// then the blocks in order, then the lanes by a tree. Sums of what is not there are 0, which changes none.
/// </summary>
internal sealed class ClusterSums(PtxWriter writer, Whole<U32> thread, Whole<U32> blocks)
{
    private const int Lanes = 16, Parts = 16, Row = Lanes * 8, Table = Parts * Row;

    /// <summary>The sums in every thread, from those of the thread's lane of its unit. Arrives once more than it waits.</summary>
    public Real<F64>[] Of(params Real<F64>[] ofUnit)
    {
        var (table, ofBlock) = (writer.Shared("table", ofUnit.Length * Table), writer.Shared("of_block", ofUnit.Length * Row));
        var (own, unit, lane) = (table + thread * 8, thread / Lanes, thread & (Lanes - 1));
        for (var k = 0; k < ofUnit.Length; k++) writer.StoreShared(own, ofUnit[k], k * Table);
        writer.Barrier();
        writer.If(thread < ofUnit.Length * Lanes, // a unit's threads for each of the sums
            () => writer.StoreShared(ofBlock + thread * 8, InOrder(table + (unit * Table + lane * 8), 0)));
        writer.ClusterBarrier();
        var theirs = Array.ConvertAll(ofUnit, _ => writer.Variable(Real<F64>.Zero));
        writer.If(unit < blocks, () =>
        {
            for (var k = 0; k < theirs.Length; k++) writer.Set(theirs[k], writer.LoadOfBlock<F64>(ofBlock + (lane * 8 + k * Row), unit));
        });
        writer.ArriveInCluster(); // nothing of another block is read from here on
        for (var k = 0; k < theirs.Length; k++) writer.StoreShared(own, theirs[k], k * Table);
        writer.Barrier();
        return [.. ofUnit.Select((_, k) => RowLanes<F32>.Tree(writer, InOrder(table + lane * 8, k * Table)))];
    }

    private Real<F64> InOrder(Whole<U32> column, int offset) => Enumerable.Range(0, Parts)
        .Select(i => writer.LoadShared<F64>(column, offset + i * Row)).ToArray()
        .Aggregate(static (sum, next) => sum + next);
}
