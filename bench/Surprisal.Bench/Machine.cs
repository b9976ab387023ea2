using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Bench;

/// <summary>What the numbers were measured on and with.</summary>
internal static class Machine
{
    public static string Text(string? torch) =>
        $"{Processor()}, {Environment.ProcessorCount} cores, vectors of {Bits()} bits; {RuntimeInformation.FrameworkDescription}, Surprisal {typeof(Tensor).Assembly.GetName().Version!.ToString(3)}, " +
        (torch is null ? "no PyTorch found: ours alone" : $"PyTorch {torch}");

    private static int Bits() => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    private static string Processor()
    {
        const string source = "/proc/cpuinfo";
        var line = File.Exists(source) ? File.ReadLines(source).FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':') + 1)..].Trim();
    }
}
