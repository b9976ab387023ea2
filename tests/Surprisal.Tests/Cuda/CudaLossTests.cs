using Surprisal.Cuda;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Cuda;

/// <summary>Forward and Backward on a card that is none, beside the tape of the CPU.</summary>
public sealed class CudaLossTests(ITestOutputHelper output)
{
    private readonly PtxDevice device = new();

    [Fact]
    public void Gradients_are_those_of_the_tape()
    {
        Check<float>(0);
        Check<double>(1);
        Check<Half>(2);
        Check<BFloat16>(3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1023)]
    [InlineData(1025)]
    public void A_factor_multiplies_what_is_added(int length)
    {
        var random = new Random(Seed(length));
        float[] first = Numbers<float>(random, length), second = Numbers<float>(random, length);
        using var memory = new DeviceScratch(device);
        ulong from = memory.Of<float>(first), to = memory.Of<float>(second);
        if (length > 0) GradientKernels.Run(device, ElementType.Of<float>(), from, to, length, 0.3, adds: true, state: 0);
        AssertBits.Equal<float>([.. first.Zip(second, static (a, b) => b + a * 0.3f)], AssertBits.Read<float>(device, to, length), "sum");
        if (length > 0) GradientKernels.Run(device, ElementType.Of<float>(), from, to, length, -2, adds: false, state: 0);
        AssertBits.Equal<float>([.. first.Select(static a => a * -2f)], AssertBits.Read<float>(device, to, length), "product");
    }

    [Fact]
    public void The_error_of_a_bad_target_comes_with_the_first_value_read()
    {
        using var x = Logits();
        using var bad = CudaTensor<long>.New(device, new[] { 3 }, [0, 7, 1]);
        using var good = CudaTensor<byte>.New(device, new[] { 3 }, [0, 2, 1]);
        var reads = device.Reads;
        using (var loss = F.CrossEntropy(x, bad))
        {
            loss.Backward();
            Assert.Equal(reads, device.Reads);
            var error = Assert.Throws<ArgumentOutOfRangeException>(() => x.Grad!.Cpu());
            Assert.StartsWith("targets[1] = 7 is out of bounds: classes are 0..4 and ignore_index is -100.", error.Message, StringComparison.Ordinal);
            Assert.Equal(error.Message, Assert.Throws<ArgumentOutOfRangeException>(() => loss.Item()).Message);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Grad!.Cpu()); // it still has no numbers
        x.ZeroGrad();

        using (var loss = F.CrossEntropy(x, good)) loss.Backward();
        var gradient = x.Grad!.Cpu().ToArray();
        using (var loss = F.CrossEntropy(x, bad)) loss.Backward(); // adds nothing, and says so where the sum is read
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Grad!.Cpu());
        Assert.Equal(gradient, AssertBits.Read<float>(device, x.Grad!.Address, 15));
    }

    [Fact]
    public void A_target_that_has_been_given_back_is_named_by_its_position()
    {
        using var x = Logits();
        var bad = CudaTensor<long>.New(device, new[] { 3 }, [0, 1, -1]);
        using var loss = new NllLoss().Forward(x, bad);
        bad.Dispose();
        Assert.StartsWith("targets[2] = (given back) is out of bounds", Assert.Throws<ArgumentOutOfRangeException>(() => loss.Result).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_no_way_back_is_refused()
    {
        using var x = Logits();
        using var t = CudaTensor<int>.New(device, new[] { 3 }, [0, 2, 1]);
        using (var loss = F.CrossEntropy(x, t))
        {
            loss.Backward();
            Assert.Contains("a second time", Assert.Throws<InvalidOperationException>(() => loss.Backward()).Message, StringComparison.Ordinal);
        }
        x.RequiresGrad = false;
        using (var loss = F.CrossEntropy(x, t))
            Assert.Contains("set their RequiresGrad", Assert.Throws<InvalidOperationException>(() => loss.Backward()).Message, StringComparison.Ordinal);
        Assert.Contains("Reduction is None", Assert.Throws<ArgumentException>(() => F.CrossEntropy(x, t, reduction: Reduction.None)).Message,
            StringComparison.Ordinal);
        using (var empty = F.CrossEntropy(x, t, new CrossEntropyLoss { IgnoreIndex = 0, WhenEmpty = EmptyMean.Error, Weight = [0, 0, 0, 0, 0] }))
            Assert.StartsWith("the mean of CrossEntropyLoss is over nothing", Assert.Throws<InvalidOperationException>(() => empty.Item()).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_a_batch_too_and_all_memory_is_given_back()
    {
        using (var none = CudaTensor<float>.New(device, new[] { 0, 5 }, []))
        using (var noTargets = CudaTensor<int>.New(device, new[] { 0 }, []))
        {
            none.RequiresGrad = true;
            using (var loss = F.CrossEntropy(none, noTargets, reduction: Reduction.Sum))
            {
                loss.Backward();
                Assert.Equal(0, loss.Item());
            }
            Assert.Empty(none.Grad!.Cpu().ToArray());
            using var x = Logits();
            using var t = CudaTensor<int>.New(device, new[] { 3 }, [0, 2, 9]);
            F.CrossEntropy(x, t).Dispose();
            using var kept = F.CrossEntropy(x, t, weight: [1, 2, 3, 4, 5]);
        }
        Assert.Equal(0, device.Memory.Allocations);
    }

    private CudaTensor<float> Logits()
    {
        var x = CudaTensor<float>.New(device, new[] { 3, 5 }, [.. Enumerable.Range(0, 15).Select(static i => i % 4 - 1.5f)]);
        x.RequiresGrad = true;
        return x;
    }

    /// <summary>Two losses one after the other, the second with sample weights: values and the sum of the gradients.</summary>
    private void Check<T>(int salt) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(Seed(salt));
        T[] values = Numbers<T>(random, 7 * 131), counts = Numbers<T>(random, 7);
        long[] targets = [3, 130, 0, -100, 5, 77, 1];
        ClassWeights weight = Enumerable.Range(0, 131).Select(static c => 0.5 + c % 3).ToArray();
        var input = Tensor.Create<T>(values, [7, 131], requiresGrad: true);
        var expected = F.CrossEntropy(input, Tensor.Create<long>(targets, [7]), weight, labelSmoothing: 0.1);
        expected.Backward();
        var weighted = F.CrossEntropy(input, Tensor.Create<long>(targets, [7]), sampleWeights: Tensor.Create<T>(counts, [7]));
        weighted.Backward();

        using var x = CudaTensor<T>.New(device, new[] { 7, 131 }, values);
        x.RequiresGrad = true;
        using var t = CudaTensor<long>.New(device, new[] { 7 }, targets);
        using var s = CudaTensor<T>.New(device, new[] { 7 }, counts);
        using var loss = F.CrossEntropy(x, t, weight, labelSmoothing: 0.1);
        loss.Backward();
        using var second = F.CrossEntropy(x, t, sampleWeights: s);
        second.Backward();
        AssertBits.Equal(expected.Item(), loss.Item(), $"value of {typeof(T).Name}");
        AssertBits.Equal(weighted.Item(), second.Item(), $"weighted value of {typeof(T).Name}");
        AssertBits.Equal<T>(input.Grad!.ToArray(), x.Grad!.Cpu().ToArray(), $"gradient of {typeof(T).Name}");
    }

    private int Seed(int salt)
    {
        var seed = Environment.TickCount ^ salt;
        output.WriteLine($"seed {seed}");
        return seed;
    }

    private static T[] Numbers<T>(Random random, int length) where T : unmanaged, IFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(random.NextDouble() * 8 - 4))];
}
