using System.Runtime.InteropServices;

namespace Surprisal.Cli;

/// <summary>Signals that ask a run to end: after the batch under way, saved. A second one ends the process at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private const int Base = 128; // what shells add to a signal's number

    private static readonly (PosixSignal Signal, int Number)[] Heard =
        [(PosixSignal.SIGHUP, 1), (PosixSignal.SIGINT, 2), (PosixSignal.SIGQUIT, 3), (PosixSignal.SIGTERM, 15)];

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private int first;

    public StopSignals() => registrations = Array.ConvertAll(Heard, heard => PosixSignalRegistration.Create(heard.Signal, context =>
    {
        context.Cancel = Interlocked.CompareExchange(ref first, heard.Number, 0) == 0;
        source.Cancel();
    }));

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>The exit code of a process that the signal ended, as shells have it: 130 for Ctrl-C.</summary>
    public int ExitCode => Base + first;

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
    }
}
