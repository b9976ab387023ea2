namespace Surprisal.Cuda;

/// <summary>What an evaluation needs of a card, in the order of one stream: the driver, or in tests what runs the texts without
/// one.</summary>
internal interface ICudaDevice
{
    /// <summary>The header of the texts that it takes.</summary>
    PtxTarget Target { get; }

    /// <summary>How many multiprocessors it has.</summary>
    int Processors { get; }

    /// <summary>The most shared memory of a block.</summary>
    int MaxSharedBytes { get; }

    /// <summary>Memory of this many bytes, at a multiple of 256.</summary>
    ulong Allocate(long bytes);

    /// <summary>Gives memory back; never throws.</summary>
    void Free(ulong address);

    /// <summary>Copies to the device; the bytes may be changed when it returns.</summary>
    void Write(ulong address, ReadOnlySpan<byte> bytes);

    /// <summary>Waits for what was launched before, and copies from the device.</summary>
    void Read(ulong address, Span<byte> bytes);

    /// <summary>What is launched from now on waits for what another stream has been given so far.</summary>
    void WaitFor(nint stream);

    /// <summary>Starts a kernel with the value of each parameter.</summary>
    void Launch(PtxModule module, PtxKernel kernel, LaunchGrid grid, params ReadOnlySpan<PtxArgument> arguments);

    /// <summary>Whether the card has clusters of that kernel's blocks, of the grid's size and memory.</summary>
    bool HasClusters(PtxModule module, PtxKernel kernel, LaunchGrid grid) => false;

    /// <summary>Starts a kernel whose blocks have no neighbours.</summary>
    void Launch(PtxModule module, PtxKernel kernel, int blocks, int sharedBytes, params ReadOnlySpan<PtxArgument> arguments) =>
        Launch(module, kernel, new(blocks, sharedBytes), arguments);

    /// <summary>cuBLAS on this device's stream, or null where there is none.</summary>
    /// <param name="isRequired">Whether it is an error that there is none.</param>
    /// <exception cref="CudaException">It is required, and why it is not there; or an error of its own.</exception>
    IBlas? FindBlas(bool isRequired) =>
        isRequired ? throw new CudaException("this device has no cuBLAS; CudaProducts.Own multiplies without it.", 0, "") : null;

    /// <summary>Starts the kernel of that name.</summary>
    void Launch(PtxModule module, string kernel, int blocks, int sharedBytes, params ReadOnlySpan<PtxArgument> arguments) =>
        Launch(module, module.Entries.Single(known => known.Name == kernel), blocks, sharedBytes, arguments);
}
