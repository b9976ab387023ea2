using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>Scores without logits by our own kernels against the library, bit for bit; errors and their words.</summary>
public sealed class LinearScoreTests(ITestOutputHelper output)
{
    private readonly PtxDevice device = new();

    /// <summary>Rows, features, classes, how many of these: around 64 rows and 192 classes, all classes, and one of each.</summary>
    public static TheoryData<int, int, int, int> Shapes => new()
    {
        { 1, 1, 1, 1 }, { 2, 3, 193, 193 }, { 63, 2, 5, 5 }, { 64, 3, 9, 2 }, { 65, 2, 191, 3 }, { 66, 3, 192, 1 }, { 130, 257, 7, 4 }, { 3, 70, 590, 20 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Scores_have_the_librarys_bits(int rows, int features, int classes, int count)
    {
        Check<float, int>(rows, features, classes, count, 0);
        Check<double, long>(rows, features, classes, count, 1);
        Check<Half, short>(rows, features, classes, count, 2);
        Check<BFloat16, ulong>(rows, features, classes, count, 3);
    }

    /// <summary>Of equal logits the first class is first, in a tile and across tiles; also where all are -infinity but few.</summary>
    [Fact]
    public void Of_equal_logits_the_first_class_is_first()
    {
        var example = Example<float>(3, 1, 600, 4);
        Array.Clear(example.Hidden); // logits are the bias
        for (var c = 0; c < 600; c++) example.Bias[c] = c % 100 == 7 ? 1 : c % 3 == 0 ? 0 : -0.0f;
        Compare<float, int>(new(), example, 20);
        Array.Fill(example.Bias, float.NegativeInfinity);
        example.Bias[500] = example.Bias[300] = 2;
        Compare<float, int>(new(), example, 4);
        var (classes, scores) = Top(new(), example, 4);
        Assert.Equal([300, 500, 0, 1], classes[..4]);
        Assert.Equal(float.NegativeInfinity, scores[3]);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Rows_without_probabilities_are_NaN(float bad)
    {
        var example = Example<float>(3, 2, 200, 5);
        example.Hidden[2] = bad;
        Compare<float, int>(new(), example, 3);
        Array.Fill(example.Bias, bad);
        Compare<float, int>(new(), example, 3);
        Assert.Equal([0, 1, 2], Top(new(), example, 3).Classes[..3]);
        Assert.All(Top(new(), example, 3).Scores, static score => Assert.Equal(float.NaN, score));
    }

    /// <summary>What a loss has but scores have not changes nothing; blocks are rows.</summary>
    [Fact]
    public void Only_the_cap_the_temperature_and_the_limit_count()
    {
        var example = Example<float>(130, 2, 5, 6);
        var plain = Top(new(), example, 2);
        device.Largest = 0;
        var other = Top(new() { Weight = [1, 2], LabelSmoothing = 0.1, ZLoss = 1, IgnoreIndex = 2, MemoryLimit = 0 }, example, 2);
        Assert.Equal(plain.Classes, other.Classes);
        Assert.Equal(plain.Scores, other.Scores);
        Assert.Equal(130 * LinearRows.Numbers * 8, device.Largest); // more than 64 rows of logits
        Assert.Equal(3 + 1, device.Launches.Count(static name => name == "linear_top"));
    }

    [Fact]
    public void Outputs_may_be_given_and_nothing_waits()
    {
        var example = Example<float>(2, 3, 5, 7);
        using var x = CudaTensor<float>.New(device, new[] { 2, 3 }, example.Hidden);
        using var w = CudaTensor<float>.New(device, new[] { 5, 3 }, example.Weight);
        using var classes = CudaTensor<int>.New(device, new[] { 2, 4 }, []);
        using var scores = CudaTensor<float>.New(device, new[] { 2, 4 }, []);
        using var l = CudaTensor<float>.New(device, new[] { 2 }, []);
        var (loss, reads) = (new LinearCrossEntropyLoss(), device.Reads);
        Assert.Equal((classes, scores), loss.TopK(x, w, 4, classesFound: classes, logProbabilities: scores));
        Assert.Same(l, loss.LogSumExp(x, w, result: l));
        Assert.Equal(reads, device.Reads);
        Assert.Same(scores, loss.LogProbabilities(x, w, classes, logProbabilities: scores));
        using var one = CudaTensor<float>.New(device, new[] { 3 }, example.Hidden.AsSpan(0, 3)); // a row without dimensions
        using var first = CudaTensor<int>.New(device, TensorShape.Create([]), [classes.Cpu().ToArray()[0]]);
        using var score = loss.LogProbabilities(one, w, first);
        Assert.Equal((TensorShape.Create([]), scores.Cpu().ToArray()[0]), (score.Shape, score.Cpu().Item()));
        using var nothing = CudaTensor<float>.New(device, new[] { 0, 3 }, []);
        using var none = CudaTensor<int>.New(device, new[] { 0, 2 }, []);
        using var noScores = loss.LogProbabilities(nothing, w, none);
        using var noSums = loss.LogSumExp(nothing, w);
        Assert.Equal((TensorShape.Create([0, 2]), TensorShape.Create([0])), (noScores.Shape, noSums.Shape));
    }

    [Fact]
    public void A_class_that_is_none_is_found_before_anything_is_written()
    {
        using var x = CudaTensor<float>.New(device, new[] { 2, 1 }, [1, 2]);
        using var w = CudaTensor<float>.New(device, new[] { 5, 1 }, [1, 2, 3, 4, 5]);
        using var scores = CudaTensor<float>.New(device, new[] { 2, 2 }, [6, 7, 8, 9]);
        foreach (var (bad, said) in ((long, string)[])[(5, "5"), (-1, "-1"), (long.MinValue, "-9223372036854775808")])
        {
            using var chosen = CudaTensor<long>.New(device, new[] { 2, 2 }, [0, 4, bad, -3]);
            Assert.StartsWith($"chosen[1, 0] = {said} is out of bounds: classes are 0..4.", Assert.Throws<ArgumentOutOfRangeException>(
                () => new LinearCrossEntropyLoss().LogProbabilities(x, w, chosen, logProbabilities: scores)).Message, StringComparison.Ordinal);
        }
        Assert.Equal([6, 7, 8, 9], scores.Cpu().ToArray());
        Assert.DoesNotContain("linear_product_logits", device.Launches);
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_name()
    {
        using var x = CudaTensor<float>.New(device, new[] { 2, 3 }, new float[6]);
        using var w = CudaTensor<float>.New(device, new[] { 5, 3 }, new float[15]);
        using var chosen = CudaTensor<int>.New(device, new[] { 3, 2 }, new int[6]);
        using var far = CudaTensor<int>.New(new PtxDevice(), new[] { 2, 1 }, new int[2]);
        var loss = new LinearCrossEntropyLoss();
        string Of(Action call) => Assert.ThrowsAny<ArgumentException>(call).Message;
        void Refused(string because, Action call) => Assert.StartsWith(because, Of(call), StringComparison.Ordinal);
        Refused("chosen has shape [3, 2], but hidden of shape [2, 3] needs [2] or as many classes for each of its rows.",
            () => loss.LogProbabilities(x, w, chosen));
        Refused("chosen is on another GPU than the hidden states.", () => loss.LogProbabilities(x, w, far));
        Refused("count is 6; it is 1..5, the classes that there are.", () => loss.TopK(x, w, 6));
        Refused("count is 0; it is 1..5", () => loss.TopK(x, w, 0));
        Refused("result has shape [2, 3]; it needs that of the rows of hidden, [2].", () => loss.LogSumExp(x, w, result: x));
        Refused("logProbabilities overlaps hidden.", () => loss.TopK(x, w, 3, logProbabilities: x));
        Refused("classesFound has shape [3, 2]; it needs that of count for each row, [2, 3].", () => loss.TopK(x, w, 3, classesFound: chosen));
        Refused("hidden has shape [5, 3], but its last dimension must be 2", () => loss.LogSumExp(w, CudaTensor<float>.New(device, new[] { 1, 2 }, [1, 2])));
        Assert.Empty(device.Launches);
    }

    private (int[] Classes, float[] Scores) Top(LinearCrossEntropyLoss loss, LinearNumbers<float> example, int count)
    {
        using var x = CudaTensor<float>.New(device, new[] { example.Rows, example.Features }, example.Hidden);
        using var w = CudaTensor<float>.New(device, new[] { example.Classes, example.Features }, example.Weight);
        using var b = CudaTensor<float>.New(device, new[] { example.Classes }, example.Bias);
        var (classes, scores) = loss.TopK(x, w, count, b, products: CudaProducts.Own);
        using (classes)
        using (scores)
            return (classes.Cpu().ToArray(), scores.Cpu().ToArray());
    }

    private void Check<T, TChosen>(int rows, int features, int classes, int count, int salt)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TChosen : unmanaged, IBinaryInteger<TChosen>
    {
        var turn = rows + salt;
        LinearCrossEntropyLoss loss = (turn % 3) switch
        {
            0 => new(),
            1 => new() { SoftCap = 3, MemoryLimit = 0 },
            _ => new() { Temperature = 0.7 },
        };
        Compare<T, TChosen>(loss, Example<T>(rows, features, classes, salt, turn % 2 > 0), count);
    }

    private void Compare<T, TChosen>(LinearCrossEntropyLoss loss, LinearNumbers<T> example, int count)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TChosen : unmanaged, IBinaryInteger<TChosen>
    {
        var (rows, features) = (example.Rows, example.Features);
        int[] chosen = [.. Enumerable.Range(0, rows * count).Select(i => i * 7919 % example.Classes)], found = new int[rows * count];
        T[] ofChosen = new T[rows * count], ofFound = new T[rows * count], sums = new T[rows];
        T[]? bias = example.HasBias ? example.Bias : null;
        loss.LogProbabilities<T>(example.Hidden, example.Weight, chosen, features, ofChosen, bias);
        loss.TopK<T>(example.Hidden, example.Weight, count, features, found, ofFound, bias);
        loss.LogSumExp<T>(example.Hidden, example.Weight, features, sums, bias);
        using (var x = CudaTensor<T>.New(device, new[] { rows, features }, example.Hidden))
        using (var w = CudaTensor<T>.New(device, new[] { example.Classes, features }, example.Weight))
        using (var b = example.HasBias ? CudaTensor<T>.New(device, new[] { example.Classes }, example.Bias) : null)
        using (var t = CudaTensor<TChosen>.New(device, new[] { rows, count }, [.. chosen.Select(TChosen.CreateTruncating)]))
        using (var scores = loss.LogProbabilities(x, w, t, b, products: CudaProducts.Own))
        using (var l = loss.LogSumExp(x, w, b, products: CudaProducts.Own))
        {
            var top = loss.TopK(x, w, count, b, products: CudaProducts.Own);
            var what = $"{loss} of {typeof(T).Name} [{rows}, {features}] x [{example.Classes}]";
            AssertBits.Equal<T>(sums, l.Cpu().ToArray(), what + " ln sum exp");
            AssertBits.Equal<T>(ofChosen, scores.Cpu().ToArray(), what + " of chosen classes");
            AssertBits.Equal<T>(ofFound, top.LogProbabilities.Cpu().ToArray(), what + " of the most probable classes");
            Assert.Equal(found, top.Classes.Cpu().ToArray());
            top.Classes.Dispose();
            top.LogProbabilities.Dispose();
        }
        Assert.Equal(0, device.Memory.Allocations);
    }

    private LinearNumbers<T> Example<T>(int rows, int features, int classes, int salt, bool hasBias = true) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var seed = Environment.TickCount ^ salt;
        output.WriteLine($"seed {seed}");
        return new(new Random(seed), rows, features, classes) { HasBias = hasBias };
    }
}
