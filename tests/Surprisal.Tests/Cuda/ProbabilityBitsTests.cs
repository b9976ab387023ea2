using System.Numerics.Tensors;
using Surprisal.Cuda;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Cuda;

/// <summary>Class probabilities by the shipped text against the library, bit for bit, and the door's errors.</summary>
public sealed class ProbabilityBitsTests(ITestOutputHelper output)
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 3, 2, 1 }, { 130, 10, 1 }, { 600, 9, 1 }, { 5, 16, 1 }, { 4, 17, 1 }, { 3, 128, 1 }, // a thread a row
        { 17, 129, 1 }, { 3, 144, 1 }, { 2, 319, 1 }, { 2, 1031, 1 }, // 16 threads a row
        { 2, 3, 70 }, { 1, 200, 2 }, // classes apart
    };

    private static CrossEntropyLoss[] Losses(int classes)
    {
        ClassWeights weight = Enumerable.Range(0, classes).Select(static c => 0.3 + c % 7 * 0.77).ToArray();
        ClassWeights prior = Enumerable.Range(0, classes).Select(static c => 0.01 + c % 5).ToArray();
        return
        [
            new(),
            new() { Reduction = Reduction.Sum, Weight = weight, ZLoss = 0.01 },
            new() { LabelSmoothing = 0.1, Weight = weight, ZeroTimesInfinityIsZero = true },
            new() { LabelSmoothing = 0.3, SoftCap = 4, Temperature = 1.7, Prior = prior, Normalizer = 7 },
        ];
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_type_has_the_librarys_bits(int samples, int classes, int inner)
    {
        Check<float>(samples, classes, inner, 0);
        Check<double>(samples, classes, inner, 1);
        Check<Half>(samples, classes, inner, 2);
        Check<BFloat16>(samples, classes, inner, 3);
    }

    /// <summary>Rows that do not stay in shared memory, and classes that are read where they lie.</summary>
    [Theory]
    [InlineData(300)]
    [InlineData(11)]
    public void Cards_with_little_shared_memory_have_the_same_bits(int classes) => Check<float>(3, classes, 1, 4, maxShared: 1024);

    [Fact]
    public void Gradients_of_logits_and_probabilities_are_those_of_the_tape()
    {
        CheckTape<float>();
        CheckTape<double>();
        CheckTape<Half>();
        CheckTape<BFloat16>();
    }

    private static void CheckTape<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] values = [.. ((float[])[1, 2, 1, 3, 1, 3]).Select(T.CreateTruncating)];
        T[] probabilities = [.. ((float[])[0.9f, 0.1f, 0.2f, 0.8f, 0, 1]).Select(T.CreateTruncating)];
        T[] counts = [T.One, T.CreateTruncating(2.5), T.Zero];
        Tensor<T> input = Tensor.Create<T>(values, [3, 2], requiresGrad: true), teacher = Tensor.Create<T>(probabilities, [3, 2], requiresGrad: true);
        var expected = F.CrossEntropy(input, teacher, weight: [1, 2], labelSmoothing: 0.1);
        expected.Backward();
        var weighted = F.CrossEntropy(input, teacher, new CrossEntropyLoss { ZLoss = 0.1 }, sampleWeights: Tensor.Create<T>(counts, [3]));
        weighted.Backward();
        var device = new PtxDevice();
        using var x = CudaTensor<T>.New(device, new[] { 3, 2 }, values);
        using var t = CudaTensor<T>.New(device, new[] { 3, 2 }, probabilities);
        using var s = CudaTensor<T>.New(device, new[] { 3 }, counts);
        (x.RequiresGrad, t.RequiresGrad) = (true, true);
        var reads = device.Reads;
        using var loss = F.CrossEntropy(x, t, weight: [1, 2], labelSmoothing: 0.1);
        loss.Backward();
        using var second = F.CrossEntropy(x, t, new CrossEntropyLoss { ZLoss = 0.1 }, sampleWeights: s);
        second.Backward();
        Assert.Equal(reads, device.Reads);
        AssertBits.Equal(expected.Item(), loss.Item(), "value");
        AssertBits.Equal(weighted.Item(), second.Item(), "value with sample weights");
        AssertBits.Equal<T>(input.Grad!.ToArray(), x.Grad!.Cpu().ToArray(), $"gradient of {typeof(T).Name}");
        AssertBits.Equal<T>(teacher.Grad!.ToArray(), t.Grad!.Cpu().ToArray(), $"gradient of probabilities of {typeof(T).Name}");
        x.RequiresGrad = false;
        t.ZeroGrad();
        using var ofTarget = F.CrossEntropy(x, t);
        ofTarget.Backward();
        Assert.NotNull(t.Grad);
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_the_librarys_words()
    {
        var device = new PtxDevice();
        using var x = CudaTensor<float>.New(device, new[] { 4, 10 }, new float[40]);
        using var t = CudaTensor<float>.New(device, new[] { 4, 9 }, new float[36]);
        using var wrongBatch = CudaTensor<float>.New(device, new[] { 5, 10 }, new float[50]);
        foreach (var (loss, target) in ((CrossEntropyLoss, CudaTensor<float>)[])[(new(), t), (new(), wrongBatch), (new() { IgnoreIndex = 3 }, x),
            (new() { Weight = [1, 2] }, x)])
        {
            var error = Assert.ThrowsAny<Exception>(() => loss.Evaluate(x, target));
            var cpu = Assert.ThrowsAny<Exception>(() => loss.Evaluate(new ReadOnlyTensorSpan<float>(new float[40], [4, 10]),
                new ReadOnlyTensorSpan<float>(new float[target.Shape.ElementCount], target.Shape.ToLengths())));
            Assert.Equal((cpu.GetType(), cpu.Message), (error.GetType(), error.Message));
        }
        using var counts = CudaTensor<float>.New(device, new[] { 10 }, new float[10]);
        Assert.Equal("sampleWeights has shape [10]; it needs that of the logits without the classes, [4]. (Parameter 'sampleWeights')",
            Assert.Throws<ArgumentException>(() => new CrossEntropyLoss().Evaluate(x, x, sampleWeights: counts)).Message);
        using var other = CudaTensor<float>.New(device, new[] { 4, 10 }, new float[40]);
        foreach (var (output, name) in ((CudaTensor<float>, string)[])[(x, "logits"), (other, "targets")])
            Assert.Equal($"targetGradient overlaps {name}. (Parameter 'targetGradient')",
                Assert.Throws<ArgumentException>(() => new CrossEntropyLoss().Evaluate(x, other, targetGradient: output)).Message);
        Assert.Empty(device.Launches);
    }

    [Fact]
    public void Nothing_is_what_the_library_says()
    {
        var device = new PtxDevice();
        using var none = CudaTensor<float>.New(device, new[] { 0, 10 }, []);
        Assert.Equal(double.NaN, new CrossEntropyLoss().Evaluate(none, none).Value);
        using var noClasses = CudaTensor<float>.New(device, new[] { 3, 0 }, []);
        using var each = CudaTensor<float>.New(device, new[] { 3 }, [5, 5, 5]);
        using var counts = CudaTensor<float>.New(device, new[] { 3 }, [1, 0, 2]);
        var expected = new CrossEntropyLoss().Evaluate(new ReadOnlyTensorSpan<float>(Array.Empty<float>(), [3, 0]),
            new ReadOnlyTensorSpan<float>(Array.Empty<float>(), [3, 0]), sampleWeights: new ReadOnlyTensorSpan<float>([1, 0, 2]));
        Assert.Equal(expected, new CrossEntropyLoss().Evaluate(noClasses, noClasses, losses: each, sampleWeights: counts));
        Assert.Equal([0, 0, 0], each.Cpu().ToArray());
        using var ignored = CudaTensor<int>.New(device, new[] { 3 }, [-100, -100, -100]);
        using var other = CudaTensor<float>.New(device, new[] { 3 }, [5, 5, 5]);
        new CrossEntropyLoss().Evaluate(noClasses, ignored, losses: other);
        Assert.Equal([0, 0, 0], other.Cpu().ToArray());
        using var x = CudaTensor<float>.New(device, new[] { 3, 1 }, [1, 2, 3]);
        using var zeros = CudaTensor<float>.New(device, new[] { 3 }, [0, 0, 0]);
        using var gradient = CudaTensor<float>.New(device, new[] { 3, 1 }, [7, 7, 7]);
        Assert.Equal(0, new CrossEntropyLoss { WhenEmpty = EmptyMean.Zero }.Evaluate(x, x, sampleWeights: zeros).Value);
        Assert.StartsWith("the mean of CrossEntropyLoss is over nothing", Assert.Throws<InvalidOperationException>(() =>
            new CrossEntropyLoss { WhenEmpty = EmptyMean.Error }.Evaluate(x, x, gradient, sampleWeights: zeros)).Message, StringComparison.Ordinal);
        Assert.Equal([7, 7, 7], gradient.Cpu().ToArray());
    }

    private void Check<T>(int samples, int classes, int inner, int salt, int maxShared = 227 * 1024) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var seed = Environment.TickCount ^ salt;
        output.WriteLine($"{typeof(T).Name} seed {seed}");
        var random = new Random(seed);
        T[] logits = new T[samples * classes * inner], probabilities = new T[logits.Length], gradient = new T[logits.Length],
            targetGradient = new T[logits.Length], losses = new T[samples * inner], counts = new T[losses.Length];
        for (var i = 0; i < counts.Length; i++) counts[i] = T.CreateTruncating(random.Next(4) == 0 ? 0 : random.NextDouble() * 3 - 0.5);
        for (var i = 0; i < logits.Length; i++)
        {
            logits[i] = random.Next(50) == 0 ? T.NegativeInfinity : T.CreateTruncating(random.NextDouble() * 20 - 10);
            probabilities[i] = random.Next(4) == 0 || T.IsInfinity(logits[i]) ? T.Zero : T.CreateTruncating(random.NextDouble());
        }
        if (samples > 2) logits[^1] = T.NaN;
        nint[] shape = inner == 1 ? [samples, classes] : [samples, classes, inner], positions = inner == 1 ? [samples] : [samples, inner];
        var turn = random.Next(2);
        foreach (var loss in Losses(classes))
        {
            var isWeighted = ++turn % 2 == 0;
            var expected = loss.Evaluate(new ReadOnlyTensorSpan<T>(logits, shape), new ReadOnlyTensorSpan<T>(probabilities, shape),
                new TensorSpan<T>(gradient, shape), new TensorSpan<T>(losses, positions),
                isWeighted ? new ReadOnlyTensorSpan<T>(counts, positions) : default, new TensorSpan<T>(targetGradient, shape));
            var device = new PtxDevice(PtxTarget.All[random.Next(3)]) { MaxSharedBytes = maxShared };
            using var x = CudaTensor<T>.New(device, shape, logits);
            using var t = CudaTensor<T>.New(device, shape, probabilities);
            using var each = CudaTensor<T>.New(device, positions, []);
            using var s = CudaTensor<T>.New(device, positions, counts);
            using var ofTarget = CudaTensor<T>.New(device, shape, []);
            var result = loss.Evaluate(x, t, x, each, isWeighted ? s : null, ofTarget);
            var what = $"{loss}{(isWeighted ? " with sample weights" : "")} of {typeof(T).Name} [{samples}, {classes}, {inner}]";
            AssertBits.Equal(expected.Value, result.Value, what + " value");
            AssertBits.Equal(expected.Divisor, result.Divisor, what + " divisor");
            AssertBits.Equal<T>(losses, each.Cpu().ToArray(), what + " losses");
            AssertBits.Equal<T>(gradient, x.Cpu().ToArray(), what + " gradient");
            AssertBits.Equal<T>(targetGradient, ofTarget.Cpu().ToArray(), what + " gradient of the probabilities");
        }
    }
}
