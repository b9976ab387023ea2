using System.Globalization;

namespace Surprisal.Mpi;

/// <summary>
/// A thread beside MPI that ends this process when it has waited too long for the others: MPI itself would wait for ever, and its own abort
/// needs the link that may be cut.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private const int LongFactor = 10;

    private static readonly TimeSpan period = TimeSpan.FromSeconds(1);

    private readonly Communicator communicator;
    private readonly Timer timer;
    private long step, waitingSince; // milliseconds of the system's clock; 0 while nobody is waited for
    private string phase = "start";

    public Watchdog(Communicator communicator)
    {
        this.communicator = communicator;
        timer = new(_ => Look(), null, period, period);
    }

    public void Enter(long number, string name)
    {
        Volatile.Write(ref step, number);
        Volatile.Write(ref phase, name);
    }

    public void BeginWait() => Volatile.Write(ref waitingSince, Environment.TickCount64);

    public void EndWait() => Volatile.Write(ref waitingSince, 0);

    public void Dispose() => timer.Dispose();

    /// <summary>What is said of a wait that lasts too long.</summary>
    internal static string Complaint(string own, TimeSpan waited, long step, string phase, string behind) => string.Create(
        CultureInfo.InvariantCulture, $"{own} waited {waited.TotalSeconds:F0} s in step {step} for {phase}; furthest behind: {behind}");

    private void Look()
    {
        var (number, name, since) = (Volatile.Read(ref step), Volatile.Read(ref phase), Volatile.Read(ref waitingSince));
        if (communicator.StateFolder is { } folder) RankState.Write(folder, communicator.Rank, number, name);
        if (since == 0) return;
        var waited = TimeSpan.FromMilliseconds(Environment.TickCount64 - since);
        var isSlow = number <= 1 || name.Contains("sav", StringComparison.Ordinal) || name.Contains("validat", StringComparison.Ordinal);
        if (waited < (isSlow ? communicator.RankTimeout * LongFactor : communicator.RankTimeout)) return;
        var behind = communicator.StateFolder is { } shared ? RankState.Behind(shared, communicator.Size) : null;
        var who = behind is { } found ? $"{communicator.Describe(found.Rank)}, step {found.Step}, {found.Phase}" : "unknown";
        Console.Error.WriteLine(Complaint(communicator.Describe(communicator.Rank), waited, number, name, who));
        Console.Error.Flush();
        LibC.Exit(Communicator.GaveUp);
    }
}
