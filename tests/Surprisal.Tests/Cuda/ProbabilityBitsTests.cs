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
    public void Gradients_are_those_of_the_tape()
    {
        float[] values = [1, 2, 1, 3, 1, 3], probabilities = [0.9f, 0.1f, 0.2f, 0.8f, 0, 1];
        var input = Tensor.Create<float>(values, [3, 2], requiresGrad: true);
        var expected = F.CrossEntropy(input, Tensor.Create<float>(probabilities, [3, 2]), weight: [1, 2], labelSmoothing: 0.1);
        expected.Backward();
        var device = new PtxDevice();
        using var x = CudaTensor<float>.New(device, new[] { 3, 2 }, values);
        using var t = CudaTensor<float>.New(device, new[] { 3, 2 }, probabilities);
        x.RequiresGrad = true;
        var reads = device.Reads;
        using var loss = F.CrossEntropy(x, t, weight: [1, 2], labelSmoothing: 0.1);
        loss.Backward();
        Assert.Equal(reads, device.Reads);
        AssertBits.Equal(expected.Item(), loss.Item(), "value");
        AssertBits.Equal<float>(input.Grad!.ToArray(), x.Grad!.Cpu().ToArray(), "gradient");
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
        Assert.Empty(device.Launches);
        using var none = CudaTensor<float>.New(device, new[] { 0, 10 }, []);
        Assert.Equal(double.NaN, new CrossEntropyLoss().Evaluate(none, none).Value);
    }

    private void Check<T>(int samples, int classes, int inner, int salt, int maxShared = 227 * 1024) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var seed = Environment.TickCount ^ salt;
        output.WriteLine($"{typeof(T).Name} seed {seed}");
        var random = new Random(seed);
        T[] logits = new T[samples * classes * inner], probabilities = new T[logits.Length], gradient = new T[logits.Length], losses = new T[samples * inner];
        for (var i = 0; i < logits.Length; i++)
        {
            logits[i] = random.Next(50) == 0 ? T.NegativeInfinity : T.CreateTruncating(random.NextDouble() * 20 - 10);
            probabilities[i] = random.Next(4) == 0 || T.IsInfinity(logits[i]) ? T.Zero : T.CreateTruncating(random.NextDouble());
        }
        if (samples > 2) logits[^1] = T.NaN;
        nint[] shape = inner == 1 ? [samples, classes] : [samples, classes, inner], positions = inner == 1 ? [samples] : [samples, inner];
        foreach (var loss in Losses(classes))
        {
            var expected = loss.Evaluate(new ReadOnlyTensorSpan<T>(logits, shape), new ReadOnlyTensorSpan<T>(probabilities, shape),
                new TensorSpan<T>(gradient, shape), new TensorSpan<T>(losses, positions));
            var device = new PtxDevice(PtxTarget.All[random.Next(3)]) { MaxSharedBytes = maxShared };
            using var x = CudaTensor<T>.New(device, shape, logits);
            using var t = CudaTensor<T>.New(device, shape, probabilities);
            using var each = CudaTensor<T>.New(device, positions, []);
            var result = loss.Evaluate(x, t, x, each);
            var what = $"{loss} of {typeof(T).Name} [{samples}, {classes}, {inner}]";
            AssertBits.Equal(expected.Value, result.Value, what + " value");
            AssertBits.Equal(expected.Divisor, result.Divisor, what + " divisor");
            AssertBits.Equal<T>(losses, each.Cpu().ToArray(), what + " losses");
            AssertBits.Equal<T>(gradient, x.Cpu().ToArray(), what + " gradient");
        }
    }
}
