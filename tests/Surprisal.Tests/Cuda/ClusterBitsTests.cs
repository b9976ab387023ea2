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

    /// <summary>
    /// Each lane has one large term, and in each 1024 logits one that is lost beside it, but not 16 of them: any other order of the sums has
    /// other bits.
    /// </summary>
    [Fact]
    public void Sums_are_added_level_by_level()
    {
        var logits = new float[3 * Block];
        Array.Fill(logits, float.NegativeInfinity);
        for (var unit = 0; unit < logits.Length; unit += 1024) logits.AsSpan(unit + 64, 16).Fill(-37.8f);
        logits.AsSpan(0, 16).Fill(-0.1f);
        logits[16] = 0;
        Compare(new CrossEntropyLoss { Reduction = Reduction.Sum }, logits, [16], []);
    }

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

    /// <summary>What is not finite lies in another block than the target; the row before the last is ignored, whatever it holds.</summary>
    [Fact]
    public void Numbers_that_are_not_finite_have_the_librarys_bits()
    {
        const int Classes = Block + 40, Rows = 5;
        var logits = Logits<float>(Seeded(), Rows * Classes);
        Span<float> Row(int row) => logits.AsSpan(row * Classes, Classes);
        Row(0)[3] = float.PositiveInfinity;
        Row(1)[^1] = float.NaN;
        Row(2)[..Block].Fill(float.NegativeInfinity);
        Row(3)[7] = float.NaN;
        Row(4).Fill(float.NegativeInfinity);
        foreach (var loss in (ClassIndexLoss[])[new CrossEntropyLoss { Reduction = Reduction.Sum }, new CrossEntropyLoss { LabelSmoothing = 0.1 }])
            Compare(loss, logits, [Classes - 1, 0, 5, -100, Block], []);
    }

    [Fact]
    public void After_a_bad_target_all_blocks_leave_and_nothing_is_written()
    {
        const int Classes = Block + 8;
        float[] logits = [.. Enumerable.Range(0, 2 * Classes).Select(static i => i % 7 - 3.5f)];
        using var x = CudaTensor<float>.New(device, new[] { 2, Classes }, logits);
        using var t = CudaTensor<int>.New(device, new[] { 2 }, [0, Classes]);
        Assert.StartsWith($"targets[1] = {Classes} is out of bounds",
            Assert.Throws<ArgumentOutOfRangeException>(() => Plain.Evaluate(x, t, x)).Message, StringComparison.Ordinal);
        Assert.Contains("rows_clustered_plain", device.Launches);
        Assert.Equal(logits, x.Cpu().ToArray());
        Compare(Plain, logits, [0, Classes - 1], []);
    }

    /// <summary>A value alone reads the logits once too; nothing but the target's logit is read twice.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Logits_are_read_once_and_gradients_written_once(bool hasGradient)
    {
        const int Classes = Block + 5003;
        using var x = CudaTensor<BFloat16>.New(device, new[] { 1, Classes }, new BFloat16[Classes]);
        using var g = CudaTensor<BFloat16>.New(device, new[] { 1, Classes }, new BFloat16[Classes]);
        using var t = CudaTensor<int>.New(device, new[] { 1 }, [Classes / 2]);
        Plain.Evaluate(x, t, hasGradient ? g : null);
        Assert.Equal((2L * Classes + 2 * 2 * RowCluster<BFloat16Element>.Threads, 0L), device.Memory.Traffic(x.Address));
        Assert.Equal((0L, hasGradient ? 2L * Classes : 0), device.Memory.Traffic(g.Address));
    }

    /// <summary>The largest cluster of a card is its driver's to say; other rows are streamed.</summary>
    [Theory]
    [InlineData(4096, 16, "rows_streamed", 1)]
    [InlineData(4097, 1, "rows_clustered", 1)]
    [InlineData(8 * Block, 8, "rows_clustered", 8)]
    [InlineData(8 * Block + 1, 8, "rows_streamed", 1)]
    [InlineData(16 * Block, 16, "rows_clustered", 16)]
    [InlineData(3 * Block + 1, 16, "rows_clustered", 4)]
    [InlineData(5000, 0, "rows_streamed", 1)]
    public void Rows_have_clusters_where_the_card_has_them(int classes, int mostBlocks, string layout, int cluster)
    {
        var card = new PtxDevice { MostBlocks = mostBlocks };
        ClassPlan Of<T>(ICudaDevice on) where T : unmanaged => ElementType.Of<T>() is var type
            ? ClassPlan.Of(on, SoftmaxKernels.Modules[type.Index], static layout => SoftmaxKernels.Name(layout, isLog: true), type, classes, 1) : default;
        var plan = Of<Half>(card);
        Assert.Equal(($"{layout}_log_softmax", cluster, 7 * cluster),
            (plan.Kernel.Name, plan.Cluster, plan.PositionsOfABlock == 1 ? plan.Grid(7).Blocks : 7));
        Assert.Equal(layout == "rows_clustered" ? "clusters_half" : "softmax_half", plan.Module.Name);
        Assert.True(plan.SharedBytes <= RowSlots<FloatElement, F32>.MaxShared);
        Assert.Equal("rows_streamed_log_softmax", Of<double>(card).Kernel.Name);
        Assert.Equal("rows_streamed_log_softmax", Of<float>(new PtxDevice(PtxTarget.All[1])).Kernel.Name);
    }

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
