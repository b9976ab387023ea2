using System.Text.Json.Nodes;
using Surprisal.Cuda;

namespace Surprisal.Bench.Cuda;

/// <summary>Has the driver compile every text, and lists what each kernel needs: nothing may spill.</summary>
internal static class ModuleStep
{
    private const string NoSpills = "0 bytes spill stores, 0 bytes spill loads";

    public static void Run(CudaDriver driver, JsonObject to)
    {
        var (kernels, most) = (0, 0);
        var faults = new JsonArray();
        foreach (var module in PtxModules.All.Append(CopyKernel.Module))
        {
            var entry = new JsonObject();
            to[module.Name] = entry;
            try
            {
                var report = driver.Inspect(module);
                entry["ms"] = Math.Round(report.Milliseconds, 1);
                entry["log"] = report.Log;
                foreach (var line in report.Log.Split('\n').Where(static line => line.Contains("spill", StringComparison.Ordinal)))
                    if (!line.Contains(NoSpills, StringComparison.Ordinal)) faults.Add($"{module.Name}: {line.Trim()}");
                foreach (var (kernel, registers, localBytes) in report.Kernels)
                {
                    entry[kernel] = new JsonObject { ["registers"] = registers, ["local bytes"] = localBytes };
                    if (localBytes != 0) faults.Add($"{module.Name}/{kernel} has {localBytes} bytes of local memory");
                    (kernels, most) = (kernels + 1, Math.Max(most, registers));
                }
            }
            catch (CudaException error)
            {
                faults.Add($"{module.Name}: {error.Message}");
            }
        }
        to["summary"] = $"{kernels} kernels, at most {most} registers";
        if (faults.Count > 0) to["failed"] = faults;
    }
}
