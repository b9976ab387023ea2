using System.Runtime.InteropServices;

namespace Surprisal.Mpi;

/// <summary>Three calls of the C library that .NET has in another form only.</summary>
internal static partial class LibC
{
    /// <summary>Sets a variable that libraries in C see, unless it is set; .NET's own call does not reach them.</summary>
    public static void SetVariable(string name, string value) => _ = SetEnvironment(name, value, 0);

    /// <summary>Sleeps for microseconds; a thread's own sleep is of a millisecond at least.</summary>
    public static void Sleep(TimeSpan time) => _ = MicroSleep((uint)time.TotalMicroseconds);

    /// <summary>Ends the process at once: no handlers, no finalizers, nothing that could wait for MPI.</summary>
    public static void Exit(int code) => ExitNow(code);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int MicroSleep(uint microseconds);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int code);
}
