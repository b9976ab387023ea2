namespace Surprisal.Cuda;

/// <summary>A card with one stream of ours: memory, texts and launches. One thread at a time.</summary>
internal sealed unsafe partial class CudaDriver : ICudaDevice, IDisposable
{
    private const int OutOfMemory = 2, LogSize = 8192;

    private readonly CudaContext context;
    private readonly CudaLibrary library;
    private readonly int number;
    private readonly nint stream;

    /// <exception cref="CudaException">No such card, or one that is too old.</exception>
    public CudaDriver(CudaLibrary library, int number)
    {
        (this.library, this.number) = (library, number);
        context = new(library, number);
        try
        {
            var capability = 10 * context.Attribute(75) + context.Attribute(76);
            Target = PtxTarget.For(capability) ?? throw new CudaException(
                $"{context.Name} has compute capability {capability / 10}.{capability % 10}; 7.5 or later is needed.", 209,
                    "CUDA_ERROR_NO_BINARY_FOR_GPU");
            (Processors, MaxSharedBytes) = (context.Attribute(16), context.Attribute(97));
            hasClusters = capability >= 90 && library.HasClusters && context.Attribute(120) != 0;
            using var scope = context.Enter();
            nint created;
            context.Check(library.StreamCreate(&created, 1), "cuStreamCreate"); // 1: does not wait for stream 0
            stream = created;
        }
        catch (CudaException)
        {
            context.Dispose();
            throw;
        }
    }

    public PtxTarget Target { get; }

    public int Processors { get; }

    public int MaxSharedBytes { get; }

    /// <inheritdoc/>
    /// <exception cref="CudaException">Not enough memory: how much was asked for, is free, and is there at all.</exception>
    public ulong Allocate(long bytes)
    {
        using var scope = context.Enter();
        ulong address;
        var code = library.Allocate(&address, (nuint)Math.Max(bytes, 1));
        if (code == OutOfMemory)
        {
            context.Check(library.StreamSynchronize(stream), "cuStreamSynchronize"); // what is being freed is free then
            code = library.Allocate(&address, (nuint)Math.Max(bytes, 1));
        }
        if (code == OutOfMemory)
        {
            nuint free = 0, total = 0;
            library.MemoryInfo(&free, &total);
            throw new CudaException($"{context.Name} is out of memory: {bytes} bytes were asked for, {free} of {total} are free.", code,
                library.Describe(code).Name);
        }
        context.Check(code, "cuMemAlloc");
        return address;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Called where another error is on its way, or by a finalizer after the driver has gone: what it says is lost, but an error that
    /// breaks
    /// the context is told by the next call.
    /// </remarks>
    public void Free(ulong address)
    {
        try
        {
            using var scope = context.Enter();
            context.Check(library.Free(address), "cuMemFree"); // waits for kernels that use it
        }
        catch (CudaException)
        {
            // see the remarks
        }
    }

    public void Write(ulong address, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        using var scope = context.Enter();
        fixed (byte* from = bytes) context.Check(library.CopyToDevice(address, from, (nuint)bytes.Length, stream), "cuMemcpyHtoDAsync");
        context.Check(library.StreamSynchronize(stream), "cuStreamSynchronize");
    }

    public void Read(ulong address, Span<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        using var scope = context.Enter();
        fixed (byte* to = bytes)
        {
            context.Check(library.CopyToHost(to, address, (nuint)bytes.Length, stream), "cuMemcpyDtoHAsync");
            context.Check(library.StreamSynchronize(stream), "cuStreamSynchronize"); // before the memory may move
        }
    }

    public void WaitFor(nint stream)
    {
        if (stream == this.stream) return;
        using var scope = context.Enter();
        nint recorded;
        context.Check(library.EventCreate(&recorded, 2), "cuEventCreate"); // 2: without timing
        try
        {
            context.Check(library.RecordEvent(recorded, stream), "cuEventRecord");
            context.Check(library.StreamWaitEvent(this.stream, recorded, 0), "cuStreamWaitEvent");
        }
        finally
        {
            library.EventDestroy(recorded); // the driver keeps it until nobody waits
        }
    }

    /// <summary>Refuses memory that the card cannot see.</summary>
    /// <exception cref="ArgumentException">Memory of the host, or no memory at all.</exception>
    public void CheckPointer(ulong pointer, string argument)
    {
        using var scope = context.Enter();
        int kind = 0, device = 0;
        var code = library.PointerGetAttribute(&kind, 2, pointer);
        if (code != 0 || kind != 2)
            throw new ArgumentException(
                $"{argument} is {pointer:X}, which is {(code != 0 ? "no memory that CUDA knows" : "memory of the host")}; " +
                "it has to be device memory.", argument);
        context.Check(library.PointerGetAttribute(&device, 9, pointer), "cuPointerGetAttribute");
        if (device != number)
            throw new ArgumentException($"{argument} is memory of GPU {device}, not of GPU {number}.", argument);
    }

    public void Dispose()
    {
        lock (gate)
        {
            if (context.IsClosed) return;
            try
            {
                using var scope = context.Enter();
                foreach (var module in modules.Values) library.ModuleUnload(module);
                CloseBlas();
                library.StreamDestroy(stream);
            }
            catch (CudaException)
            {
                // a broken context gives nothing back
            }
            context.Dispose();
        }
    }
}
