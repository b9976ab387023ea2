#if COMMAND // which has a copy of its own, for the library does not offer it
namespace Surprisal.Cli;
#else
namespace Surprisal;
#endif

/// <summary>Files that are written whole or not at all: a crash or a full disk leaves the old one as it was.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Writes beside <paramref name="path"/>, makes the disk keep it, renames it over what was there, and makes the disk keep the name too.
    /// </summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="write">Writes the contents.</param>
    /// <exception cref="IOException">The file cannot be written; the message names it, and what was there is unchanged.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var device = IsDevice(path);
        // The name is random so that neither another process nor what a crashed one left behind stands in the way.
        var target = device ? path : $"{path}.{Path.GetRandomFileName()}.tmp";
        var created = false;
        try
        {
            using (var stream = new FileStream(target, device ? FileMode.Open : FileMode.CreateNew, FileAccess.Write, FileShare.Read))
            {
                created = !device;
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            if (device) return;
            File.Move(target, path, overwrite: true);
            SynchronizedFolder.FlushParent(path);
        }
        catch (Exception error)
        {
            if (created) Discard(target);
            if (error is IOException or UnauthorizedAccessException)
                throw new IOException($"{path} could not be written: {error.Message.ReplaceLineEndings(" ")}", error);
            throw;
        }
    }

    /// <summary>Whether the path names a device: renaming over /dev/null would replace it by a file for everybody.</summary>
    internal static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows() && Path.GetDirectoryName(Path.GetFullPath(path)) is "/dev" or "/dev/fd" && File.Exists(path);

    /// <summary>Deletes what was begun; failing at that must not hide why it was not finished.</summary>
    private static void Discard(string path)
    {
        try { File.Delete(path); }
        catch (IOException) { }
        catch (UnauthorizedAccessException) { }
    }
}
