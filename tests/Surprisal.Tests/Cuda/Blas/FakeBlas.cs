using System.Runtime.InteropServices;
using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>fake_cublas.c beside the fake driver, compiled where there is a compiler. One test at a time uses it: it has one state.</summary>
public sealed unsafe class FakeBlas : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("surprisal-blas-").FullName;
    private readonly nint handle;

    public FakeBlas()
    {
        if (CLibrary.Build("tests/Surprisal.Tests/Cuda/Blas/fake_cublas.c", Path.Combine(folder, "libfakeblas.so")) is { } file)
            handle = NativeLibrary.Load(file);
    }

    public FakeDriver Driver { get; } = new();

    public int Handles => ((delegate* unmanaged<int>)Export("fake_blas_handles"))();

    /// <summary>The type that the last product was computed in, and the mode of all.</summary>
    public (int Compute, int Mode) Last => (((delegate* unmanaged<int>)Export("fake_blas_compute"))(), ((delegate* unmanaged<int>)Export("fake_blas_mode"))());

    public string Journal => Text("fake_blas_journal");

    public string Faults => Text("fake_blas_faults") + Driver.Faults;

    /// <summary>A driver that finds this cuBLAS.</summary>
    internal CudaDriver Start(int capability = 90)
    {
        var driver = new CudaDriver(Driver.Start(capability), 0) { FindLibrary = () => new BlasLibrary(handle) };
        ((delegate* unmanaged<nint, void>)Export("fake_blas_reset"))(Driver.DepthFunction);
        return driver;
    }

    public void Fail(int nth, int code) => ((delegate* unmanaged<int, int, void>)Export("fake_blas_fail"))(nth, code);

    public void Dispose()
    {
        if (handle != 0) NativeLibrary.Free(handle);
        Driver.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private string Text(string name) => Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)Export(name))())!;

    private nint Export(string name) => NativeLibrary.GetExport(handle, name);
}
