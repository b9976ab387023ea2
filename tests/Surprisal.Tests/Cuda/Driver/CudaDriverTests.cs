using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>The driver layer against a driver that checks what it is told.</summary>
public sealed class CudaDriverTests(FakeDriver fake) : IClassFixture<FakeDriver>
{
    [Fact]
    public void A_card_is_opened_and_closed_in_order()
    {
        new CudaDriver(fake.Start(), 0).Dispose();
        Assert.Equal("cuInit cuDeviceGetCount cuDeviceGet cuDeviceGetName cuDevicePrimaryCtxRetain cuDeviceGetAttribute cuDeviceGetAttribute " +
            "cuDeviceGetAttribute cuDeviceGetAttribute cuDeviceGetAttribute cuCtxPushCurrent cuStreamCreate cuCtxPopCurrent cuCtxPushCurrent cuStreamDestroy " +
            "cuCtxPopCurrent cuDevicePrimaryCtxRelease ", fake.Journal);
        AssertClean();
    }

    [Fact]
    public void An_evaluation_leaves_nothing_behind()
    {
        using (var driver = new CudaDriver(fake.Start(), 0))
        {
            using (var x = CudaTensor<float>.New(driver, new[] { 2, 3 }, [1, 2, 3, 4, 5, 6]))
            using (var t = CudaTensor<int>.New(driver, new[] { 2 }, [0, 1]))
            {
                Assert.Equal([1, 2, 3, 4, 5, 6], x.Cpu().ToArray());
                fake.Clear();
                new CrossEntropyLoss { Weight = [1, 2, 3] }.Evaluate(x, t, x); // nothing is computed here
                Assert.Equal(7, fake.Journal.Split("cuLaunchKernel ").Length - 1);
                Assert.Equal(fake.Journal.Split("cuCtxPushCurrent ").Length, fake.Journal.Split("cuCtxPopCurrent ").Length);
            }
            Assert.Equal(5, fake.Kept); // four modules and the stream
        }
        AssertClean();
    }

    /// <summary>The launch of long rows: its configuration and attribute are checked by the driver, which says what clusters it has.</summary>
    [Theory]
    [InlineData(90, 16, 40_000, 3)]
    [InlineData(90, 16, 200_000, 13)]
    [InlineData(90, 8, 200_000, 0)]
    [InlineData(100, 8, 128_256, 8)]
    [InlineData(90, 0, 40_000, 0)]
    [InlineData(86, 16, 40_000, 0)]
    public void Long_rows_are_launched_in_clusters_that_the_card_has(int capability, int largest, int classes, int cluster)
    {
        using (var driver = new CudaDriver(fake.Start(capability, largest), 0))
        using (var x = CudaTensor<float>.New(driver, new[] { 2, classes }, []))
        using (var t = CudaTensor<int>.New(driver, new[] { 2 }, [0, 1]))
        {
            new CrossEntropyLoss().Evaluate(x, t, x);
            fake.Clear();
            new CrossEntropyLoss().Evaluate(x, t, x);
            Assert.Equal(cluster == 0 ? 0 : 1, fake.Journal.Split("cuLaunchKernelEx ").Length - 1);
            Assert.DoesNotContain("cuOccupancyMaxActiveClusters", fake.Journal, StringComparison.Ordinal); // it has been asked
        }
        Assert.Equal((2 * cluster, cluster), fake.Clustered);
        AssertClean();
    }

    [Fact]
    public unsafe void Launches_have_the_drivers_layout() => Assert.Equal((56, 72), (sizeof(LaunchConfig), sizeof(LaunchAttribute)));

    /// <summary>Each call of an evaluation fails once, with an error that one can go on after: nothing is kept, the stack is even.</summary>
    [Fact]
    public void After_an_error_of_any_call_memory_is_given_back()
    {
        var calls = Evaluate(0, 0, out _);
        for (var nth = 1; nth <= calls; nth++)
        {
            Evaluate(nth, 1, out var error);
            Assert.True(error is CudaException { Code: 1, Name: "CUDA_ERROR_FAKE" } or null, $"call {nth}: {error}");
            Assert.Equal(0, fake.Depth);
            Assert.True(fake.Faults.Length == 0, $"call {nth}: {fake.Faults}");
            Assert.True(fake.Kept <= 1,
                $"call {nth} of {calls}: {fake.Kept} pieces are kept after {fake.Journal}"); // what cuMemFree or cuModuleUnload itself refused to give back
        }
    }

    [Fact]
    public void An_error_that_breaks_the_context_is_told_and_nothing_is_called_after_it()
    {
        using var driver = new CudaDriver(fake.Start(), 0);
        using var x = CudaTensor<float>.New(driver, new[] { 2, 3 }, new float[6]);
        using var t = CudaTensor<int>.New(driver, new[] { 2 }, [0, 1]);
        new CrossEntropyLoss().Evaluate(x, t);
        fake.Fail(FirstLaunch(x, t), 700);
        var error = Assert.Throws<CudaException>(() => new CrossEntropyLoss().Evaluate(x, t));
        Assert.Equal("cuLaunchKernel of begin: CUDA_ERROR_ILLEGAL_ADDRESS (700), a text.", error.Message);
        fake.Clear();
        Assert.StartsWith("the CUDA context is broken since cuLaunchKernel of begin (CUDA_ERROR_ILLEGAL_ADDRESS)",
            Assert.Throws<CudaException>(() => x.Cpu()).Message, StringComparison.Ordinal);
        Assert.Equal("", fake.Journal);
        Assert.Equal("", fake.Faults);
    }

    [Fact]
    public void Out_of_memory_is_tried_again_and_then_told_in_numbers()
    {
        using var driver = new CudaDriver(fake.Start(), 0);
        fake.Fail(2, 2); // after the push
        fake.Clear();
        driver.Free(driver.Allocate(100));
        Assert.StartsWith("cuCtxPushCurrent cuMemAlloc cuStreamSynchronize cuMemAlloc cuCtxPopCurrent ", fake.Journal, StringComparison.Ordinal);
        fake.Fill();
        Assert.Equal("Fake 0 is out of memory: 123 bytes were asked for, 1000 of 2000 are free.",
            Assert.Throws<CudaException>(() => driver.Allocate(123)).Message);
    }

    [Fact]
    public void A_text_that_is_refused_brings_what_the_compiler_said()
    {
        using var driver = new CudaDriver(fake.Start(), 0);
        using var x = CudaTensor<float>.New(driver, new[] { 2, 3 }, new float[6]);
        using var t = CudaTensor<int>.New(driver, new[] { 2 }, [0, 1]);
        fake.Fail(5, 218); // an allocation between push and pop, and a push come before
        var error = Assert.Throws<CudaException>(() => new CrossEntropyLoss().Evaluate(x, t));
        Assert.Equal("cuModuleLoadDataEx of targets (PTX 7.8 for sm_90, driver of CUDA 12.4; ptxas error : line 7): CUDA_ERROR_FAKE (218), a text.",
            error.Message);
        Assert.Equal("", fake.Faults);
    }

    [Fact]
    public void A_card_that_is_too_old_or_not_there_is_refused_by_name()
    {
        Assert.Equal("Fake 0 has compute capability 7.0; 7.5 or later is needed.",
            Assert.Throws<CudaException>(() => new CudaDriver(fake.Start(70), 0)).Message);
        Assert.Equal(0, fake.Retained);
        Assert.Equal("there is no GPU 1: the driver has 0..0.", Assert.Throws<CudaException>(() => new CudaDriver(fake.Start(), 1)).Message);
    }

    /// <summary>Forward and Backward on a driver that works ahead: what they start is waited for where a number is read, and nowhere else.</summary>
    [Fact]
    public void Nothing_waits_on_the_tape()
    {
        using (var driver = new CudaDriver(fake.Start(), 0))
        using (var x = CudaTensor<float>.New(driver, new[] { 2, 3 }, new float[6]))
        using (var t = CudaTensor<int>.New(driver, new[] { 2 }, [0, 1]))
        {
            x.RequiresGrad = true;
            fake.Clear();
            using var loss = new CrossEntropyLoss().Forward(x, t);
            loss.Backward();
            Assert.DoesNotContain("Synchronize", fake.Journal, StringComparison.Ordinal);
            Assert.DoesNotContain("cuMemFree", fake.Journal, StringComparison.Ordinal); // waits too
            _ = loss.Item();
            Assert.Contains("cuStreamSynchronize", fake.Journal, StringComparison.Ordinal);
        }
        AssertClean();
    }

    [Fact]
    public void Memory_of_the_host_is_refused()
    {
        using var driver = new CudaDriver(fake.Start(), 0);
        Assert.Equal("pointer is 10, which is no memory that CUDA knows; it has to be device memory. (Parameter 'pointer')",
            Assert.Throws<ArgumentException>(() => driver.CheckPointer(16, "pointer")).Message);
    }

    [Fact]
    public void Our_stream_waits_for_another_by_an_event()
    {
        using var driver = new CudaDriver(fake.Start(), 0);
        fake.Clear();
        driver.WaitFor(0);
        Assert.Equal("cuCtxPushCurrent cuEventCreate cuEventRecord cuStreamWaitEvent cuEventDestroy cuCtxPopCurrent ", fake.Journal);
        Assert.Equal("", fake.Faults);
    }

    [Fact]
    public void Without_a_driver_there_is_one_line()
    {
        if (System.Runtime.InteropServices.NativeLibrary.TryLoad("libcuda.so.1", out _) || OperatingSystem.IsWindows()) return;
        Assert.Equal("no NVIDIA driver: libcuda.so.1 cannot be loaded; .Cuda() needs an NVIDIA GPU with a driver of CUDA 11.0 or later.",
            Assert.Throws<CudaException>(() => Tensor.Zeros<float>(2).Cuda()).Message);
    }

    private int Evaluate(int nth, int code, out Exception? error)
    {
        var driver = new CudaDriver(fake.Start(), 0);
        fake.Fail(nth, code);
        error = Record.Exception(() =>
        {
            using var x = CudaTensor<float>.New(driver, new[] { 2, 3 }, new float[6]);
            using var t = CudaTensor<int>.New(driver, new[] { 2 }, [0, 1]);
            new CrossEntropyLoss().Evaluate(x, t, x);
        });
        var calls = fake.Calls;
        driver.Dispose();
        return calls;
    }

    private int FirstLaunch(CudaTensor<float> x, CudaTensor<int> t) => NumberOf("cuLaunchKernel", x, t);

    /// <summary>Which call of an evaluation is the first of that name.</summary>
    private int NumberOf(string name, CudaTensor<float> x, CudaTensor<int> t)
    {
        fake.Clear();
        new CrossEntropyLoss().Evaluate(x, t);
        return Array.IndexOf(fake.Journal.Split(' '), name) + 1;
    }

    private void AssertClean()
    {
        Assert.Equal((0, 0, 0, ""), (fake.Depth, fake.Kept, fake.Retained, fake.Faults));
    }
}
