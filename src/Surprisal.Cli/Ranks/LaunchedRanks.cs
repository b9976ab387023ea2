using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Surprisal.Mpi;
using Surprisal.Training;

namespace Surprisal.Cli.Ranks;

/// <summary>The ranks that a launcher such as mpirun has started this command as; alone there is one, and no MPI is touched.</summary>
internal static class LaunchedRanks
{
    /// <summary>How old the checkpoint of several ranks may become.</summary>
    private static readonly TimeSpan saveAge = TimeSpan.FromMinutes(10);

    private static readonly Stopwatch clock = Stopwatch.StartNew();

    private static Communicator? communicator;

    /// <summary>Whether a launcher has started this process as one of several, and MPI is to be used.</summary>
    public static bool IsLaunched { get; } =
        Communicator.LaunchedRank is not null && Environment.GetEnvironmentVariable("SURPRISAL_MPI") != "off";

    /// <summary>This one, from 0.</summary>
    public static int Rank => communicator?.Rank ?? (IsLaunched ? Communicator.LaunchedRank!.Value : 0);

    /// <summary>Who shares the work.</summary>
    public static ProcessGroup Group => communicator ?? ProcessGroup.Alone;

    /// <summary>Them over MPI; null alone.</summary>
    public static Communicator? Communicator => communicator;

    /// <summary>
    /// Whatever the launcher has made of the output: no terminal, one write a line, and rank 0 is who is heard; others say who they are.
    /// </summary>
    public static void QuietOutput()
    {
        if (!IsLaunched) return;
        Environment.SetEnvironmentVariable("TERM", "dumb"); // a pseudo-terminal of mpirun would be sent the codes of a keypad
        Console.SetOut(Rank == 0 ? Plain(Console.OpenStandardOutput()) : TextWriter.Null);
        Console.SetError(Rank == 0 ? Plain(Console.OpenStandardError())
            : new RankErrors(Plain(Console.OpenStandardError()), $"rank {Rank} ({Environment.MachineName}): "));
    }

    /// <summary>Runs a command on all ranks; what one of them throws ends all.</summary>
    /// <param name="body">What is done between the first and the last word to MPI; its exit code is the same on all.</param>
    /// <param name="timeout">How long a wait for others may last; null for the default.</param>
    public static int Run(Func<int> body, TimeSpan? timeout)
    {
        if (!IsLaunched) return body();
        using var ranks = Communicator.Open();
        communicator = ranks;
        if (timeout is { } most) ranks.RankTimeout = most;
        try
        {
            return body();
        }
        catch (MpiException error) // the same on all
        {
            if (Rank == 0) Console.Error.WriteLine($"surprisal: {error.Message}");
            return Commands.WrongUsage;
        }
        catch (Exception error) when (ranks.Size > 1)
        {
            Console.Error.WriteLine($"surprisal: {TerminalText.Escape(Commands.Plain(error.Message))}");
            ranks.Abort(Commands.Failed);
            return Commands.Failed;
        }
        finally
        {
            communicator = null;
        }
    }

    /// <summary>What rank 0 knows, told to all.</summary>
    public static string Tell(Func<string> text)
    {
        if (Group.Size == 1) return text();
        var bytes = Rank == 0 ? Encoding.UTF8.GetBytes(text()) : [];
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        Group.Broadcast(length, root: 0).Wait();
        if (Rank > 0) bytes = new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
        if (bytes.Length > 0) Group.Broadcast(bytes, root: 0).Wait();
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Whether something is so, as rank 0 sees it: a shared folder may show others what has been a while ago.</summary>
    public static bool Agree(bool isSo) => Tell(() => isSo ? "yes" : "").Length > 0;

    /// <summary>Makes sure that all ranks are about to do the same, and says who they are.</summary>
    public static void Introduce(DistributedTrainer training, TrainLog log)
    {
        if (!IsLaunched) return;
        training.Introduce();
        log.Ranks(training.Hosts);
        if (Rank > 0) return;
        foreach (var (rank, host) in training.Hosts.Index()) Console.Error.WriteLine($"surprisal: rank {rank}: {host}");
    }

    /// <summary>Progress of a launched training, which is also saved now and then when all ranks have the same weights.</summary>
    public static IProgress<TrainingPosition>? Saving(IProgress<TrainingPosition>? shown, DistributedTrainer training, Action save)
    {
        if (!IsLaunched) return shown;
        return new TimedSave(shown, () =>
        {
            training.CompareWeights();
            save();
            Meet("saving");
        }, saveAge, static () => communicator is { LastStep: [var first, ..] } ? first.Elapsed : clock.Elapsed,
            () => training.Trainer.WasStopped);
    }

    /// <summary>The folder of a run: rank 0 opens it, the others follow.</summary>
    public static RunFolder Open(Func<RunFolder> open)
    {
        RunFolder? folder = null;
        var path = Tell(() => (folder = open()).Location);
        folder ??= RunFolder.Follow(path);
        if (communicator is not null) communicator.StateFolder = folder.RanksFolder;
        return folder;
    }

    /// <summary>Waits for rank 0, which writes; for longer than a step may take.</summary>
    public static void Meet(string phase)
    {
        if (Group.Size == 1) return;
        Group.Report(0, phase);
        Group.Barrier();
    }

    private static StreamWriter Plain(Stream stream) => new(stream, new UTF8Encoding(false)) { AutoFlush = true };
}
