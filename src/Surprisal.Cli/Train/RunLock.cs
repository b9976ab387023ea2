using System.Globalization;

namespace Surprisal.Cli;

/// <summary>
/// One process at a time in a run's folder: an open file that nobody else may open, and a second one that says who has it.
/// </summary>
/// <remarks>
/// The system gives the lock back when the process ends, however it ends, so the files stay. Where a file system knows no locks there is
/// none.
/// </remarks>
internal sealed class RunLock : IDisposable
{
    public const string LockName = "lock", HolderName = "holder.txt";

    private readonly FileStream? file;

    private RunLock(FileStream? file) => this.file = file;

    /// <summary>The lock of the folder; null while another process has it.</summary>
    public static RunLock? TryTake(string folder)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            using var self = System.Diagnostics.Process.GetCurrentProcess();
            var since = self.StartTime.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            File.WriteAllText(Path.Combine(folder, HolderName), $"process {self.Id} on {Environment.MachineName} since {since} UTC\n");
        }
        catch (IOException error) when (file is null && IsBusy(error))
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // No lock here; what cannot be written is told by whoever writes the results.
        }
        return new RunLock(file);
    }

    /// <summary>Who has the lock, in words.</summary>
    public static string Holder(string folder)
    {
        try
        {
            return File.ReadLines(Path.Combine(folder, HolderName)).FirstOrDefault() ?? "another process";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }

    public void Dispose() => file?.Dispose();

    /// <summary>EWOULDBLOCK of Linux and of macOS, and the sharing violation of Windows.</summary>
    private static bool IsBusy(IOException error) => error.HResult is 11 or 35 or unchecked((int)0x80070020);
}
