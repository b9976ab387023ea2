using System.Text.Json;
using System.Text.Json.Nodes;
using Surprisal.Cuda;

namespace Surprisal.Bench.Cuda;

/// <summary>Other programs, where they are installed: NVIDIA's checker on tiny shapes, and PyTorch beside the speeds.</summary>
internal static class ToolSteps
{
    private static readonly string[] checkers = ["memcheck", "racecheck", "initcheck", "synccheck"];

    public static void Sanitizer(CudaDriver driver, JsonObject to)
    {
        driver.Dispose(); // the card is the child's
        var program = new[] { "/usr/local/cuda/bin/compute-sanitizer" }.FirstOrDefault(File.Exists, "compute-sanitizer");
        var faults = new JsonArray();
        foreach (var checker in checkers)
        {
            var (code, output, said) = ChildProcess.Run(program,
                ["--tool", checker, "--error-exitcode", "3", Environment.ProcessPath!, GpuStep.Command, GpuStep.Tiny], 25);
            if (code == -1)
            {
                to["skipped"] = "compute-sanitizer is not installed";
                return;
            }
            var lines = output.Split('\n').Where(static line => line.StartsWith("=====", StringComparison.Ordinal)).ToArray();
            to[checker] = new JsonObject { ["code"] = code, ["said"] = string.Join('\n', lines.TakeLast(20)) + said };
            if (code != 0) faults.Add($"{checker} ended with {code}");
        }
        to["summary"] = string.Join(", ", checkers);
        if (faults.Count > 0) to["failed"] = faults;
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
