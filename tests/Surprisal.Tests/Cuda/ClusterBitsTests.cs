using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>Rows in clusters of blocks by the shipped text against the library, bit for bit; the device says which kernels ran.</summary>
public sealed class ClusterBitsTests(ITestOutputHelper output)
{
    private const int Block = RowCluster<FloatElement>.BlockClasses;

    private readonly PtxDevice device = new();

    private static CrossEntropyLoss Plain => new() { IgnoreIndex = 1 };

    public static TheoryData<string> Variants => ["plain", "squared", "smooth", "transformed", "focal"];

    /// <summary>One block, two and more, with a last block from one logit to all, rows that begin anywhere.</summary>
    [Theory]
    [InlineData(2, ClassPlan.ClusteredFrom)]
    [InlineData(1, Block - 1)]
    [InlineData(1, Block)]
    [InlineData(2, Block + 1)]
    [InlineData(1, 2 * Block)]
    [InlineData(2, 2 * Block + 1)]
    [InlineData(1, 3 * Block + 1077)]
    public void Blocks_of_any_length_have_the_librarys_bits(int samples, int classes) => Check<float>(Plain, samples, classes);

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_variant_has_the_librarys_bits(string variant)
    {
        const int Classes = Block + 1300;
        Check<Half>(LossOf(variant, Classes), 1, Classes, isWeighted: true);
        Check<float>(LossOf(variant, 5000), 3, 5000);
        Check<BFloat16>(LossOf(variant, 5003), 2, 5003);
    }

    [Fact]
    public void A_vocabulary_of_today_has_the_librarys_bits() => Check<BFloat16>(Plain, 2, 128_256);

    [Fact]
    public void The_largest_cluster_has_the_librarys_bits() => Check<Half>(new CrossEntropyLoss(), 1, 15 * Block + 1);

    private static ClassIndexLoss LossOf(string variant, int classes)
    {
        ClassWeights weight = Enumerable.Range(0, classes).Select(static c => 0.3 + c % 7 * 0.77).ToArray();
        ClassWeights prior = Enumerable.Range(0, classes).Select(static c => 0.01 + c % 5).ToArray();
        return variant switch
        {
            "plain" => new CrossEntropyLoss { Weight = weight },
            "squared" => new CrossEntropyLoss { ZLoss = 0.01, Reduction = Reduction.Sum },
            "smooth" => new CrossEntropyLoss { LabelSmoothing = 0.1, Weight = weight },
            "transformed" => new CrossEntropyLoss { SoftCap = 5, Temperature = 1.7, Prior = prior, LabelSmoothing = 0.2, ZLoss = 0.01 },
            _ => new SoftmaxFocalLoss { Weight = weight, IgnoreIndex = 0 },
        };
    }

    private void Check<T>(ClassIndexLoss loss, int samples, int classes, bool isWeighted = false) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = Seeded();
        var targets = new int[samples];
        for (var i = 0; i < samples; i++) targets[i] = random.Next(classes);
        if (samples > 1) targets[0] = classes - 1;
        Compare(loss, Logits<T>(random, samples * classes), targets, isWeighted ? [T.CreateTruncating(1.7)] : []);
        Assert.Contains(device.Launches, static kernel => kernel.StartsWith("rows_clustered_", StringComparison.Ordinal));
    }

    private Random Seeded()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        return new(seed);
    }

    private static T[] Logits<T>(Random random, int length) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var logits = new T[length];
        for (var i = 0; i < length; i++)
            logits[i] = random.Next(60) == 0 ? T.NegativeInfinity : T.CreateTruncating(random.NextDouble() * 20 - 10);
        return logits;
    }

    private void Compare<T>(ClassIndexLoss loss, T[] logits, int[] targets, T[] counts) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (samples, classes) = (targets.Length, logits.Length / targets.Length);
        var (gradient, losses) = (new T[logits.Length], new T[samples]);
        nint[] shape = [samples, classes], positions = [samples];
        var expected = loss.Evaluate(new ReadOnlyTensorSpan<T>(logits, shape), new ReadOnlyTensorSpan<int>(targets), new TensorSpan<T>(gradient, shape),
            new TensorSpan<T>(losses), counts.Length == 0 ? default : new ReadOnlyTensorSpan<T>(counts));
        using var x = CudaTensor<T>.New(device, shape, logits);
        using var t = CudaTensor<int>.New(device, positions, targets);
        using var each = CudaTensor<T>.New(device, positions, []);
        using var s = CudaTensor<T>.New(device, positions, counts.Length == 0 ? new T[samples] : counts);
        var result = loss.Evaluate(x, t, x, each, counts.Length == 0 ? null : s);
        var what = $"{loss} of {typeof(T).Name} [{samples}, {classes}]";
        AssertBits.Equal(expected.Value, result.Value, what + " value");
        AssertBits.Equal(expected.Divisor, result.Divisor, what + " divisor");
        AssertBits.Equal<T>(losses, each.Cpu().ToArray(), what + " losses");
        AssertBits.Equal<T>(gradient, x.Cpu().ToArray(), what + " gradient");
    }
}
