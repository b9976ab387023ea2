using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>Linear cross-entropy by our own kernels against the library, bit for bit: value, losses and all three gradients.</summary>
public sealed class LinearBitsTests(ITestOutputHelper output)
{
    /// <summary>Rows, features and classes around what sums are cut by: 64 rows, 192 classes, 256 features; and one of each.</summary>
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 1, 3, 193 }, { 2, 257, 3 }, { 63, 2, 5 }, { 64, 3, 9 }, { 65, 2, 191 }, { 66, 5, 192 }, { 130, 2, 7 }, { 3, 70, 200 }, { 5, 2, 400 },
    };

    private static LinearCrossEntropyLoss[] Losses(int classes)
    {
        ClassWeights weight = Enumerable.Range(0, classes).Select(static c => 0.3 + c % 7 * 0.77).ToArray();
        return
        [
            new() { IgnoreIndex = 1 },
            new() { Weight = weight, Reduction = Reduction.Sum, ZLoss = 0.01 },
            new() { LabelSmoothing = 0.1, Weight = weight },
            new() { SoftCap = 5, LabelSmoothing = 0.2, IgnoreIndex = 0 },
            new() { SoftCap = 2, Temperature = 0.7, ZLoss = 0.02, Weight = weight, Normalizer = 3 },
            new() { Temperature = 1.3, IgnoreIndex = 2 },
        ];
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Floats_have_the_librarys_bits(int rows, int features, int classes) => Check<float, int>(rows, features, classes, 0);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Doubles_have_the_librarys_bits(int rows, int features, int classes) => Check<double, long>(rows, features, classes, 1);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Halves_have_the_librarys_bits(int rows, int features, int classes) => Check<Half, short>(rows, features, classes, 2);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void BFloat16_has_the_librarys_bits(int rows, int features, int classes) => Check<BFloat16, ushort>(rows, features, classes, 3);

    /// <summary>One chain, one tile and one block after the other, whatever is kept: rows, classes or all.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    [InlineData(64L * 390 * 4)]
    [InlineData(192L * 192 * 4)]
    public void No_limit_of_memory_changes_a_bit(long? limit)
    {
        var example = new LinearNumbers<float>(new Random(Seed(5)), 130, 3, 390);
        Compare(new LinearCrossEntropyLoss { MemoryLimit = limit, LabelSmoothing = 0.1 }, example, new PtxDevice());
        if (limit == 0) Compare(new LinearCrossEntropyLoss { MemoryLimit = limit }, new LinearNumbers<Half>(new Random(Seed(6)), 70, 3, 390), new PtxDevice());
    }

    /// <summary>The micro-tiles of all threads: more rows and classes than one block of threads takes.</summary>
    [Fact]
    public void Whole_tiles_have_the_librarys_bits() =>
        Compare(new LinearCrossEntropyLoss(), new LinearNumbers<float>(new Random(Seed(7)), 131, 67, 133), new PtxDevice());

    [Fact]
    public void Rows_that_do_not_count_are_never_multiplied_and_those_of_NaN_are_NaN()
    {
        foreach (var (row, target) in ((int, long)[])[(1, -100), (1, 0), (4, 2)])
            foreach (var bad in (float[])[float.NaN, float.PositiveInfinity, -0.0f])
            {
                var example = new LinearNumbers<float>(new Random(Seed(8)), 6, 3, 5);
                example.Hidden[row * 3 + 1] = bad;
                example.Targets[row] = target;
                Compare(new LinearCrossEntropyLoss { LabelSmoothing = target == 2 ? 0.1 : 0 }, example, new PtxDevice());
            }
        var capped = new LinearNumbers<double>(new Random(Seed(9)), 6, 3, 5);
        capped.Weight[4] = double.NaN;
        Compare(new LinearCrossEntropyLoss { SoftCap = 3 }, capped, new PtxDevice());
    }

    [Theory]
    [InlineData(EmptyMean.NaN)]
    [InlineData(EmptyMean.Zero)]
    public void Where_no_row_counts_gradients_are_0(EmptyMean whenEmpty)
    {
        var example = new LinearNumbers<float>(new Random(Seed(10)), 6, 3, 5);
        Array.Fill(example.Targets, -100);
        Compare(new LinearCrossEntropyLoss { WhenEmpty = whenEmpty }, example, new PtxDevice());
        var weightless = new LinearNumbers<float>(new Random(Seed(11)), 6, 3, 5);
        Compare(new LinearCrossEntropyLoss { WhenEmpty = whenEmpty, Weight = [0, 0, 0, 0, 0] }, weightless, new PtxDevice());
    }

    /// <summary>Sums of more rows than one tile of an ordered sum, and of rows whose loss is infinite: by a target that is impossible.</summary>
    [Theory]
    [InlineData(17, 0)]
    [InlineData(17, 5)]
    [InlineData(2051, 0)]
    [InlineData(2051, 2050)]
    public void The_sum_of_the_losses_has_the_librarys_bits(int rows, int infinite)
    {
        var example = new LinearNumbers<float>(new Random(Seed(12)), rows, 1, 3);
        for (var row = 0; row < rows; row++) example.Targets[row] = row % 2;
        example.Bias[2] = float.NegativeInfinity;
        if (infinite > 0) example.Targets[infinite] = 2;
        Compare(new LinearCrossEntropyLoss(), example, new PtxDevice());
        if (infinite > 0) Assert.Equal(double.PositiveInfinity, example.OnDevice<int>(new(), new PtxDevice(), CudaProducts.Own).Result.Value);
    }

    private void Check<T, TTarget>(int rows, int features, int classes, int salt)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var random = new Random(Seed(salt));
        var (turn, losses) = (rows + features + salt, Losses(classes));
        foreach (var it in (int[])[turn, turn + 3]) // options, headers and schedules take turns
        {
            var example = new LinearNumbers<T>(random, rows, features, classes) { HasBias = it % 3 > 0, HasSampleWeights = it % 2 > 0 };
            var loss = losses[it % losses.Length] with { MemoryLimit = it % 4 == 0 ? 0 : null };
            example.Compare<TTarget>(loss, new PtxDevice(PtxTarget.All[it % 3]));
        }
    }

    private static void Compare<T>(LinearCrossEntropyLoss loss, LinearNumbers<T> example, PtxDevice device) where T : unmanaged, IFloatingPointIeee754<T> =>
        example.Compare<long>(loss, device);

    private int Seed(int salt)
    {
        var seed = Environment.TickCount ^ salt;
        output.WriteLine($"seed {seed}");
        return seed;
    }
}
