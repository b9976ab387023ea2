namespace Surprisal.Cuda;

/// <content>Blocks of a cluster, which read each other's memory: PTX 7.8, cards from sm_90 on.</content>
internal sealed partial class PtxWriter
{
    /// <summary>Which cluster of the launch it is.</summary>
    public Whole<U32> Cluster() => Special("clusterid.x");

    /// <summary>Which block of its cluster it is.</summary>
    public Whole<U32> RankInCluster() => Special("cluster_ctarank");

    /// <summary>How many blocks a cluster has.</summary>
    public Whole<U32> BlocksOfCluster() => Special("cluster_nctarank");

    /// <summary>Tells the cluster that the thread is here; what it did before is seen by all that <see cref="AwaitCluster"/>.</summary>
    public void ArriveInCluster() => Line("barrier.cluster.arrive");

    /// <summary>Waits until all threads of the cluster have arrived.</summary>
    public void AwaitCluster() => Line("barrier.cluster.wait");

    /// <summary>Waits for all threads of the cluster, and makes their writes seen.</summary>
    public void ClusterBarrier()
    {
        ArriveInCluster();
        AwaitCluster();
    }

    /// <summary>The number at an address of this block in another block of the cluster, which has to be there still.</summary>
    public Real<T> LoadOfBlock<T>(Whole<U32> address, Whole<U32> rank) where T : struct, IRealFormat
    {
        var there = Register(U32.Prefix);
        Line($"mapa.shared::cluster.u32 {there}, {address.Name}, {rank.Name}");
        return new(this, Load("shared::cluster", T.Type, T.Prefix, there, 0));
    }
}
