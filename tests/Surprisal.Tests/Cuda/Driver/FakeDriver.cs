using System.Runtime.InteropServices;
using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>fake_cuda.c, compiled where there is a compiler. One test at a time uses it: it has one state.</summary>
public sealed unsafe class FakeDriver : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("surprisal-driver-").FullName;
    private readonly nint handle;

    public FakeDriver()
    {
        if (CLibrary.Build("tests/Surprisal.Tests/Cuda/Driver/fake_cuda.c", Path.Combine(folder, "libfake.so")) is { } file)
            handle = NativeLibrary.Load(file);
    }

    public bool IsThere => handle != 0;

    public int Depth => ((delegate* unmanaged<int>)Export("fake_depth"))();

    /// <summary>What <see cref="Depth"/> calls, for other fakes.</summary>
    internal nint DepthFunction => Export("fake_depth");

    public int Calls => ((delegate* unmanaged<int>)Export("fake_calls"))();

    public int Kept => ((delegate* unmanaged<int>)Export("fake_kept"))();

    public int Retained => ((delegate* unmanaged<int>)Export("fake_retained"))();

    /// <summary>The blocks of the last launch in clusters, and how many a cluster had.</summary>
    public (int Blocks, int Cluster) Clustered =>
        (((delegate* unmanaged<int>)Export("fake_clustered_blocks"))(), ((delegate* unmanaged<int>)Export("fake_cluster"))());

    public string Journal => Text("fake_journal");

    public string Faults => Text("fake_faults");

    /// <param name="capability">Of the card.</param>
    /// <param name="largestCluster">The most blocks of a cluster.</param>
    internal CudaLibrary Start(int capability = 90, int largestCluster = 16)
    {
        Assert.SkipUnless(IsThere, "there is no C compiler, so the fake driver cannot be built.");
        ((delegate* unmanaged<int, void>)Export("fake_reset"))(capability);
        ((delegate* unmanaged<int, void>)Export("fake_largest_cluster"))(largestCluster);
        return new(handle);
    }

    public void Fail(int nth, int code) => ((delegate* unmanaged<int, int, void>)Export("fake_fail"))(nth, code);

    /// <summary>From now on there is no memory.</summary>
    public void Fill() => ((delegate* unmanaged<void>)Export("fake_fill"))();

    public void Clear() => ((delegate* unmanaged<void>)Export("fake_clear"))();

    public void Dispose()
    {
        if (handle != 0) NativeLibrary.Free(handle);
        Directory.Delete(folder, recursive: true);
    }

    private string Text(string name) => Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)Export(name))())!;

    private nint Export(string name) => NativeLibrary.GetExport(handle, name);
}
