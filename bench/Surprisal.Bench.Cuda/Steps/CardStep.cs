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
        to["summary"] = $"{driver.Name}, {driver.Version}, {driver.Target}";
        var (code, output, said) = ChildProcess.Run("nvidia-smi", [$"--query-gpu={Query}", "--format=csv,noheader"], 10);
        if (code != 0) to["clocks"] = $"nvidia-smi: {said}";
        else
            foreach (var (name, value) in Query.Split(',').Zip(output.Trim().Split('\n')[0].Split(','))) to[name] = value.Trim();
    }
}
