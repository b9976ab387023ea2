using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>A card that is none: it runs the text that the driver would get.</summary>
internal sealed class PtxDevice(PtxTarget target) : ICudaDevice
{
    private readonly Dictionary<string, PtxProgram> loaded = new(StringComparer.Ordinal);
    private ulong next = 0x7F_0000_0000;

    public PtxDevice() : this(PtxTarget.All[^1]) { }

    public PtxTarget Target => target;

    public int Processors => 2;

    public int MaxSharedBytes { get; init; } = 227 * 1024;

    /// <summary>The most blocks of a cluster; 1 where there are none.</summary>
    public int MostBlocks { get; init; } = target.Capability >= 90 ? 16 : 1;

    /// <summary>What multiplies where our own kernels do not; null for none.</summary>
    public IBlas? Blas { get; set; }

    public PtxMemory Memory { get; } = new("global");

    /// <summary>The kernels that were started, in order.</summary>
    public List<string> Launches { get; } = [];

    /// <summary>How often the host has asked for numbers, and so has waited.</summary>
    public int Reads { get; private set; }

    /// <summary>The most bytes that were asked for at once since it was set to 0.</summary>
    public long Largest { get; set; }

    public ulong Allocate(long bytes)
    {
        Largest = Math.Max(Largest, bytes);
        var start = next;
        Memory.Allocate(start, checked((int)bytes));
        next += (ulong)(bytes + 511) / 256 * 256; // at least one byte between two allocations belongs to none
        return start;
    }

    public void Free(ulong address) => Memory.Free(address);

    public void Write(ulong address, ReadOnlySpan<byte> bytes) => bytes.CopyTo(Memory.Bytes(address, bytes.Length, isWritten: true));

    public void Read(ulong address, Span<byte> bytes)
    {
        Reads++;
        Memory.Bytes(address, bytes.Length, isWritten: false).CopyTo(bytes);
    }

    public void WaitFor(nint stream) { }

    public IBlas? FindBlas(bool isRequired) => Blas ?? (isRequired ? throw new CudaException("there is no cuBLAS.", 0, "") : null);

    public bool HasClusters(PtxModule module, PtxKernel kernel, LaunchGrid grid) => grid.Cluster <= MostBlocks && target.Capability >= module.Capability;

    public void Launch(PtxModule module, PtxKernel kernel, LaunchGrid grid, params ReadOnlySpan<PtxArgument> arguments)
    {
        PtxArgument.Check(kernel, arguments);
        if (!loaded.TryGetValue(module.Name, out var program)) loaded.Add(module.Name, program = new(module.Text(target)));
        Launches.Add(kernel.Name);
        var values = new ulong[arguments.Length];
        for (var i = 0; i < values.Length; i++) values[i] = arguments[i].Bits;
        new PtxMachine(program, Memory).Launch(kernel.Name, grid, kernel.Threads, values);
    }
}
