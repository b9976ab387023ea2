using System.Text.Json.Nodes;
using Surprisal.Bench.Cuda;
using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>The steps that bench/gpu.sh runs on a card, here by the interpreter and the fake driver: tiny, but to the end.</summary>
public sealed class GpuProgramTests(FakeDriver fake) : IClassFixture<FakeDriver>
{
    private readonly PtxDevice device = new();
    private readonly JsonObject found = [];

    [Fact]
    public void Bits_are_compared_and_equal()
    {
        BitsStep.Run(device, found, BitsStep.Tiny);
        Assert.Equal("13 of 13 shapes equal", Summary());
        Assert.Equal(0, device.Memory.Allocations);
    }

    [Fact]
    public void Bits_of_linear_cross_entropy_are_compared_and_equal()
    {
        LinearStep.Bits(device, found, LinearStep.Tiny);
        Assert.Equal("4 of 4 sizes equal", Summary());
        Assert.Equal(0, device.Memory.Allocations);
        found.Clear();
        LinearStep.Bits(new Forgetful(device), found, [new("float", 65, 3, 7)]);
        Assert.Contains("[0] is", found["failed"]!.ToString(), StringComparison.Ordinal);
        found.Clear();
        LinearStep.Speed(device, found, new("float", 3, 2, 5), long.MaxValue);
        Assert.EndsWith("TFLOP/s", Summary(), StringComparison.Ordinal);
        found.Clear();
        LinearStep.Speed(device, found, LinearStep.Timed[0], free: 2_000_000_000);
        Assert.Equal("skipped: 3.2 GB are needed, 2.0 are free", Summary());
    }

    [Fact]
    public void Bits_that_differ_are_found()
    {
        BitsStep.Run(new Forgetful(device), found, [new("float", 3, 200, 1)]);
        Assert.Contains("[0] is", found["failed"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Goldens_are_what_PyTorch_answers()
    {
        GoldenStep.Run(device, found, 20);
        Assert.EndsWith(" cases as PyTorch answers", Summary(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_call_is_refused_and_a_good_one_follows()
    {
        RecoveryStep.Run(device, found);
        Assert.StartsWith("refused, then ", Summary(), StringComparison.Ordinal);
        Assert.StartsWith("targets[29] = 100 is out of bounds", found["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("float", 130, 10)]
    [InlineData("bfloat16", 3, 200)]
    [InlineData("bfloat16", 1, 4104)]
    public void Speeds_are_measured_and_memory_is_given_back(string type, int rows, int classes)
    {
        SpeedStep.Run(device, found, new(type, rows, classes));
        Assert.Contains("of a copy", Summary(), StringComparison.Ordinal);
        Assert.True((double)found["ms"]! > 0);
        Assert.Equal(classes > 4000 ? "rows_clustered_plain" : classes > 128 ? "rows_resident_plain" : "columns_rows_plain", found["path"]!.ToString());
        Assert.Equal(classes > 4000, found.ContainsKey("rows_streamed_plain ms"));
        Assert.Equal(0, device.Memory.Allocations);
        SpeedStep.Small(device, found, 1);
        Assert.EndsWith("us a call", Summary(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(16 * 1024)]
    [InlineData(16 * 2500)]
    public void The_copy_is_one(int bytes)
    {
        SpeedStep.Copy(device, found, bytes);
        Assert.Contains("GB/s", Summary(), StringComparison.Ordinal);
        using var memory = new DeviceScratch(device);
        float[] values = [.. Enumerable.Range(0, bytes / 4).Select(static i => (float)i)];
        var (from, to) = (memory.Of<float>(values), memory.Of(bytes));
        CopyKernel.Run(device, from, to, bytes);
        Assert.Equal(values, AssertBits.Read<float>(device, to, values.Length));
        Assert.Equal(((long)bytes, 0L), device.Memory.Traffic(from));
    }

    [Fact]
    public void Every_text_is_compiled_and_its_registers_are_listed()
    {
        using (var driver = new CudaDriver(fake.Start(), 0))
        {
            foreach (var module in ModuleStep.Modules)
            {
                found.Clear();
                ModuleStep.Run(driver, found, module);
                Assert.Equal($"{module.Entries.Count} kernels, at most 40 registers", Summary());
                Assert.Equal("0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads", found["log"]!.ToString());
            }
            Assert.Equal(1, fake.Kept); // the stream
            Assert.Equal(1000, driver.FreeBytes);
            CardStep.Run(driver, found);
            Assert.Equal("Fake 0, CUDA 12.4, sm_90", found["summary"]!.ToString());
            Assert.Equal(16, (int)found["largest cluster"]!);
        }
        Assert.Equal((0, 0, ""), (fake.Depth, fake.Kept, fake.Faults));
    }

    [Fact]
    public void Without_a_driver_the_program_says_so_and_skips()
    {
        if (System.Runtime.InteropServices.NativeLibrary.TryLoad("libcuda.so.1", out _)) return;
        Assert.Equal(GpuStep.Skipped, GpuStep.Answer("card"));
    }

    [Fact]
    public void Steps_have_names_of_their_own_and_a_program_that_never_ends_is_stopped()
    {
        Assert.Distinct(GpuStep.All.Select(static step => step.Name));
        if (OperatingSystem.IsWindows()) return;
        var (code, output, said) = ChildProcess.Run("/bin/sh", ["-c", "echo first; exec sleep 60"], 1);
        Assert.Equal((124, "first", "took longer than 1 s."), (code, output.Trim(), said.Trim()));
        Assert.Equal(-1, ChildProcess.Run("no-such-program", [], 1).Code);
    }

    /// <summary>The step's one line; fails where it found something wrong.</summary>
    private string Summary()
    {
        Assert.True(found["failed"] is null, found["failed"]?.ToString());
        return found["summary"]!.ToString();
    }

    /// <summary>A card that reads its memory wrongly.</summary>
    private sealed class Forgetful(ICudaDevice device) : ICudaDevice
    {
        public PtxTarget Target => device.Target;

        public int Processors => device.Processors;

        public int MaxSharedBytes => device.MaxSharedBytes;

        public ulong Allocate(long bytes) => device.Allocate(bytes);

        public void Free(ulong address) => device.Free(address);

        public void Write(ulong address, ReadOnlySpan<byte> bytes) => device.Write(address, bytes);

        public void Read(ulong address, Span<byte> bytes)
        {
            device.Read(address, bytes);
            if (bytes.Length > EvaluationState.Size) bytes[0] ^= 1;
        }

        public void WaitFor(nint stream) => device.WaitFor(stream);

        public void Launch(PtxModule module, PtxKernel kernel, LaunchGrid grid, params ReadOnlySpan<PtxArgument> arguments) =>
            device.Launch(module, kernel, grid, arguments);
    }
}
