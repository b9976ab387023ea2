using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>
/// The divisor of class indices with weights against a loop that adds them in order; and that it is made in order only where the order matters.
/// </summary>
public sealed class DivisorBitsTests(ITestOutputHelper output)
{
    /// <summary>More than two tiles of the sum in order, and blocks of threads that end in the middle.</summary>
    private const int Positions = 4500;

    private readonly PtxDevice device = new();

    [Theory]
    [InlineData("floats", true)]
    [InlineData("doubles", false)]
    [InlineData("signs", true)]
    [InlineData("wide", false)] // powers of two, far apart
    [InlineData("just wide", false)]
    [InlineData("not so wide", true)]
    [InlineData("denormal", false)]
    [InlineData("overflow", false)]
    [InlineData("infinite", false)]
    [InlineData("not a number", false)]
    [InlineData("zeros", true)]
    public void Sums_are_those_of_a_loop_and_in_order_where_that_matters(string kind, bool isExact)
    {
        var random = Seeded(0);
        var weights = Enumerable.Range(0, 20).Select(c => kind switch
        {
            "floats" => (double)(float)(0.01 + random.NextDouble() * 4),
            "doubles" => random.NextDouble() * 4,
            "signs" => (float)((random.Next(2) - 0.5) * (0.01 + random.NextDouble())),
            "wide" => Math.ScaleB(1, random.Next(100)),
            "just wide" => Math.ScaleB(1, c == 7 ? 40 : c % 2), // up to 2^13 of them, below 2^41: 54 bits
            "not so wide" => Math.ScaleB(1, c == 7 ? 39 : c % 2),
            "denormal" => c == 7 ? 5e-324 : 1,
            "overflow" => Math.ScaleB(c % 2 == 0 ? 1 : -1, 1023),
            "infinite" => c == 7 ? double.PositiveInfinity : 1,
            "not a number" => c == 7 ? double.NaN : 1,
            _ => 0.0,
        }).ToArray();
        Check(weights, null, random, isExact);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Sample_weights_count_too(bool isMask)
    {
        var random = Seeded(1);
        double[] counts = [.. Enumerable.Range(0, Positions).Select(_ => isMask ? random.Next(2) : (float)(0.01 + random.NextDouble()))];
        Check([.. Enumerable.Range(0, 20).Select(_ => (double)(float)(0.01 + random.NextDouble()))], counts, random, isMask);
        Check(null, counts, random, isExact: true); // 24 bits each, where products have 48
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2047)]
    [InlineData(2048)]
    [InlineData(2049)]
    public void Rows_of_several_labels_are_added_in_order(int rows)
    {
        var random = Seeded(2);
        double[] inputs = [.. Enumerable.Range(0, rows).Select(_ => random.NextDouble() * 8 - 4)], targets = [.. inputs.Select(_ => random.NextDouble())];
        using var x = CudaTensor<double>.New(device, new[] { rows, 1 }, inputs);
        using var t = CudaTensor<double>.New(device, new[] { rows, 1 }, targets);
        using var each = CudaTensor<double>.New(device, new[] { rows }, []);
        var sum = new MultiLabelSoftMarginLoss { Reduction = Reduction.Sum }.Evaluate(x, t, losses: each).Value;
        AssertBits.Equal(each.Cpu().ToArray().Aggregate(0.0, static (a, b) => a + b), sum, "sum");
    }

    private void Check(double[]? weights, double[]? counts, Random random, bool isExact)
    {
        var classes = new int[Positions];
        var (expected, isEmpty) = (0.0, true);
        for (var i = 0; i < Positions; i++)
        {
            classes[i] = random.Next(20) == 0 || counts?[i] == 0 ? -1 : random.Next(20);
            if (classes[i] < 0) continue;
            var weight = (weights?[classes[i]] ?? 1) * (counts?[i] ?? 1);
            expected += weight;
            isEmpty &= weight == 0;
        }
        using var memory = new DeviceScratch(device);
        var (state, targets) = (memory.Of(EvaluationState.Size), memory.Of<int>(classes));
        ((ICudaDevice)device).Launch(TargetKernels.Module, TargetKernels.Begin, 1, 0, state);
        var (w, s) = (weights is null ? 0 : memory.Of<double>(weights), counts is null ? 0 : memory.Of<double>(counts));
        var terms = memory.Of(1) + 512; // where the next memory will be
        MeanDivisor.OfIndices(device, memory, new CrossEntropyLoss(), ElementType.Of<double>(), targets, Positions, w, s, state);
        var found = ClassEvaluation.Read(device, state);
        AssertBits.Equal(expected, found.Divisor, "divisor");
        AssertBits.Equal(isEmpty ? double.NaN : 1 / expected, found.Scale, "scale");
        Assert.Equal(isEmpty, found.Empty != 0);
        Assert.Equal((isExact ? 0 : 8L * Positions, 8L * Positions), device.Memory.Traffic(terms));
    }

    private Random Seeded(int salt)
    {
        var seed = Environment.TickCount ^ salt;
        output.WriteLine($"seed {seed}");
        return new(seed);
    }
}
