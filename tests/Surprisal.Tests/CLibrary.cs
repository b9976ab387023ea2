using System.ComponentModel;
using System.Diagnostics;
using Surprisal.Tests.Architecture;

namespace Surprisal.Tests;

/// <summary>A library in C that a test needs, compiled where there is a compiler.</summary>
internal static class CLibrary
{
    private static readonly string[] compilers = ["cc", "gcc", "clang"];

    /// <summary>Compiles a file of the repository; null where there is no compiler.</summary>
    public static string? Build(string source, string to, params string[] options) =>
        OperatingSystem.IsLinux() && compilers.Any(compiler => Compile(compiler, source, to, options)) ? to : null;

    private static bool Compile(string compiler, string source, string to, string[] options)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(compiler,
                ["-shared", "-fPIC", "-O1", .. options, "-o", to, Repository.FullPath(source)])
            {
                RedirectStandardError = true, UseShellExecute = false,
            })!;
            var said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? true : throw new InvalidOperationException($"{compiler} does not compile {source}:\n{said}");
        }
        catch (Win32Exception)
        {
            return false; // no such program
        }
    }
}
