using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Surprisal.Cuda;

namespace Surprisal.Bench.Cuda;

/// <summary>
/// Linear cross-entropy: our own products have the CPU's bits, cuBLAS its numbers and the same bits each time; and how long both take.
/// </summary>
internal static class LinearStep
{
    /// <summary>A size in one element type.</summary>
    internal readonly record struct Case(string Type, int Rows, int Features, int Classes)
    {
        public string Name => $"linear {Rows} x {Features} x {Classes} {Type}";

        /// <summary>What an evaluation needs: hidden states and weight, their gradients, copies of the rows in float, 1024 rows of logits
        /// and of their gradients; of 16 bits all rows.</summary>
        public long Bytes
        {
            get
            {
                var size = Type == "float" ? 4 : 2;
                var logits = (long)Math.Min(Rows, 1024) * Classes * (4 + size);
                return 2L * size * Classes * Features + (2L * size + size + 4) * Rows * Features + logits;
            }
        }
    }

    public static readonly IReadOnlyList<Case> Tiny = [.. from type in Types select new Case(type, 65, 3, 7)];

    public static readonly IReadOnlyList<Case> Small =
    [
        .. from type in Types
           from size in ((int, int, int)[])[(1, 1, 1), (63, 33, 191), (64, 256, 192), (65, 257, 193), (300, 70, 1000), (1100, 40, 500)]
           select new Case(type, size.Item1, size.Item2, size.Item3),
    ];

    public static readonly IReadOnlyList<Case> Timed = [new("bfloat16", 8192, 4096, 128_256), new("float", 4096, 2048, 32_000)];

    private static string[] Types => ["float", "double", "half", "bfloat16"];

    /// <summary>Compares value and gradients, by both schedules.</summary>
    public static void Bits(ICudaDevice device, JsonObject to, IReadOnlyList<Case> cases)
    {
        var seed = Environment.TickCount;
        to["seed"] = seed;
        var (faults, blas) = (new JsonArray(), device.FindBlas(isRequired: false) is not null);
        foreach (var it in cases)
        {
            var random = new Random(seed);
            var fault = it.Type switch
            {
                "float" => Check<float>(device, it, random, blas, 1e-4),
                "double" => Check<double>(device, it, random, blas, 1e-11),
                "half" => Check<Half>(device, it, random, blas, 2e-2),
                _ => Check<BFloat16>(device, it, random, blas, 5e-2),
            };
            if (fault is not null) faults.Add($"{it}: {fault}");
        }
        to["cuBLAS"] = blas;
        to["summary"] = $"{cases.Count - faults.Count} of {cases.Count} sizes equal{(blas ? ", cuBLAS near" : "")}";
        if (faults.Count > 0) to["failed"] = faults;
    }

    /// <summary>The time of value and all gradients, and operations a second: 6 a row, feature and class. Skipped where that many bytes are
    /// not free.</summary>
    public static void Speed(ICudaDevice device, JsonObject to, Case it, long free)
    {
        if (free < it.Bytes)
        {
            to["summary"] = $"skipped: {it.Bytes / 1e9:F1} GB are needed, {free / 1e9:F1} are free";
            return;
        }
        if (it.Type == "float") Time<float>(device, to, it);
        else Time<BFloat16>(device, to, it);
    }

    private static string? Check<T>(ICudaDevice device, Case it, Random random, bool hasBlas, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (hidden, weight) = (Numbers<T>(random, it.Rows * it.Features, 1), Numbers<T>(random, it.Classes * it.Features, 0.3));
        var targets = new int[it.Rows];
        for (var i = 0; i < targets.Length; i++) targets[i] = i % 7 == 3 ? -100 : random.Next(it.Classes);
        foreach (var limit in (long?[])[null, 0])
        {
            var loss = new LinearCrossEntropyLoss { MemoryLimit = limit, LabelSmoothing = 0.1 };
            var (dx, dw) = (new T[hidden.Length], new T[weight.Length]);
            var value = loss.Evaluate<T, int>(hidden, weight, targets, it.Features, default, dx, dw).Value;
            var own = Run(device, loss, it, hidden, weight, targets, CudaProducts.Own);
            var fault = BitsStep.Differs([value], [own.Value], "value") ?? BitsStep.Differs<T>(dx, own.Hidden, "hidden")
                ?? BitsStep.Differs<T>(dw, own.Weight, "weight");
            if (fault is not null) return fault;
            if (!hasBlas) continue;
            var (first, again) = (Run(device, loss, it, hidden, weight, targets, CudaProducts.Blas),
                Run(device, loss, it, hidden, weight, targets, CudaProducts.Blas));
            fault = BitsStep.Differs<T>(first.Hidden, again.Hidden, "cuBLAS again")
                ?? BitsStep.Differs<T>(first.Weight, again.Weight, "cuBLAS again")
                ?? Far(dx, first.Hidden, tolerance, "cuBLAS's hidden") ?? Far(dw, first.Weight, tolerance, "cuBLAS's weight");
            if (fault is not null) return fault;
        }
        return LinearBits.Check(device, it, hidden, weight, random);
    }

    private static (double Value, T[] Hidden, T[] Weight) Run<T>(
        ICudaDevice device, LinearCrossEntropyLoss loss, Case it, T[] hidden, T[] weight, int[] targets, CudaProducts products)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var x = CudaTensor<T>.New(device, new[] { it.Rows, it.Features }, hidden);
        using var w = CudaTensor<T>.New(device, new[] { it.Classes, it.Features }, weight);
        using var t = CudaTensor<int>.New(device, new[] { it.Rows }, targets);
        using var dx = CudaTensor<T>.New(device, x.Shape, []);
        using var dw = CudaTensor<T>.New(device, w.Shape, []);
        var value = loss.Evaluate(x, w, t, hiddenGradient: dx, weightGradient: dw, products: products).Value;
        return (value, dx.Cpu().ToArray(), dw.Cpu().ToArray());
    }

    private static string? Far<T>(T[] expected, T[] actual, double tolerance, string what) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var most = expected.Max(static number => Math.Abs(double.CreateTruncating(number)));
        for (var i = 0; i < expected.Length; i++)
            if (!(Math.Abs(double.CreateTruncating(expected[i]) - double.CreateTruncating(actual[i])) <= tolerance * most))
                return $"{what}[{i}] is {actual[i]}, not {expected[i]}";
        return null;
    }

    private static void Time<T>(ICudaDevice device, JsonObject to, Case it) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var memory = new DeviceScratch(device);
        var random = new Random(1);
        using var x = CudaTensor<T>.New(device, new[] { it.Rows, it.Features }, Numbers<T>(random, it.Rows * it.Features, 1));
        using var w = CudaTensor<T>.New(device, new[] { it.Classes, it.Features }, []);
        var rows = Numbers<T>(random, Math.Min(it.Classes, 1024) * it.Features, 0.03);
        for (var c = 0; c < it.Classes; c += 1024) // the same again and again
            device.Write(w.Address + (ulong)((long)c * it.Features * Marshal.SizeOf<T>()),
                MemoryMarshal.AsBytes(rows.AsSpan(0, Math.Min(1024, it.Classes - c) * it.Features)));
        using var t = CudaTensor<int>.New(device, new[] { it.Rows }, [.. Enumerable.Range(0, it.Rows).Select(row => row % it.Classes)]);
        using var dx = CudaTensor<T>.New(device, x.Shape, []);
        using var dw = CudaTensor<T>.New(device, w.Shape, []);
        var said = new List<string>();
        foreach (var products in (CudaProducts[])[CudaProducts.Own, CudaProducts.Blas])
        {
            if (products == CudaProducts.Blas && device.FindBlas(isRequired: false) is null) continue;
            void Evaluate() => new LinearCrossEntropyLoss().Evaluate(x, w, t, hiddenGradient: dx, weightGradient: dw, products: products);
            Evaluate();
            var ms = SpeedStep.Median(5, Evaluate, null);
            var teraflops = 6.0 * it.Rows * it.Features * it.Classes / ms / 1e9;
            to[$"{products} ms"] = Math.Round(ms, 3);
            to[$"{products} TFLOP/s"] = Math.Round(teraflops, 1);
            said.Add($"{products} {ms:F1} ms, {teraflops:F1} TFLOP/s");
        }
        to["summary"] = string.Join("; ", said);
    }

    private static T[] Numbers<T>(Random random, int length, double size) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var numbers = new T[length];
        for (var i = 0; i < length; i++) numbers[i] = T.CreateTruncating((2 * random.NextDouble() - 1) * size);
        return numbers;
    }
}
