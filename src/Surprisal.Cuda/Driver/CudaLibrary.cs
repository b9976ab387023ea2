using System.Reflection;
using System.Runtime.InteropServices;

namespace Surprisal.Cuda;

/// <summary>
/// The functions of the driver's library, by the names that belong to these signatures: without <c>_v2</c> some are other functions.
/// Handles
/// are nint, device addresses ulong, sizes nuint, results int.
/// </summary>
internal sealed unsafe class CudaLibrary
{
    public readonly delegate* unmanaged<uint, int> Init;
    public readonly delegate* unmanaged<int*, int> DriverGetVersion, DeviceGetCount;
    public readonly delegate* unmanaged<int*, int, int> DeviceGet;
    public readonly delegate* unmanaged<byte*, int, int, int> DeviceGetName;
    public readonly delegate* unmanaged<int*, int, int, int> DeviceGetAttribute;
    public readonly delegate* unmanaged<nint*, int, int> PrimaryContextRetain;
    public readonly delegate* unmanaged<int, int> PrimaryContextRelease;
    public readonly delegate* unmanaged<nint, int> ContextPush, StreamSynchronize, StreamDestroy, EventDestroy, ModuleUnload;
    public readonly delegate* unmanaged<nint*, int> ContextPop;
    public readonly delegate* unmanaged<nint*, void*, uint, int*, void**, int> ModuleLoad;
    public readonly delegate* unmanaged<nint*, nint, byte*, int> ModuleGetFunction;
    public readonly delegate* unmanaged<nint, int, int, int> FunctionSetAttribute;
    public readonly delegate* unmanaged<int*, int, nint, int> FunctionGetAttribute;
    public readonly delegate* unmanaged<ulong*, nuint, int> Allocate;
    public readonly delegate* unmanaged<ulong, int> Free;
    public readonly delegate* unmanaged<nuint*, nuint*, int> MemoryInfo;
    public readonly delegate* unmanaged<ulong, void*, nuint, nint, int> CopyToDevice;
    public readonly delegate* unmanaged<void*, ulong, nuint, nint, int> CopyToHost;
    public readonly delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int> Launch;
    public readonly delegate* unmanaged<LaunchConfig*, nint, void**, void**, int> LaunchEx;
    public readonly delegate* unmanaged<int*, nint, LaunchConfig*, int> MaxActiveClusters;
    public readonly delegate* unmanaged<nint*, uint, int> StreamCreate, EventCreate;
    public readonly delegate* unmanaged<nint, nint, int> RecordEvent;
    public readonly delegate* unmanaged<nint, nint, uint, int> StreamWaitEvent;
    public readonly delegate* unmanaged<void*, int, ulong, int> PointerGetAttribute;
    public readonly delegate* unmanaged<int, byte**, int> GetErrorName, GetErrorString;

    /// <exception cref="EntryPointNotFoundException">The library is too old to have one of them.</exception>
    public CudaLibrary(nint library)
    {
        nint Export(string name) => NativeLibrary.GetExport(library, name);

        Init = (delegate* unmanaged<uint, int>)Export("cuInit");
        DriverGetVersion = (delegate* unmanaged<int*, int>)Export("cuDriverGetVersion");
        DeviceGetCount = (delegate* unmanaged<int*, int>)Export("cuDeviceGetCount");
        DeviceGet = (delegate* unmanaged<int*, int, int>)Export("cuDeviceGet");
        DeviceGetName = (delegate* unmanaged<byte*, int, int, int>)Export("cuDeviceGetName");
        DeviceGetAttribute = (delegate* unmanaged<int*, int, int, int>)Export("cuDeviceGetAttribute");
        PrimaryContextRetain = (delegate* unmanaged<nint*, int, int>)Export("cuDevicePrimaryCtxRetain");
        PrimaryContextRelease = (delegate* unmanaged<int, int>)Export("cuDevicePrimaryCtxRelease_v2");
        ContextPush = (delegate* unmanaged<nint, int>)Export("cuCtxPushCurrent_v2");
        ContextPop = (delegate* unmanaged<nint*, int>)Export("cuCtxPopCurrent_v2");
        ModuleLoad = (delegate* unmanaged<nint*, void*, uint, int*, void**, int>)Export("cuModuleLoadDataEx");
        ModuleUnload = (delegate* unmanaged<nint, int>)Export("cuModuleUnload");
        ModuleGetFunction = (delegate* unmanaged<nint*, nint, byte*, int>)Export("cuModuleGetFunction");
        FunctionSetAttribute = (delegate* unmanaged<nint, int, int, int>)Export("cuFuncSetAttribute");
        FunctionGetAttribute = (delegate* unmanaged<int*, int, nint, int>)Export("cuFuncGetAttribute");
        Allocate = (delegate* unmanaged<ulong*, nuint, int>)Export("cuMemAlloc_v2");
        Free = (delegate* unmanaged<ulong, int>)Export("cuMemFree_v2");
        MemoryInfo = (delegate* unmanaged<nuint*, nuint*, int>)Export("cuMemGetInfo_v2");
        CopyToDevice = (delegate* unmanaged<ulong, void*, nuint, nint, int>)Export("cuMemcpyHtoDAsync_v2");
        CopyToHost = (delegate* unmanaged<void*, ulong, nuint, nint, int>)Export("cuMemcpyDtoHAsync_v2");
        Launch = (delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)Export("cuLaunchKernel");
        if (NativeLibrary.TryGetExport(library, "cuLaunchKernelEx", out var launch)
            && NativeLibrary.TryGetExport(library, "cuOccupancyMaxActiveClusters", out var clusters)) // since CUDA 11.8
        {
            LaunchEx = (delegate* unmanaged<LaunchConfig*, nint, void**, void**, int>)launch;
            MaxActiveClusters = (delegate* unmanaged<int*, nint, LaunchConfig*, int>)clusters;
        }
        StreamCreate = (delegate* unmanaged<nint*, uint, int>)Export("cuStreamCreate");
        StreamSynchronize = (delegate* unmanaged<nint, int>)Export("cuStreamSynchronize");
        StreamDestroy = (delegate* unmanaged<nint, int>)Export("cuStreamDestroy_v2");
        EventCreate = (delegate* unmanaged<nint*, uint, int>)Export("cuEventCreate");
        RecordEvent = (delegate* unmanaged<nint, nint, int>)Export("cuEventRecord");
        EventDestroy = (delegate* unmanaged<nint, int>)Export("cuEventDestroy_v2");
        StreamWaitEvent = (delegate* unmanaged<nint, nint, uint, int>)Export("cuStreamWaitEvent");
        PointerGetAttribute = (delegate* unmanaged<void*, int, ulong, int>)Export("cuPointerGetAttribute");
        GetErrorName = (delegate* unmanaged<int, byte**, int>)Export("cuGetErrorName");
        GetErrorString = (delegate* unmanaged<int, byte**, int>)Export("cuGetErrorString");
    }

    /// <summary>Whether it knows launches in clusters.</summary>
    public bool HasClusters => LaunchEx is not null;

    /// <summary>Where the driver's library is: never <c>libcuda.so</c>, which may be a stub to link with.</summary>
    private static string[] Places =>
        OperatingSystem.IsWindows() ? ["nvcuda.dll"] : ["libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1"];

    /// <summary>The driver of this machine.</summary>
    /// <exception cref="CudaException">There is none, or an old one.</exception>
    public static CudaLibrary Load()
    {
        foreach (var place in Places)
            if (NativeLibrary.TryLoad(place, Assembly.GetExecutingAssembly(), null, out var library))
                return Open(library);
        throw new CudaException(
            $"no NVIDIA driver: {Places[0]} cannot be loaded; .Cuda() needs an NVIDIA GPU with a driver of CUDA 11.0 or later.", 0, "");
    }

    private static CudaLibrary Open(nint library)
    {
        try
        {
            return new(library);
        }
        catch (EntryPointNotFoundException missing)
        {
            throw new CudaException($"the NVIDIA driver is too old, CUDA 11.0 is needed: {missing.Message}", 0, "");
        }
    }

    /// <summary>The name and the text of an error.</summary>
    public (string Name, string Text) Describe(int code)
    {
        byte* name = null;
        byte* text = null;
        return GetErrorName(code, &name) == 0 && GetErrorString(code, &text) == 0
            ? (Marshal.PtrToStringUTF8((nint)name) ?? "", Marshal.PtrToStringUTF8((nint)text) ?? "")
            : ($"error {code}", "the driver does not know it");
    }
}
