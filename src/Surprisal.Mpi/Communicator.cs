using Surprisal.Training;

namespace Surprisal.Mpi;

/// <summary>All ranks of a launch over the MPI that is installed; alone, without a launcher, one.</summary>
/// <remarks>
/// Whoever opens it calls it: MPI is used from that thread only. Every wait ends after <see cref="RankTimeout"/> with a line that names who
/// is behind, and the process with it. An end without <see cref="Dispose"/> is an error that ends the others.
/// </remarks>
/// <example>
/// What a program does that <c>mpirun -n 4</c> has started:
/// <c>using var ranks = Communicator.Open(); var trainer = new Trainer(model, loss, optimizer) { Parts = 8, Group = ranks };</c>
/// </example>
public sealed unsafe class Communicator : ProcessGroup, IDisposable
{
    /// <summary>The exit code of a rank that has given up.</summary>
    public const int GaveUp = 70;

    private readonly nint world;
    private readonly nint[] channels;
    private readonly bool isOurs;
    private readonly int thread = Environment.CurrentManagedThreadId;
    private readonly Watchdog watchdog;
    private readonly SlowRanks slow;
    private bool isClosed;

    internal Communicator(MpiLibrary library, Launcher? launcher)
    {
        Library = library;
        isOurs = !library.IsInitialized;
        if (isOurs) library.Init();
        world = library.Constants.World;
        (Rank, Size) = library.Place(world);
        if (launcher is not null && launcher.Size != Size)
        {
            var complaint = WrongPair(launcher, library, Size);
            if (isOurs) library.Finish();
            throw new MpiException(complaint);
        }
        channels = [.. Enumerable.Range(0, Channels).Select(_ => library.Duplicate(world))];
        watchdog = new(this);
        slow = new(this);
        AppDomain.CurrentDomain.ProcessExit += Left;
    }

    /// <inheritdoc/>
    public override int Rank { get; }

    /// <inheritdoc/>
    public override int Size { get; }

    /// <summary>The library's name and version, such as Open MPI v4.1.4.</summary>
    public string Version => Library.Version();

    /// <summary>
    /// How long a wait for others may last. Default a minute; ten times as long in the first step, while something is saved, and in
    /// validation.
    /// </summary>
    public TimeSpan RankTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// A folder that all ranks see, where each says every second what it is at, so that who waits can name who is behind. Default null:
    /// none.
    /// </summary>
    public string? StateFolder { get; set; }

    /// <summary>Receives lines about slow ranks, on rank 0. Default: standard error.</summary>
    public Action<string> Log { get; set; } = Console.Error.WriteLine;

    internal MpiLibrary Library { get; }

    internal IReadOnlyList<string> Hosts { get; set; } = [];

    /// <summary>The rank that a launcher has given to this process, before MPI is asked; null where none has started it.</summary>
    public static int? LaunchedRank => Launcher.Here is { } launcher ? launcher.Rank ?? 0 : null;

    /// <summary>Loads MPI, initializes it unless somebody has, and compares the number of ranks with the launcher's.</summary>
    /// <exception cref="MpiException">There is no MPI, or another one than the launcher's.</exception>
    public static Communicator Open()
    {
        var launcher = Launcher.Here;
        return new(MpiLibrary.Load(launcher), launcher);
    }

    /// <inheritdoc/>
    public override Transfer AllGather(ReadOnlyMemory<byte> send, Memory<byte> receive, int channel = 0)
    {
        Check(receive.Length == (long)send.Length * Size, nameof(receive), "the number of ranks times as long as what is sent");
        var (from, to) = (send.Pin(), receive.Pin());
        var transfer = new MpiTransfer(this, from, to);
        Library.AllGather(from.Pointer, send.Length, to.Pointer, channels[channel], transfer.Request);
        return transfer;
    }

    /// <inheritdoc/>
    public override Transfer AllToAll(ReadOnlyMemory<byte> send, Memory<byte> receive, int channel = 0)
    {
        Check(receive.Length == send.Length && send.Length % Size == 0, nameof(receive),
            "as long as what is sent, in slices of one length");
        var (from, to) = (send.Pin(), receive.Pin());
        var transfer = new MpiTransfer(this, from, to);
        Library.AllToAll(from.Pointer, send.Length / Size, to.Pointer, channels[channel], transfer.Request);
        return transfer;
    }

    /// <inheritdoc/>
    public override Transfer Broadcast(Memory<byte> bytes, int root, int channel = 0)
    {
        Check((uint)root < (uint)Size, nameof(root), $"a rank from 0 to {Size - 1}");
        var memory = bytes.Pin();
        var transfer = new MpiTransfer(this, memory, default);
        Library.Broadcast(memory.Pointer, bytes.Length, root, channels[channel], transfer.Request);
        return transfer;
    }

    /// <summary>Returns when all ranks have come here.</summary>
    public override void Barrier()
    {
        CheckThread();
        var transfer = new MpiTransfer(this, default, default);
        Library.Barrier(channels[0], transfer.Request);
        transfer.Wait();
    }

    /// <summary>Ends all ranks at once: what a rank does that cannot go on. Does not return.</summary>
    /// <param name="exitCode">Of the launch; 1 to 125 as a rule.</param>
    public void Abort(int exitCode)
    {
        Console.Out.Flush();
        Console.Error.Flush();
        Library.Abort(world, exitCode);
        LibC.Exit(exitCode);
    }

    /// <inheritdoc/>
    public override void Report(long step, string phase) => watchdog.Enter(step, phase);

    /// <inheritdoc/>
    public override void Report(IReadOnlyList<StepRecord> step)
    {
        LastStep = step;
        slow.Add(step);
    }

    /// <inheritdoc/>
    public override string Describe(int rank) => rank < Hosts.Count ? $"rank {rank} ({Hosts[rank]})" : $"rank {rank}";

    /// <summary>How the last step went on each rank: the same on all of them. Empty before the first, and alone.</summary>
    public IReadOnlyList<StepRecord> LastStep { get; private set; } = [];

    /// <summary>How the steps since the last call went on each rank, all together: the last step, times and bytes.</summary>
    public IReadOnlyList<StepRecord> TakeTotals() => slow.TakeTotals();

    /// <summary>Leaves the others; MPI cannot be initialized again in this process.</summary>
    public void Dispose()
    {
        if (isClosed) return;
        isClosed = true;
        AppDomain.CurrentDomain.ProcessExit -= Left;
        watchdog.Dispose();
        if (isOurs) Library.Finish();
    }

    internal void BeginWait() => watchdog.BeginWait();

    internal void EndWait() => watchdog.EndWait();

    /// <exception cref="InvalidOperationException">Another thread than the one that has opened it, or it is closed.</exception>
    internal void CheckThread()
    {
        ObjectDisposedException.ThrowIf(isClosed, this);
        if (Environment.CurrentManagedThreadId != thread)
            throw new InvalidOperationException("a communicator belongs to the thread that has opened it; this is another one.");
    }

    internal static string WrongPair(Launcher launcher, MpiLibrary library, int size) =>
        $"started by {launcher.Name} with {launcher.Size} ranks, but {library.File} ({library.Version()}) sees {size}: use " +
        library.Family switch
        {
            MpiFamily.OpenMpi => "mpirun.openmpi",
            MpiFamily.Mpich => "mpirun.mpich",
            _ => "the mpirun that belongs to it",
        } + ", or " +
        (launcher.Family == MpiFamily.OpenMpi ? $"{MpiLibrary.Variable}=libmpi.so.40"
            : launcher.Family == MpiFamily.Mpich ? $"{MpiLibrary.Variable}=libmpich.so.12"
            : "srun --mpi=pmix") + ".";

    private void Check(bool fits, string argument, string expected)
    {
        CheckThread();
        if (!fits) throw new ArgumentException($"{argument} does not fit; {expected} was expected.", argument);
    }

    private void Left(object? sender, EventArgs arguments)
    {
        if (isClosed || Size == 1) return;
        Console.Error.WriteLine($"{Describe(Rank)} left without finishing");
        Console.Error.Flush();
        LibC.Exit(GaveUp);
    }
}
