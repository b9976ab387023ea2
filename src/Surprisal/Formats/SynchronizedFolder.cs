using System.Runtime.InteropServices;

#if COMMAND // which has a copy of its own, for the library does not offer it
namespace Surprisal.Cli;
#else
namespace Surprisal;
#endif

/// <summary>
/// Makes the disk keep a folder's entries: without it a power failure after a rename can bring back the old name, or none.
/// </summary>
/// <remarks>
/// .NET opens no folders, so libc does. Windows has nothing like it: NTFS writes its journal in order. Where a file system refuses, nothing
/// is lost that was not lost before.
/// </remarks>
internal static partial class SynchronizedFolder
{
    /// <summary>Flushes the folder that holds <paramref name="path"/>.</summary>
    public static void FlushParent(string path)
    {
        if (OperatingSystem.IsWindows() || Path.GetDirectoryName(Path.GetFullPath(path)) is not { } folder) return;
        var descriptor = Open(folder, flags: 0); // O_RDONLY, which is 0 everywhere
        if (descriptor < 0) return;
        _ = Flush(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
