namespace Surprisal.Tests.Cuda;

/// <summary>Who accessed memory last, and after how many barriers of its block and of its cluster.</summary>
internal readonly record struct PtxAccess(int Thread, int Block, int Cluster, int Epoch, int Arrivals)
{
    private const int Nobody = -1, Several = -2;

    public static PtxAccess None => new(Nobody, Nobody, Nobody, 0, 0);

    public static PtxAccess Of(PtxThread thread) => new(thread.Number, thread.Block, thread.Cluster, thread.Epoch, thread.Arrivals);

    /// <summary>
    /// Whether the thread sees it: it is its own, a barrier of the block was between, or the cluster has waited for one at which it arrived
    /// later.
    /// </summary>
    public bool IsBefore(PtxThread by) => Thread == Nobody || Thread == by.Number || (Block == by.Block && Epoch < by.Epoch)
        || (Cluster == by.Cluster && Arrivals < by.Passed);

    /// <summary>The access of another thread beside it, or after it.</summary>
    public PtxAccess And(PtxThread by) => IsBefore(by) ? Of(by) : new(Several, Block == by.Block ? Block : Several,
        Cluster == by.Cluster ? Cluster : Several, Math.Max(Epoch, by.Epoch), Math.Max(Arrivals, by.Arrivals));
}
