using System.Runtime.InteropServices;

namespace Surprisal.Cuda;

/// <summary>Device memory that is given back once, at the latest by the garbage collector.</summary>
internal sealed class CudaMemory : SafeHandle
{
    private readonly ICudaDevice device;

    public CudaMemory(ICudaDevice device, long bytes) : base(0, ownsHandle: true)
    {
        this.device = device;
        SetHandle((nint)device.Allocate(bytes));
    }

    public override bool IsInvalid => handle == 0;

    public ulong Start => (ulong)handle;

    protected override bool ReleaseHandle()
    {
        device.Free((ulong)handle); // never throws
        return true;
    }
}
