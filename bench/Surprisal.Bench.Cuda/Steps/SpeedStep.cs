using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Surprisal.Cuda;

namespace Surprisal.Bench.Cuda;

/// <summary>How long cross-entropy takes, value and gradient in place of the logits, beside a copy of as many bytes.</summary>
internal static class SpeedStep
{
    /// <summary>What is timed.</summary>
    internal readonly record struct Shape(string Type, int Rows, int Classes)
    {
        public string Name => $"{Rows} x {Classes} {Type}";
    }

    public static readonly IReadOnlyList<Shape> Shapes =
        [new("bfloat16", 16_384, 128_256), new("float", 32_768, 32_000), new("float", 10_000_000, 10), new("bfloat16", 16_384, 16_384)];

    /// <summary>The copy of so many bytes, each read once and written once.</summary>
    public static void Copy(ICudaDevice device, JsonObject to, long bytes)
    {
        using var timed = new TimedDevice(device);
        using var memory = new DeviceScratch(device);
        var (from, other) = (Filled<float>(device, memory, bytes / 4), memory.Of(bytes));
        var ms = Median(20, () => CopyKernel.Run(timed, from, other, bytes), () => timed.Times["copy"]);
        to["bytes"] = bytes;
        Put(to, ms, 2 * bytes, 0);
    }

    public static void Run(ICudaDevice device, JsonObject to, Shape shape)
    {
        if (shape.Type == "float") Run<float>(device, to, shape);
        else Run<BFloat16>(device, to, shape);
    }

    /// <summary>Calls on 128 rows of 10, whose time is launches, allocations and the way back.</summary>
    public static void Small(ICudaDevice device, JsonObject to, int calls)
    {
        using var x = CudaTensor<float>.New(device, new[] { 128, 10 }, new float[1280]);
        using var g = CudaTensor<float>.New(device, new[] { 128, 10 }, []);
        using var t = CudaTensor<int>.New(device, new[] { 128 }, new int[128]);
        var loss = new CrossEntropyLoss();
        loss.Evaluate(x, t, g);
        var ms = Median(calls, () => loss.Evaluate(x, t, g), null);
        to["microseconds"] = Math.Round(1000 * ms, 1);
        to["summary"] = $"{1000 * ms:F1} us a call";
    }

    private static void Run<T>(ICudaDevice device, JsonObject to, Shape shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var size = Marshal.SizeOf<T>();
        var elements = (long)shape.Rows * shape.Classes;
        using var timed = new TimedDevice(device);
        using var memory = new DeviceScratch(device);
        var kept = Filled<T>(device, memory, elements);
        using var x = CudaTensor<T>.New(timed, new[] { shape.Rows, shape.Classes }, []);
        using var y = CudaTensor<T>.New(device, new[] { shape.Rows, shape.Classes }, []); // the same without waiting for each kernel
        using var t = Targets(device, shape);
        using var timedTargets = Targets(timed, shape);
        var loss = new CrossEntropyLoss();

        double Once()
        {
            CopyKernel.Run(device, kept, x.Address, elements * size);
            return loss.Evaluate(x, timedTargets, x).Value;
        }

        to["value"] = Once(); // compiles
        Once();
        var path = timed.Times.Keys.First(IsOfRows);
        to["path"] = path;
        if (path.StartsWith(ClassPlan.RowsClustered, StringComparison.Ordinal)) // what the same takes without clusters
        {
            timed.UsesClusters = false;
            to["value without clusters"] = Once();
            Once();
        }
        foreach (var (kernel, one) in timed.Times) to[kernel + " ms"] = Math.Round(one, 4);
        var ms = Median(10, () =>
        {
            CopyKernel.Run(device, kept, y.Address, elements * size);
            timed.Finish();
        }, () => Milliseconds(() => loss.Evaluate(y, t, y)));
        var copied = Median(10, () => CopyKernel.Run(timed, kept, y.Address, elements * size), () => timed.Times["copy"]);
        Put(to, ms, 2 * elements * size, copied);
        to["logits a second"] = Math.Round(elements / ms * 1000);
    }

    /// <summary>Whether a kernel's name begins with a layout.</summary>
    private static bool IsOfRows(string kernel) =>
        kernel.StartsWith("rows_", StringComparison.Ordinal) || kernel.StartsWith("columns_", StringComparison.Ordinal);

    private static CudaTensor<int> Targets(ICudaDevice device, Shape shape) =>
        CudaTensor<int>.New(device, new[] { shape.Rows },
            [.. Enumerable.Range(0, shape.Rows).Select(row => (int)(row * 7919L % shape.Classes))]);

    private static void Put(JsonObject to, double ms, long bytes, double copied)
    {
        to["ms"] = Math.Round(ms, 4);
        to["GB/s"] = Math.Round(bytes / ms / 1e6, 1);
        to["summary"] = $"{ms:F3} ms, {bytes / ms / 1e6:F0} GB/s";
        if (copied == 0) return;
        to["copy ms"] = Math.Round(copied, 4);
        to["of a copy's speed"] = Math.Round(copied / ms, 3);
        to["summary"] += $", {copied / ms:P0} of a copy";
    }

    /// <summary>Random logits: a block of them again and again.</summary>
    private static ulong Filled<T>(ICudaDevice device, DeviceScratch memory, long elements) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var size = Marshal.SizeOf<T>();
        var address = memory.Of(elements * size);
        var random = new Random(1);
        var block = new T[Math.Min(elements, 1 << 24)];
        for (var i = 0; i < block.Length; i++) block[i] = T.CreateTruncating(random.NextDouble() * 20 - 10);
        for (var at = 0L; at < elements; at += block.Length)
            device.Write(address + (ulong)(at * size), MemoryMarshal.AsBytes(block.AsSpan(0, (int)Math.Min(block.Length, elements - at))));
        return address;
    }

    /// <summary>The median of some rounds, but of no more than five seconds; what a round took is asked, or measured.</summary>
    internal static double Median(int rounds, Action run, Func<double>? time)
    {
        var clock = Stopwatch.StartNew();
        var times = new List<double>();
        while (times.Count < rounds && (times.Count == 0 || clock.Elapsed.TotalSeconds < 5))
        {
            var one = Milliseconds(run);
            times.Add(time?.Invoke() ?? one);
        }
        times.Sort();
        return times[times.Count / 2];
    }

    private static double Milliseconds(Action run)
    {
        var start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
