using System.Runtime.InteropServices;

namespace Surprisal.Cli;

/// <summary>
/// Signals that ask a run to end: after the batch under way, saved. A second one ends the process at once. USR1, or a file, asks kindly:
/// the exit code is 0.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private const int Base = 128; // what shells add to a signal's number

    private static readonly (PosixSignal Signal, int Number)[] Heard =
        [(PosixSignal.SIGHUP, 1), (PosixSignal.SIGINT, 2), (PosixSignal.SIGQUIT, 3), (PosixSignal.SIGTERM, 15)];

    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations;
    private readonly Timer? timer;
    private int first;

    /// <param name="file">One that asks to stop where it is made, and is removed then; null for none, and for no USR1.</param>
    public StopSignals(string? file = null)
    {
        registrations = [.. Heard.Select(heard => PosixSignalRegistration.Create(heard.Signal, context =>
        {
            context.Cancel = Interlocked.CompareExchange(ref first, heard.Number, 0) == 0;
            source.Cancel();
        }))];
        if (file is null) return;
        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
            registrations.Add(PosixSignalRegistration.Create((PosixSignal)(OperatingSystem.IsLinux() ? 10 : 30), context =>
            {
                context.Cancel = true;
                source.Cancel();
            }));
        timer = new(_ => Look(file), null, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>The exit code of a process that the signal ended, as shells have it: 130 for Ctrl-C.</summary>
    public int ExitCode => first == 0 ? 0 : Base + first;

    public void Dispose()
    {
        timer?.Dispose();
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
    }

    private void Look(string file)
    {
        try
        {
            if (!File.Exists(file)) return;
            File.Delete(file);
            source.Cancel();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // looked at again
        }
    }
}
