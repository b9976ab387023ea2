using System.Text.Json.Nodes;
using Surprisal.Cuda;

namespace Surprisal.Bench.Cuda;

/// <summary>Has the driver compile a text, and lists what each kernel needs: nothing may spill.</summary>
internal static class ModuleStep
{
    private const string NoSpills = "0 bytes spill stores, 0 bytes spill loads";

    public static IEnumerable<PtxModule> Modules => PtxModules.All.Append(CopyKernel.Module);

    public static void Run(CudaDriver driver, JsonObject to, PtxModule module)
    {
        if (driver.Target.Capability < module.Capability)
        {
            to["skipped"] = $"needs sm_{module.Capability}";
            return;
        }
        var faults = new JsonArray();
        var report = driver.Inspect(module);
        to["ms"] = Math.Round(report.Milliseconds, 1);
        to["log"] = report.Log;
        foreach (var line in report.Log.Split('\n').Where(static line => line.Contains("spill", StringComparison.Ordinal)))
            if (!line.Contains(NoSpills, StringComparison.Ordinal)) faults.Add(line.Trim());
        foreach (var (kernel, registers, localBytes) in report.Entries)
        {
            to[kernel] = new JsonObject { ["registers"] = registers, ["local bytes"] = localBytes };
            if (localBytes != 0) faults.Add($"{kernel} has {localBytes} bytes of local memory");
        }
        to["summary"] = $"{report.Entries.Count} kernels, at most {report.Entries.Max(static kernel => kernel.Registers)} registers";
        if (faults.Count > 0) to["failed"] = faults;
    }
}
