using System.Runtime.InteropServices;
using System.Text;

namespace Surprisal.Mpi;

/// <summary>The installed MPI: its file, its kind, and the fifteen functions that are called.</summary>
internal sealed unsafe partial class MpiLibrary
{
    /// <summary>Names a library, or says off.</summary>
    public const string Variable = "SURPRISAL_MPI";

    private const string Install =
        "install one, such as the package openmpi-bin of Debian and Ubuntu (apt-get install openmpi-bin) or mpich, " +
        $"or name its library in {Variable}";

    private static readonly (MpiFamily Family, string[] Files)[] known =
    [
        (MpiFamily.OpenMpi, ["libmpi.so.40", "libmpi.40.dylib"]),
        (MpiFamily.Mpich, ["libmpich.so.12", "libmpi.so.12", "libmpich.12.dylib", "libmpi.12.dylib"]),
        (MpiFamily.Standard, ["libmpi_abi.so.0", "libmpi_abi.0.dylib"]),
    ];

    private readonly nint library;

    private MpiLibrary(string file, nint library)
    {
        (File, this.library) = (file, library);
        // The standard's first: its library may need one of the others, whose exports are found through it.
        Family = NativeLibrary.TryGetExport(library, "MPI_Abi_get_version", out _)
                && Path.GetFileName(file).Contains("mpi_abi", StringComparison.Ordinal) ? MpiFamily.Standard
            : NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _) ? MpiFamily.OpenMpi
            : MpiFamily.Mpich;
        if (NativeLibrary.TryGetExport(library, "abi_mpi_comm_world", out _))
            throw new MpiException($"{file} is an early draft of MPI's standard interface, whose handles were others; use a newer one.");
        Constants = MpiConstants.Of(Family, Export);
        Bind();
    }

    public string File { get; }

    public MpiFamily Family { get; }

    public MpiConstants Constants { get; }

    /// <summary>Loads the library: the one that is named, else the launcher's kind first.</summary>
    /// <exception cref="MpiException">There is none, or it lacks a function.</exception>
    public static MpiLibrary Load(Launcher? launcher)
    {
        KeepSignals();
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return named == "off" ? throw new MpiException($"{Variable} is off, so there is no MPI here; unset it.")
                : TryOpen(named) ?? throw new MpiException(
                    $"{Variable} is {named}, which cannot be loaded; a library such as libmpi.so.40 was expected.");
        foreach (var file in known.OrderBy(each => each.Family == launcher?.Family ? 0 : 1).SelectMany(static each => each.Files))
            if (TryOpen(file) is { } found) return found;
        throw new MpiException($"no MPI was found: {Install}.");
    }

    /// <summary>A library by its file; null where that cannot be loaded.</summary>
    /// <exception cref="MpiException">It lacks a function, or is a draft.</exception>
    public static MpiLibrary? TryOpen(string file) => NativeLibrary.TryLoad(file, out var loaded) ? new(file, loaded) : null;

    /// <summary>The library's name and version, which it tells before it is initialized.</summary>
    public string Version()
    {
        var text = stackalloc byte[Constants.TextLength.Version + 1];
        int length;
        if (getLibraryVersion(text, &length) != 0) return File;
        var version = Encoding.UTF8.GetString(text, Math.Min(length, Constants.TextLength.Version)).Trim('\0', '\n', ' ');
        // Open MPI v4.1.4, package: ...; MPICH Version: 4.0.2, newline, ...
        var first = version.Split('\n')[0].Split(',')[0].Replace("Version:", "", StringComparison.Ordinal);
        return string.Join(' ', first.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Refuses an error, with MPI's text for it.</summary>
    public void Check(int code, string what)
    {
        if (code == 0) return;
        var text = stackalloc byte[Constants.TextLength.Error + 1];
        int length;
        var told = errorString(code, text, &length) == 0
            ? Encoding.UTF8.GetString(text, Math.Min(length, Constants.TextLength.Error)).Trim('\0', '\n', ' ').Split('\n')[^1]
            : $"error {code}";
        throw new MpiException($"{what}: {told} ({Version()}).");
    }

    private nint Export(string name) => NativeLibrary.TryGetExport(library, name, out var address) ? address
        : throw new MpiException($"{File} has no {name}, so it is no MPI that this program knows; {Install}.");

    /// <summary>
    /// UCX, which both kinds of MPI may use, takes over signals that .NET lives from: after it the first NullReferenceException, caught or
    /// not, ends the process. It is told not to before it is loaded; the C library's own call, for .NET's does not reach C.
    /// </summary>
    private static void KeepSignals()
    {
        if (OperatingSystem.IsWindows()) throw new MpiException("MPI is used on Linux and macOS; there is none here.");
        LibC.SetVariable("UCX_ERROR_SIGNALS", "");
        LibC.SetVariable("UCX_DEBUG_SIGNO", "0");
    }
}
