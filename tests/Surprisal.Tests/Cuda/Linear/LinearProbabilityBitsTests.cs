using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>Linear cross-entropy with class probabilities by our own kernels against the library, bit for bit: value, losses and all three
/// gradients.</summary>
public sealed class LinearProbabilityBitsTests(ITestOutputHelper output)
{
    public static TheoryData<int, int, int> Shapes => LinearBitsTests.Shapes;

    private static LinearCrossEntropyLoss[] Losses(int classes)
    {
        ClassWeights weight = Enumerable.Range(0, classes).Select(static c => 0.3 + c % 7 * 0.77).ToArray();
        return
        [
            new(),
            new() { Weight = weight, Reduction = Reduction.Sum, ZLoss = 0.01 },
            new() { LabelSmoothing = 0.1, Weight = weight },
            new() { SoftCap = 5, LabelSmoothing = 0.2 },
            new() { SoftCap = 2, Temperature = 0.7, ZLoss = 0.02, Weight = weight, Normalizer = 3 },
            new() { Temperature = 1.3 },
        ];
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Floats_have_the_librarys_bits(int rows, int features, int classes) => Check<float>(rows, features, classes, 0);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Doubles_have_the_librarys_bits(int rows, int features, int classes) => Check<double>(rows, features, classes, 1);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Halves_have_the_librarys_bits(int rows, int features, int classes) => Check<Half>(rows, features, classes, 2);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void BFloat16_has_the_librarys_bits(int rows, int features, int classes) => Check<BFloat16>(rows, features, classes, 3);

    /// <summary>The pivot of a row goes from tile to tile and from block to block of classes; a limit changes no bit of it.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    [InlineData(64L * 590 * 4)]
    [InlineData(192L * 192 * 4)]
    public void No_limit_of_memory_changes_a_bit(long? limit)
    {
        var example = Example<float>(70, 3, 590, 5);
        for (var row = 0; row < 3; row++) Array.Fill(example.Hidden, 0, row * 3, 3); // logits are the bias
        example.Bias[7] = example.Bias[300] = example.Bias[301] = example.Bias[589] = 20; // of equal ones the first
        example.Compare<long>(new() { MemoryLimit = limit, LabelSmoothing = 0.1 }, new PtxDevice());
        example.Compare<long>(new() { MemoryLimit = limit, SoftCap = 30 }, new PtxDevice());
    }

    [Fact]
    public void Rows_of_NaN_and_of_infinities_are_the_librarys()
    {
        foreach (var bad in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            var (hidden, bias) = (Example<float>(6, 2, 400, 6), Example<float>(6, 2, 400, 7));
            hidden.Hidden[5] = bad;
            hidden.Compare<long>(new(), new PtxDevice());
            foreach (var c in (int[])[0, 193, 399]) bias.Bias[c] = bad;
            Array.Fill(bias.Bias, bad, 192, 192); // a tile of nothing else
            bias.Compare<long>(new() { MemoryLimit = 0 }, new PtxDevice());
            bias.Probabilities.AsSpan(0, 400).Clear();
            bias.Compare<long>(new() { SoftCap = 3 }, new PtxDevice());
        }
    }

    [Theory]
    [InlineData(EmptyMean.NaN)]
    [InlineData(EmptyMean.Zero)]
    public void Where_no_row_counts_gradients_are_0(EmptyMean whenEmpty)
    {
        var example = Example<float>(6, 3, 5, 8, hasSampleWeights: true);
        Array.Clear(example.SampleWeights);
        Array.Fill(example.Hidden, float.NaN);
        example.Compare<long>(new() { WhenEmpty = whenEmpty }, new PtxDevice());
    }

    private void Check<T>(int rows, int features, int classes, int salt) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (turn, losses) = (rows + features + salt, Losses(classes));
        foreach (var it in (int[])[turn, turn + 3]) // options, headers and schedules take turns
        {
            var example = Example<T>(rows, features, classes, salt, it % 2 > 0, it % 3 > 0);
            var loss = losses[it % losses.Length] with { MemoryLimit = it % 4 == 0 ? 0 : null };
            example.Compare<long>(loss, new PtxDevice(PtxTarget.All[it % 3]));
        }
    }

    private LinearNumbers<T> Example<T>(int rows, int features, int classes, int salt, bool hasSampleWeights = false, bool hasBias = true)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var seed = Environment.TickCount ^ salt;
        output.WriteLine($"seed {seed}");
        return new(new Random(seed), rows, features, classes)
        {
            HasProbabilities = true, HasSampleWeights = hasSampleWeights, HasBias = hasBias,
        };
    }
}
