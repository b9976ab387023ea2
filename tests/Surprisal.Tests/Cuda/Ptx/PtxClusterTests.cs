using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>The interpreter's clusters: what they exchange, and each fault that it is there to find.</summary>
public sealed class PtxClusterTests
{
    private const int Threads = 32;

    [Fact]
    public void Blocks_read_each_others_memory()
    {
        const int Blocks = 3;
        var result = Run(Blocks, static k =>
        {
            k.Writer.StoreShared(k.Own, k.Writer.ToReal<U32, F64>(k.Rank * 100 + k.Thread));
            k.Writer.ClusterBarrier();
            var sum = k.Writer.Variable(Real<F64>.Zero);
            k.Writer.For<U32>(0, k.Writer.BlocksOfCluster(), 1,
                rank => k.Writer.Set(sum, sum + k.Writer.LoadOfBlock<F64>(k.Own, rank)));
            k.Writer.ArriveInCluster();
            k.Writer.If(Whole<U32>.Equal(k.Rank, 1), () => k.Writer.Store(k.Writer.At(k.Data, k.Thread, 8), sum));
            k.Writer.AwaitCluster();
        });
        for (var i = 0; i < Threads; i++) Assert.Equal(300 + Blocks * i, result[i]);
    }

    /// <summary>Block 0 runs first here: what it does too early to block 1, and what block 1 does too late to it, are found in other ways.</summary>
    [Theory]
    [InlineData("no barrier, read first", "read before it is written")]
    [InlineData("no barrier, written first", "beside a write of thread")]
    [InlineData("a barrier of the block", "beside a write of thread")]
    [InlineData("written between arrive and wait", "beside a write of thread")]
    [InlineData("overwritten after a read", "beside a read of another")]
    [InlineData("the block has ended", "is read, which has ended")]
    [InlineData("the block ends", "ends while thread")]
    [InlineData("a block leaves", "a barrier of the cluster that others have left")]
    [InlineData("a thread leaves", "a barrier of the cluster that others have left")]
    [InlineData("twice", "arrives twice")]
    [InlineData("not arrived", "at which it has not arrived")]
    [InlineData("not awaited", "ends before a barrier of the cluster at which it has arrived")]
    [InlineData("no such block", "there is no block 2 in a cluster of 2")]
    [InlineData("outside", "outside of every allocation")]
    [InlineData("as its own", "outside of every allocation")]
    public void Faults_are_found(string fault, string message)
    {
        var error = Assert.Throws<InvalidOperationException>(() => Run(2, k => Write(k, fault)));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Grids_are_whole_clusters() =>
        Assert.Contains("5 blocks are none in clusters of 2", Assert.Throws<InvalidOperationException>(() => Run(2, static _ => { }, blocks: 5)).Message,
            StringComparison.Ordinal);

    private static void Write(Kernel k, string fault)
    {
        var writer = k.Writer;
        void OfRank(int rank, Action then) => writer.If(Whole<U32>.Equal(k.Rank, rank), then);
        void Read(int rank) => writer.LoadOfBlock<F64>(k.Own, writer.Variable<U32>(rank));
        void Store() => writer.StoreShared(k.Own, Real<F64>.One);

        if (fault == "written between arrive and wait") writer.ArriveInCluster();
        if (fault == "a block leaves") OfRank(1, () => writer.Line("ret"));
        if (fault == "a thread leaves") writer.ReturnIf(Whole<U32>.Equal(k.Thread, 7));
        if (fault == "not arrived") writer.AwaitCluster();
        Store();
        if (fault == "no barrier, read first") OfRank(0, () => Read(1));
        if (fault == "no barrier, written first") OfRank(1, () => Read(0));
        if (fault == "a barrier of the block") writer.Barrier();
        if (fault == "a barrier of the block") OfRank(1, () => Read(0));
        if (fault == "written between arrive and wait") writer.AwaitCluster();
        else writer.ClusterBarrier();
        if (fault == "written between arrive and wait") Read(1);
        if (fault == "overwritten after a read")
        {
            OfRank(0, () => Read(1));
            OfRank(1, Store);
        }
        if (fault == "the block has ended") OfRank(1, () => Read(0));
        if (fault == "the block ends") OfRank(0, () => Read(1));
        if (fault == "twice") writer.ArriveInCluster();
        if (fault is "twice" or "not awaited") writer.ArriveInCluster();
        if (fault == "no such block") Read(2);
        if (fault == "outside") writer.LoadOfBlock<F64>(k.Own + 8 * Threads, writer.Variable<U32>(1));
        if (fault == "as its own")
        {
            var mapped = writer.Register(U32.Prefix);
            writer.Line($"mapa.shared::cluster.u32 {mapped}, {k.Own.Name}, {k.Rank.Name}");
            writer.LoadShared<F64>(new Whole<U32>(writer, mapped));
        }
    }

    private static double[] Run(int cluster, Action<Kernel> body, int blocks = 0)
    {
        var kernel = new PtxKernel("k", Threads, 1, writer =>
        {
            var (data, thread) = (writer.Address("data"), writer.Thread());
            body(new(writer, data, thread, writer.RankInCluster(), writer.Shared("memory", 8 * Threads) + thread * 8));
        }) { IsClustered = true };
        var device = new PtxDevice();
        using var memory = new DeviceScratch(device);
        var data = memory.Of<double>(new double[Threads]);
        device.Launch(new("test", [kernel]), kernel, new(blocks == 0 ? cluster : blocks, 0, cluster), data);
        return AssertBits.Read<double>(device, data, Threads);
    }

    /// <summary>What a kernel begins with; each thread has a number in the block's memory.</summary>
    private sealed record Kernel(PtxWriter Writer, Whole<U64> Data, Whole<U32> Thread, Whole<U32> Rank, Whole<U32> Own);
}
