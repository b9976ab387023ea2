using System.Runtime.InteropServices;

namespace Surprisal.Cuda;

/// <summary>
/// The primary context of a card, which libtorch and ONNX Runtime live in too: retained, never created or destroyed. Which context is
/// current
/// belongs to a thread, so it is pushed and popped around every use.
/// </summary>
internal sealed unsafe class CudaContext : SafeHandle
{
    /// <summary>Errors after which the driver refuses every call in this process.</summary>
    private static readonly int[] sticky = [214, 700, 702, 710, 714, 715, 716, 717, 718, 719];

    private readonly int device;
    private string? broken;

    /// <exception cref="CudaException">The driver has no such card.</exception>
    public CudaContext(CudaLibrary library, int number) : base(0, ownsHandle: true)
    {
        Library = library;
        Check(library.Init(0), "cuInit");
        int count, found;
        Check(library.DeviceGetCount(&count), "cuDeviceGetCount");
        if (number < 0 || number >= count)
            throw new CudaException($"there is no GPU {number}: the driver has {(count == 0 ? "none" : $"0..{count - 1}")}.", 101,
                "CUDA_ERROR_INVALID_DEVICE");
        Check(library.DeviceGet(&found, number), "cuDeviceGet");
        device = found;
        var name = stackalloc byte[256];
        Check(library.DeviceGetName(name, 256, device), "cuDeviceGetName");
        Name = Marshal.PtrToStringUTF8((nint)name) ?? "";
        nint context;
        Check(library.PrimaryContextRetain(&context, device), "cuDevicePrimaryCtxRetain");
        SetHandle(context);
    }

    public CudaLibrary Library { get; }

    /// <summary>The card's name.</summary>
    public string Name { get; }

    public override bool IsInvalid => handle == 0;

    /// <summary>A number that the driver knows of the card.</summary>
    public int Attribute(int attribute)
    {
        int value;
        Check(Library.DeviceGetAttribute(&value, attribute, device), "cuDeviceGetAttribute");
        return value;
    }

    /// <summary>Makes the context current until the scope is disposed.</summary>
    /// <exception cref="CudaException">The context is broken.</exception>
    public Scope Enter()
    {
        if (broken is not null) throw new CudaException(
            $"the CUDA context is broken since {broken}; no process can mend it: start a new one.", 709, "CUDA_ERROR_CONTEXT_IS_DESTROYED");
        Check(Library.ContextPush(handle), "cuCtxPushCurrent");
        return new(this);
    }

    /// <summary>Throws what the driver says about a call, unless it is 0.</summary>
    public void Check(int code, string call)
    {
        if (code == 0) return;
        var (name, text) = Library.Describe(code);
        if (sticky.Contains(code)) broken = $"{call} ({name})";
        throw new CudaException($"{call}: {name} ({code}), {text}.", code, name);
    }

    protected override bool ReleaseHandle() => Library.PrimaryContextRelease(device) is 0 or 4; // 4: the driver has gone before us

    /// <summary>The time that the context is this thread's current one.</summary>
    internal readonly ref struct Scope(CudaContext context)
    {
        public void Dispose()
        {
            nint popped;
            context.Library.ContextPop(&popped); // an error of before has been told
        }
    }
}
