using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Cli.Bench;

/// <summary>What figures were measured on and with.</summary>
internal sealed record Machine(string Processor, int Cores, int VectorBits, string Runtime, string Surprisal)
{
    public static Machine Here { get; } = new(
        Name(),
        Environment.ProcessorCount,
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128,
        RuntimeInformation.FrameworkDescription,
        typeof(Tensor).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]);

    public override string ToString() => $"{Processor}, {Cores} cores, vectors of {VectorBits} bits; {Runtime}, Surprisal {Surprisal}";

    private static string Name()
    {
        const string source = "/proc/cpuinfo";
        var line = File.Exists(source)
            ? File.ReadLines(source).FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':') + 1)..].Trim();
    }
}
