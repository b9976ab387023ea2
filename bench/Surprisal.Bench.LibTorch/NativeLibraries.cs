using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace Surprisal.Bench.LibTorch;

/// <summary>What the process has loaded to compute with.</summary>
internal static partial class NativeLibraries
{
    private delegate void WriteVersion(byte[] text, int length);

    /// <summary>libtorch's version, and what multiplies its matrices: one processor's fastest library is not another's.</summary>
    public static string Version() => $"{System.Version.Parse(torch.__version__).ToString(3)} (libtorch), {Multiplies()}";

    /// <summary>MKL, which its builds for Intel's and AMD's processors have inside; Apple's and Arm's have what the system has.</summary>
    private static string Multiplies()
    {
        var library = $"{(OperatingSystem.IsWindows() ? "" : "lib")}torch_cpu";
        if (!NativeLibrary.TryLoad(library, typeof(torch).Assembly, null, out var handle) ||
            !NativeLibrary.TryGetExport(handle, "MKL_Get_Version_String", out var export))
            return "no MKL";
        var text = new byte[200];
        Marshal.GetDelegateForFunctionPointer<WriteVersion>(export)(text, text.Length);
        return $"MKL {VersionPattern().Match(System.Text.Encoding.ASCII.GetString(text)).Value}".TrimEnd();
    }

    [GeneratedRegex(@"(?<=Version )[\d.]+", RegexOptions.None, 5000)]
    private static partial Regex VersionPattern();
}
