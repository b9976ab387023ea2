using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Surprisal.Cuda;

namespace Surprisal.Bench.Cuda;

/// <summary>Random logits through the card and through the CPU: value, losses and gradient have to be equal in every bit.</summary>
internal static class BitsStep
{
    private const int MostRandom = 1_000_003;

    /// <summary>Fewer logits than that are compared with class probabilities and as regions, and longer rows as elements.</summary>
    private const int LossesOfElementsFrom = 128, MostOfOtherLosses = 10_000_000;

    /// <summary>A shape in one element type; maybe by losses over class indices alone.</summary>
    internal readonly record struct Case(string Type, int Samples, int Classes, int Inner, bool OnlyIndices = false);

    /// <summary>Each way through the kernels once.</summary>
    public static readonly IReadOnlyList<Case> Tiny =
    [
        .. from type in (string[])["float", "double", "half", "bfloat16"]
            from shape in ((int, int, int)[])[(130, 10, 1), (3, 200, 1), (2, 3, 70)]
            select new Case(type, shape.Item1, shape.Item2, shape.Item3),
        new("bfloat16", 1, 16_401, 1, OnlyIndices: true), // in a cluster of two blocks
    ];

    public static readonly IReadOnlyList<Case> Small =
    [
        .. from type in (string[])["float", "double", "half", "bfloat16"]
            from shape in ((int, int, int)[])
            [
                (1, 1, 1), (1000, 2, 1), (4097, 10, 1), (130, 127, 1), (129, 128, 1), (500, 129, 1), (70, 1000, 1), (33, 1024, 1),
                (17, 1031, 1), (9, 5003, 1), (5, 16_384, 1), (3, 17_001, 1), (2, 100_003, 1), (3, 21, 1024), (2, 200, 77), (1, 500, 3),
            ]
            select new Case(type, shape.Item1, shape.Item2, shape.Item3),
    ];

    /// <summary>The rows of the shapes that are timed, fewer of them.</summary>
    public static readonly IReadOnlyList<Case> Large =
        [new("bfloat16", 1024, 128_256, 1), new("float", 4096, 32_000, 1), new("float", 1_000_000, 10, 1), new("bfloat16", 4, 19, 1 << 18)];

    public static void Run(ICudaDevice device, JsonObject to, IReadOnlyList<Case> cases)
    {
        var seed = Environment.TickCount;
        to["seed"] = seed;
        var (equal, faults) = (0, new JsonArray());
        foreach (var it in cases)
        {
            var random = new Random(seed);
            var fault = it.Type switch
            {
                "float" => Check<float, int>(device, it, random),
                "double" => Check<double, long>(device, it, random),
                "half" => Check<Half, short>(device, it with { Classes = Math.Min(it.Classes, short.MaxValue) }, random),
                _ => Check<BFloat16, uint>(device, it, random),
            };
            if (fault is null) equal++;
            else faults.Add($"{it}: {fault}");
        }
        to["summary"] = $"{equal} of {cases.Count} shapes equal";
        if (faults.Count > 0) to["failed"] = faults;
    }

    private static ClassIndexLoss[] Losses(int classes)
    {
        ClassWeights weight = Enumerable.Range(0, classes).Select(static c => 0.3 + c % 7 * 0.77).ToArray();
        return
        [
            new CrossEntropyLoss { IgnoreIndex = 1 },
            new CrossEntropyLoss { Reduction = Reduction.Sum, Weight = weight, ZLoss = 0.01 },
            new CrossEntropyLoss { LabelSmoothing = 0.1, Weight = classes <= 65_536 ? weight : null },
            new NllLoss { Weight = weight },
            new SoftmaxFocalLoss { Weight = weight, Gamma = 0.7 },
            new CrossEntropyLoss { SoftCap = 5, Temperature = 1.7, Prior = weight },
        ];
    }

    /// <summary>What is not equal first, or null.</summary>
    private static string? Check<T, TTarget>(ICudaDevice device, Case it, Random random)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var (samples, classes, inner) = (it.Samples, it.Classes, it.Inner);
        int[] shape = inner == 1 ? [samples, classes] : [samples, classes, inner], positions = inner == 1 ? [samples] : [samples, inner];
        var values = new T[samples * classes * inner];
        var block = Math.Min(values.Length, MostRandom);
        for (var i = 0; i < block; i++)
            values[i] = T.CreateTruncating(random.Next(50) == 0 ? -90 * random.NextDouble() : random.NextDouble() * 20 - 10);
        for (var at = block; at < values.Length; at += block) // beyond that the same again, in other rows
            values.AsSpan(0, Math.Min(block, values.Length - at)).CopyTo(values.AsSpan(at));
        var classOf = new TTarget[samples * inner];
        for (var i = 0; i < classOf.Length; i++) classOf[i] = TTarget.CreateTruncating(random.Next(classes));
        var losses = values.Length > 10_000_000 ? Losses(classes)[..1] : Losses(classes); // the CPU takes its time
        var (gradient, each, counts) = (new T[values.Length], new T[classOf.Length], Counts<T>(classOf.Length, random));
        var isWeighted = false;
        foreach (var loss in losses)
            try
            {
                var expected = loss.Evaluate(new ReadOnlyTensorSpan<T>(values, Lengths(shape)),
                    new ReadOnlyTensorSpan<TTarget>(classOf, Lengths(positions)), new TensorSpan<T>(gradient, Lengths(shape)),
                    new TensorSpan<T>(each, Lengths(positions)),
                    isWeighted ? new ReadOnlyTensorSpan<T>(counts, Lengths(positions)) : default);
                using var x = CudaTensor<T>.New(device, shape, values);
                using var t = CudaTensor<TTarget>.New(device, positions, classOf);
                using var losses_ = CudaTensor<T>.New(device, positions, []);
                using var s = CudaTensor<T>.New(device, positions, counts);
                var result = loss.Evaluate(x, t, x, losses_, isWeighted ? s : null);
                isWeighted = !isWeighted; // they take turns
                var fault = Differs([expected.Value, expected.Divisor], [result.Value, result.Divisor], "value")
                    ?? Differs<T>(each, losses_.Cpu().AsReadOnlySpan(), "losses")
                    ?? Differs<T>(gradient, x.Cpu().AsReadOnlySpan(), "gradient");
                if (fault is not null) return $"{loss}: {fault}";
            }
            catch (CudaException error)
            {
                return $"{loss}: {error.Message}";
            }
        if (values.Length >= MostOfOtherLosses || it.OnlyIndices) return null;
        return ProbabilityBits.Check<T>(device, shape, positions, random)
            ?? RegionBits.Check(device, values, classOf, shape, positions)
            ?? (inner == 1 && classes > LossesOfElementsFrom ? ElementBits.Check<T>(device, samples, classes, random) : null);
    }

    /// <summary>Sample weights, a few of which are 0.</summary>
    internal static T[] Counts<T>(int length, Random random) where T : unmanaged, IFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(random.Next(4) == 0 ? 0 : random.NextDouble() * 3))];

    internal static nint[] Lengths(int[] shape) => [.. shape.Select(static size => (nint)size)];

    internal static string? Differs<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string what) where T : unmanaged, INumberBase<T>
    {
        if (MemoryMarshal.AsBytes(expected).SequenceEqual(MemoryMarshal.AsBytes(actual))) return null;
        var (first, count) = (-1, 0);
        for (var i = 0; i < expected.Length; i++)
        {
            if (T.IsNaN(expected[i]) && T.IsNaN(actual[i])) continue; // which NaN it is does not count
            if (MemoryMarshal.AsBytes(expected.Slice(i, 1)).SequenceEqual(MemoryMarshal.AsBytes(actual.Slice(i, 1)))) continue;
            if (count++ == 0) first = i;
        }
        return count == 0 ? null : $"{what}[{first}] is {actual[first]:R}, not {expected[first]:R}; {count} of {expected.Length} differ";
    }
}
