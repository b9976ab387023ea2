using System.Text.Json.Nodes;
using Surprisal.Cuda;

namespace Surprisal.Bench.Cuda;

/// <summary>A step of the run on a card: a process of its own, whose last line of output is what it found, as JSON.</summary>
/// <param name="Name">In the command line and the results.</param>
/// <param name="Seconds">The most that it may take.</param>
/// <param name="Run">Writes what it finds; what it throws is recorded.</param>
/// <param name="IsShared">Whether others of its kind may run beside it.</param>
internal sealed record GpuStep(string Name, int Seconds, Action<CudaDriver, JsonObject> Run, bool IsShared = false)
{
    public const string Command = "step";

    /// <summary>What a process ends with that has nothing to run on.</summary>
    public const int Skipped = 77;

    /// <summary>In this order; a step that fails stops no other.</summary>
    public static readonly IReadOnlyList<GpuStep> All =
    [
        new("card", 20, CardStep.Run),
        .. ModuleStep.Modules.Select(static module =>
            new GpuStep($"compile {module.Name}", 90, (driver, to) => ModuleStep.Run(driver, to, module), IsShared: true)),
        new("bits", 40, static (driver, to) => BitsStep.Run(driver, to, BitsStep.Small)),
        new("goldens", 20, static (driver, to) => GoldenStep.Run(driver, to, int.MaxValue)),
        new("recovery", 10, static (driver, to) => RecoveryStep.Run(driver, to)),
        new("target shapes", 50, static (driver, to) => BitsStep.Run(driver, to, BitsStep.Large)),
        new("copy", 15, static (driver, to) => SpeedStep.Copy(driver, to, 1L << 30)),
        .. SpeedStep.Shapes.Select(static shape => new GpuStep(shape.Name, 40, (driver, to) => SpeedStep.Run(driver, to, shape))),
        new("linear bits", 30, static (driver, to) => LinearStep.Bits(driver, to, LinearStep.Small)),
        .. LinearStep.Timed.Select(static it =>
            new GpuStep(it.Name, 40, (driver, to) => LinearStep.Speed(driver, to, it, driver.FreeBytes))),
        new("small calls", 10, static (driver, to) => SpeedStep.Small(driver, to, 200)),
        new("pytorch", 60, ToolSteps.PyTorch),
        .. ToolSteps.Checkers.Select(static checker => new GpuStep(checker, 40, (driver, to) => ToolSteps.Check(driver, to, checker))),
        new(Tiny, 60, static (driver, to) =>
        {
            BitsStep.Run(driver, to, BitsStep.Tiny);
            if (!to.ContainsKey("failed")) LinearStep.Bits(driver, to, LinearStep.Tiny);
        }),
    ];

    /// <summary>What runs under the sanitizer.</summary>
    public const string Tiny = "tiny";

    /// <summary>Runs a step in this process.</summary>
    public static int Answer(string name)
    {
        var step = All.Single(step => step.Name == name);
        CudaDriver driver;
        try
        {
            driver = new(CudaLibrary.Load(), 0);
        }
        catch (CudaException error)
        {
            Console.Error.WriteLine(error.Message);
            return Skipped;
        }
        var found = new JsonObject();
        try
        {
            step.Run(driver, found);
            driver.Dispose();
        }
        catch (Exception error) when (error is not OutOfMemoryException) // whatever it is, it is what was found
        {
            found["error"] = error.ToString();
        }
        Console.WriteLine(found.ToJsonString());
        return found.ContainsKey("error") ? 1 : 0;
    }
}
