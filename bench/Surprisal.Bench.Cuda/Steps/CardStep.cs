using System.Text.Json.Nodes;
using Surprisal.Cuda;

namespace Surprisal.Bench.Cuda;

/// <summary>Which card, driver and clocks the numbers are of.</summary>
internal static class CardStep
{
    private const string Query =
        "name,driver_version,pstate,clocks.sm,clocks.mem,clocks.max.sm,clocks.max.mem,power.draw,temperature.gpu,ecc.mode.current";

    public static void Run(CudaDriver driver, JsonObject to)
    {
        to["card"] = driver.Name;
        to["driver"] = driver.Version;
        to["target"] = driver.Target.ToString();
        to["processors"] = driver.Processors;
        to["shared bytes"] = driver.MaxSharedBytes;
        to["largest cluster"] = LargestCluster(driver);
        to["summary"] = $"{driver.Name}, {driver.Version}, {driver.Target}";
        var (code, output, said) = ChildProcess.Run("nvidia-smi", [$"--query-gpu={Query}", "--format=csv,noheader"], 10);
        if (code != 0) to["clocks"] = $"nvidia-smi: {said}";
        else
            foreach (var (name, value) in Query.Split(',').Zip(output.Trim().Split('\n')[0].Split(','))) to[name] = value.Trim();
    }

    /// <summary>The most blocks that a row may have, 0 where there are no clusters.</summary>
    private static int LargestCluster(CudaDriver driver)
    {
        var module = ClusterKernels.Modules[0];
        var bytes = RowCluster<FloatElement>.SharedBytes(RowCluster<FloatElement>.BlockClasses);
        for (var blocks = RowCluster<FloatElement>.MostBlocks; blocks > 0; blocks--)
            if (driver.HasClusters(module, module.Entries[0], new(blocks, bytes, blocks)))
                return blocks;
        return 0;
    }
}
