namespace Surprisal.Training;

/// <summary>
/// Processes that train one model together, each the parts of a batch that are its own: how bytes get from one to the others. What they
/// mean is the trainer's business: see <see cref="Trainer.Parts"/>.
/// </summary>
/// <remarks>
/// The package Surprisal.Mpi has one over MPI, and one of threads; derive from it for another network. Every process makes the same calls
/// with the same lengths, those of one channel in the same order. Memory belongs to the transfer until it is complete.
/// </remarks>
public abstract class ProcessGroup
{
    /// <summary>The channels: transfers on different ones may begin in another order on another process.</summary>
    public const int Channels = 3;

    /// <summary>A group of this process alone.</summary>
    public static ProcessGroup Alone { get; } = new SingleProcess();

    /// <summary>This process, from 0.</summary>
    public abstract int Rank { get; }

    /// <summary>How many there are.</summary>
    public abstract int Size { get; }

    /// <summary>Everybody gets what each of them sends, one after the other in the order of ranks.</summary>
    /// <param name="send">What this one sends; of one length on all.</param>
    /// <param name="receive"><see cref="Size"/> times as long.</param>
    /// <param name="channel">From 0 to below <see cref="Channels"/>.</param>
    public abstract Transfer AllGather(ReadOnlyMemory<byte> send, Memory<byte> receive, int channel = 0);

    /// <summary>Cut into as many slices as there are processes, the slice of each goes to it.</summary>
    /// <param name="send">The slices, in the order of ranks, of one length.</param>
    /// <param name="receive">As long: what each of them sent to this one.</param>
    /// <param name="channel">From 0 to below <see cref="Channels"/>.</param>
    public abstract Transfer AllToAll(ReadOnlyMemory<byte> send, Memory<byte> receive, int channel = 0);

    /// <summary>Everybody gets what one of them has.</summary>
    /// <param name="bytes">To send on that one, to receive on the others.</param>
    /// <param name="root">Its rank.</param>
    /// <param name="channel">From 0 to below <see cref="Channels"/>.</param>
    public abstract Transfer Broadcast(Memory<byte> bytes, int root, int channel = 0);

    /// <summary>Returns when all processes have come here.</summary>
    public virtual void Barrier() => AllGather(new byte[1], new byte[Size]).Wait();

    /// <summary>Told what this process is at, so that somebody who waits for it can say so. Default: nothing happens.</summary>
    /// <param name="step">Steps begun since the start.</param>
    /// <param name="phase">In a word or two, such as forward.</param>
    public virtual void Report(long step, string phase)
    {
    }

    /// <summary>Told after each step how it went on every process. Default: nothing happens.</summary>
    /// <param name="step">In the order of ranks.</param>
    public virtual void Report(IReadOnlyList<StepRecord> step)
    {
    }

    /// <summary>The rank and, where the group knows it, the machine: rank 3 (host b).</summary>
    /// <param name="rank">From 0 to below <see cref="Size"/>.</param>
    public virtual string Describe(int rank) => $"rank {rank}";
}
