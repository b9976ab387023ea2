using System.Text.Json;
using System.Text.Json.Nodes;
using Surprisal.Cuda;

namespace Surprisal.Bench.Cuda;

/// <summary>Other programs, where they are installed: NVIDIA's checker on tiny shapes, and PyTorch beside the speeds.</summary>
internal static class ToolSteps
{
    private const string Installed = "/usr/local/cuda/bin/compute-sanitizer";

    public static readonly IReadOnlyList<string> Checkers = ["memcheck", "racecheck", "initcheck", "synccheck"];

    public static void Check(CudaDriver driver, JsonObject to, string checker)
    {
        driver.Dispose(); // the card is the child's
        var (code, output, said) = ChildProcess.Run(File.Exists(Installed) ? Installed : "compute-sanitizer",
            ["--tool", checker, "--error-exitcode", "3", Environment.ProcessPath!, GpuStep.Command, GpuStep.Tiny], 35);
        if (code == -1)
        {
            to["skipped"] = "compute-sanitizer is not installed";
            return;
        }
        var lines = output.Split('\n').Where(static line => line.StartsWith("=====", StringComparison.Ordinal)).ToArray();
        to["said"] = string.Join('\n', lines.TakeLast(20)) + said;
        to["summary"] = lines.LastOrDefault("nothing was said");
        if (code != 0) to["failed"] = $"{checker} ended with {code}";
    }

    public static void PyTorch(CudaDriver driver, JsonObject to)
    {
        driver.Dispose();
        var script = Path.Combine(Path.GetTempPath(), $"surprisal-gpu-{Environment.ProcessId}.py");
        using (var text = typeof(ToolSteps).Assembly.GetManifestResourceStream("gpu.py")!)
        using (var file = File.Create(script)) text.CopyTo(file);
        var (code, output, said) = ChildProcess.Run("python3", [script], 55);
        File.Delete(script);
        try
        {
            if (code == 0 && JsonNode.Parse(output.TrimEnd().Split('\n')[^1]) is JsonObject times)
            {
                foreach (var (name, value) in times) to[name] = value?.DeepClone();
                to["summary"] = $"PyTorch {times["torch"]}";
                return;
            }
        }
        catch (JsonException)
        {
            // it is said below
        }
        to["skipped"] = $"python3 has no PyTorch with CUDA: {(said.Length > 0 ? said.Split('\n')[^1] : output.Trim())}";
    }
}
