namespace Surprisal.Cuda;

/// <content>cuBLAS, which is looked for when it is asked for first.</content>
internal sealed unsafe partial class CudaDriver
{
    private CudaBlas? blas;
    private ulong workspace;
    private bool hasLooked;

    /// <summary>Where cuBLAS comes from; null for none.</summary>
    public Func<BlasLibrary?> FindLibrary { get; init; } = BlasLibrary.Find;

    public IBlas? FindBlas(bool isRequired)
    {
        lock (gate)
        {
            if (!hasLooked && FindLibrary() is { } found) Open(found);
            hasLooked = true;
            return blas is null && isRequired
                ? throw new CudaException($"cuBLAS is not there: neither {string.Join(" nor ", BlasLibrary.Places)} can be loaded; " +
                    "CudaProducts.Own multiplies without it.", 0, "")
                : blas;
        }
    }

    private void Open(BlasLibrary found)
    {
        var bytes = Target.Capability >= 90 ? CudaBlas.LargeWorkspace : CudaBlas.Workspace;
        var memory = Allocate(bytes);
        try
        {
            blas = new(found, context, stream, memory, bytes);
            workspace = memory;
        }
        catch (CudaException)
        {
            Free(memory);
            throw;
        }
    }

    /// <summary>Gives the handle and its memory back, in the context that is current.</summary>
    private void CloseBlas()
    {
        blas?.Close();
        if (blas is not null) library.Free(workspace);
        blas = null;
    }
}
