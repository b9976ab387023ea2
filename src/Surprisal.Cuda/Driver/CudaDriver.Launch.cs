namespace Surprisal.Cuda;

/// <content>Kernels: found when they are needed first, and started.</content>
internal sealed unsafe partial class CudaDriver
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, nint> modules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, nint> functions = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Module, string Kernel, int SharedBytes, int Cluster), bool> clusters = [];
    private readonly bool hasClusters;

    public void Launch(PtxModule module, PtxKernel kernel, LaunchGrid grid, params ReadOnlySpan<PtxArgument> arguments)
    {
        PtxArgument.Check(kernel, arguments);
        using var scope = context.Enter();
        var function = Function(module, kernel);
        var values = stackalloc ulong[arguments.Length];
        var pointers = stackalloc void*[arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            values[i] = arguments[i].Bits; // little-endian: a short value is the first of its bytes
            pointers[i] = values + i;
        }
        if (kernel.IsClustered)
        {
            LaunchAttribute attribute;
            var config = LaunchConfig.Of(grid, kernel.Threads, stream, &attribute);
            context.Check(library.LaunchEx(&config, function, pointers, null), $"cuLaunchKernelEx of {kernel.Name}");
            return;
        }
        context.Check(
            library.Launch(function, (uint)grid.Blocks, 1, 1, (uint)kernel.Threads, 1, 1, (uint)grid.SharedBytes, stream, pointers, null),
            $"cuLaunchKernel of {kernel.Name}");
    }

    /// <inheritdoc/>
    /// <remarks>Which sizes a card has depends on its parts, and on how it is divided: the driver is asked.</remarks>
    public bool HasClusters(PtxModule module, PtxKernel kernel, LaunchGrid grid)
    {
        if (!hasClusters) return false;
        using var scope = context.Enter();
        var function = Function(module, kernel);
        lock (gate)
        {
            var key = (module.Name, kernel.Name, grid.SharedBytes, grid.Cluster);
            if (clusters.TryGetValue(key, out var known)) return known;
            LaunchAttribute attribute;
            var config = LaunchConfig.Of(grid, kernel.Threads, stream, &attribute);
            int count = 0;
            var fits = library.MaxActiveClusters(&count, function, &config) == 0 && count > 0; // an error says no as well
            clusters.Add(key, fits);
            return fits;
        }
    }

    /// <summary>The kernel, whose text is loaded when it is needed first.</summary>
    private nint Function(PtxModule module, PtxKernel kernel)
    {
        lock (gate)
        {
            var key = $"{module.Name}/{kernel.Name}";
            if (functions.TryGetValue(key, out var known)) return known;
            if (!modules.TryGetValue(module.Name, out var loaded)) modules.Add(module.Name, loaded = Load(module));
            var function = Function(loaded, kernel);
            if (kernel.MaxSharedBytes > 0) // 8: the most dynamic shared memory of any launch
                context.Check(library.FunctionSetAttribute(function, 8, Math.Min(MaxSharedBytes, kernel.MaxSharedBytes)),
                    "cuFuncSetAttribute");
            if (kernel.IsClustered) library.FunctionSetAttribute(function, 14, 1); // clusters of more than 8 blocks, where a card has them
            functions.Add(key, function);
            return function;
        }
    }
}
