using System.Reflection;
using System.Runtime.InteropServices;

namespace Surprisal.Cuda;

/// <summary>The functions of cuBLAS that we use; handles are nint, device addresses ulong, results int.</summary>
internal sealed unsafe class BlasLibrary
{
    public readonly delegate* unmanaged<nint*, int> Create;
    public readonly delegate* unmanaged<nint, int> Destroy;
    public readonly delegate* unmanaged<nint, nint, int> SetStream;
    public readonly delegate* unmanaged<nint, ulong, nuint, int> SetWorkspace;
    public readonly delegate* unmanaged<nint, int, int> SetMathMode;

    /// <summary>handle, op A, op B, m, n, k, alpha, A, type, pitch, B, type, pitch, beta, C, type, pitch, compute type,
    /// algorithm.</summary>
    public readonly delegate* unmanaged<
        nint, int, int, int, int, int, void*, ulong, int, int, ulong, int, int, void*, ulong, int, int, int, int, int> Multiply;

    /// <exception cref="EntryPointNotFoundException">The library is too old to have one of them.</exception>
    public BlasLibrary(nint library)
    {
        nint Export(string name) => NativeLibrary.GetExport(library, name);

        Create = (delegate* unmanaged<nint*, int>)Export("cublasCreate_v2");
        Destroy = (delegate* unmanaged<nint, int>)Export("cublasDestroy_v2");
        SetStream = (delegate* unmanaged<nint, nint, int>)Export("cublasSetStream_v2");
        SetWorkspace = (delegate* unmanaged<nint, ulong, nuint, int>)Export("cublasSetWorkspace_v2");
        SetMathMode = (delegate* unmanaged<nint, int, int>)Export("cublasSetMathMode");
        Multiply = (delegate* unmanaged<
            nint, int, int, int, int, int, void*, ulong, int, int, ulong, int, int, void*, ulong, int, int, int, int, int>)
            Export("cublasGemmEx");
    }

    /// <summary>Where it may be: those of CUDA 13 and 12.</summary>
    public static string[] Places => OperatingSystem.IsWindows()
        ? ["cublas64_13.dll", "cublas64_12.dll"]
        : ["libcublas.so.13", "libcublas.so.12"];

    /// <summary>The library of this machine, or null where there is none that we know.</summary>
    public static BlasLibrary? Find()
    {
        foreach (var place in Places)
            if (NativeLibrary.TryLoad(place, Assembly.GetExecutingAssembly(), null, out var library))
                return new(library);
        return null;
    }

    /// <summary>The name of a status.</summary>
    public static string NameOf(int status) => status switch
    {
        1 => "CUBLAS_STATUS_NOT_INITIALIZED",
        3 => "CUBLAS_STATUS_ALLOC_FAILED",
        7 => "CUBLAS_STATUS_INVALID_VALUE",
        8 => "CUBLAS_STATUS_ARCH_MISMATCH",
        11 => "CUBLAS_STATUS_MAPPING_ERROR",
        13 => "CUBLAS_STATUS_EXECUTION_FAILED",
        14 => "CUBLAS_STATUS_INTERNAL_ERROR",
        15 => "CUBLAS_STATUS_NOT_SUPPORTED",
        _ => "CUBLAS_STATUS",
    };
}
