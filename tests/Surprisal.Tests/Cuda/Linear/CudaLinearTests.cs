using Surprisal.Cuda;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Cuda;

/// <summary>The public door of linear cross-entropy on a card that is none: errors and their words, the tape, memory.</summary>
public sealed class CudaLinearTests(ITestOutputHelper output)
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

    [Fact]
    public void A_gradient_that_nobody_requires_is_not_computed()
    {
        using var x = Hidden();
        using var w = Weight();
        using var t = Targets();
        using (var loss = F.LinearCrossEntropy(x, w, t))
        {
            Assert.DoesNotContain("linear_gradients", device.Launches);
            Assert.Contains("set their RequiresGrad", Assert.Throws<InvalidOperationException>(() => loss.Backward()).Message, StringComparison.Ordinal);
        }
        w.RequiresGrad = true;
        using (var loss = F.LinearCrossEntropy(x, w, t)) loss.Backward();
        Assert.Null(x.Grad);
        Assert.NotNull(w.Grad);
        Assert.DoesNotContain("linear_product_hidden", device.Launches);
        Assert.DoesNotContain("linear_bias", device.Launches);
    }

    /// <summary>Errors of targets come with the first number that is read, on the tape; by Evaluate at once, and nothing has been written.</summary>
    [Fact]
    public void A_bad_target_is_found_before_anything_is_written()
    {
        using var x = Hidden();
        using var w = Weight();
        using var bad = CudaTensor<byte>.New(device, new[] { 2 }, [1, 5]);
        using var dx = CudaTensor<float>.New(device, x.Shape, new float[6]);
        using var losses = CudaTensor<float>.New(device, new[] { 2 }, new float[2]);
        var cpu = Assert.Throws<ArgumentOutOfRangeException>(() =>
            new LinearCrossEntropyLoss().Evaluate<float, byte>(new float[6], new float[12], [1, 5], features: 3));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new LinearCrossEntropyLoss().Evaluate(x, w, bad, hiddenGradient: dx, losses: losses));
        Assert.Equal(cpu.Message, error.Message);
        Assert.Equal(new float[6], dx.Cpu().ToArray());
        Assert.Equal(new float[2], losses.Cpu().ToArray());
        x.RequiresGrad = true;
        var reads = device.Reads;
        using var loss = F.LinearCrossEntropy(x, w, bad);
        loss.Backward();
        Assert.Equal(reads, device.Reads); // nothing waits
        Assert.Equal(error.Message, Assert.Throws<ArgumentOutOfRangeException>(() => x.Grad!.Cpu()).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => loss.Item());
    }

    [Theory]
    [InlineData(new[] { 2, 3 }, new[] { 12 }, new[] { 2 }, "weight has shape [12]; it needs [classes, features], at least one of each.")]
    [InlineData(new[] { 3, 2 }, new[] { 4, 3 }, new[] { 3 },
        "hidden has shape [3, 2], but its last dimension must be 3, the features of weight [4, 3].")]
    [InlineData(new[] { 2, 3 }, new[] { 4, 3 }, new[] { 1, 2 },
        "targets has shape [1, 2], but hidden of shape [2, 3] needs [2]: a class for each of its rows.")]
    public void Shapes_that_do_not_fit_are_refused_by_name(int[] hidden, int[] weight, int[] targets, string because)
    {
        using var x = CudaTensor<float>.New(device, hidden, new float[6]);
        using var w = CudaTensor<float>.New(device, weight, new float[12]);
        using var t = CudaTensor<int>.New(device, targets, new int[targets.Aggregate(static (a, b) => a * b)]);
        Assert.StartsWith(because, Assert.Throws<ArgumentException>(() => new LinearCrossEntropyLoss().Evaluate(x, w, t)).Message, StringComparison.Ordinal);
        Assert.Empty(device.Launches);
    }

    [Fact]
    public void Outputs_and_options_that_do_not_fit_are_refused_by_name()
    {
        using var x = Hidden();
        using var w = Weight();
        using var t = Targets();
        var loss = new LinearCrossEntropyLoss();
        string Of(Action call) => Assert.ThrowsAny<ArgumentException>(call).Message;
        Assert.StartsWith("hiddenGradient has shape [4, 3]; it needs that of hidden, [2, 3].", Of(() => loss.Evaluate(x, w, t, hiddenGradient: w)),
            StringComparison.Ordinal);
        Assert.StartsWith("hiddenGradient overlaps hidden.", Of(() => loss.Evaluate(x, w, t, hiddenGradient: x)), StringComparison.Ordinal);
        using var dx = CudaTensor<float>.New(device, x.Shape, []);
        using var other = CudaTensor<float>.New(new PtxDevice(), w.Shape, []);
        Assert.StartsWith("weight is on another GPU than the hidden states.", Of(() => loss.Evaluate(x, other, t)), StringComparison.Ordinal);
        Assert.StartsWith("bias has shape [2, 3]; it needs [4], one for each class of weight.", Of(() => loss.Evaluate(x, w, t, bias: dx)),
            StringComparison.Ordinal);
        Assert.StartsWith("weight tensor should be defined either for all 4 classes or no classes but got weight tensor of shape: [2]",
            Of(() => (loss with { Weight = [1, 2] }).Evaluate(x, w, t)), StringComparison.Ordinal);
        Assert.Contains("Reduction is None",
            Assert.Throws<ArgumentException>(() => F.LinearCrossEntropy(x, w, t, reduction: Reduction.None)).Message, StringComparison.Ordinal);
        using var tall = CudaTensor<float>.New(device, new[] { 65_537, 3 }, new float[3 * 65_537]);
        Assert.StartsWith("label smoothing with class weights has a kernel up to 65536 classes; weight has 65537.", Assert.Throws<NotSupportedException>(
            () => new LinearCrossEntropyLoss { LabelSmoothing = 0.1, Weight = new double[65_537] }.Evaluate(x, tall, t)).Message, StringComparison.Ordinal);
        Assert.Empty(device.Launches);
    }

    [Fact]
    public void Nothing_to_average_is_what_the_loss_says()
    {
        using var x = Hidden();
        using var w = Weight();
        using var ignored = CudaTensor<int>.New(device, new[] { 2 }, [-100, -100]);
        Assert.StartsWith("the mean of LinearCrossEntropyLoss is over nothing", Assert.Throws<InvalidOperationException>(
            () => new LinearCrossEntropyLoss { WhenEmpty = EmptyMean.Error }.Evaluate(x, w, ignored)).Message, StringComparison.Ordinal);
        using var none = CudaTensor<float>.New(device, new[] { 0, 3 }, []);
        using var noTargets = CudaTensor<int>.New(device, new[] { 0 }, []);
        using var dw = CudaTensor<float>.New(device, w.Shape, Enumerable.Repeat(1f, 12).ToArray());
        Assert.Equal(double.NaN, new LinearCrossEntropyLoss().Evaluate(none, w, noTargets, weightGradient: dw).Value);
        Assert.Equal(new float[12], dw.Cpu().ToArray());
        none.RequiresGrad = w.RequiresGrad = true;
        using var loss = F.LinearCrossEntropy(none, w, noTargets, reduction: Reduction.Sum);
        loss.Backward();
        Assert.Equal(0, loss.Item());
        Assert.Equal(new float[12], w.Grad!.Cpu().ToArray());
    }

    /// <summary>Logits take no more than the limit says, and all memory is given back.</summary>
    [Fact]
    public void The_limit_is_one()
    {
        using (var x = CudaTensor<float>.New(device, new[] { 70, 1 }, new float[70]))
        using (var w = CudaTensor<float>.New(device, new[] { 700, 1 }, new float[700]))
        using (var t = CudaTensor<int>.New(device, new[] { 70 }, [.. Enumerable.Repeat(-100, 69), 3]))
        using (var dw = CudaTensor<float>.New(device, w.Shape, []))
        {
            foreach (var limit in (long[])[128 * 700 * 4 + 1, 100_000]) // rows of all classes, a tile of classes of all rows
            {
                device.Largest = 0;
                new LinearCrossEntropyLoss { MemoryLimit = limit }.Evaluate(x, w, t, weightGradient: dw, products: CudaProducts.Own);
                Assert.InRange(device.Largest, limit / 2, limit);
            }
            using var loss = F.LinearCrossEntropy(x, w, t);
        }
        Assert.Equal(0, device.Memory.Allocations);
    }

    private CudaTensor<float> Hidden() => CudaTensor<float>.New(device, new[] { 2, 3 }, [1, 2, 3, -4, 5, 6]);

    private CudaTensor<float> Weight() => CudaTensor<float>.New(device, new[] { 4, 3 }, [.. Enumerable.Range(0, 12).Select(static i => i % 5 - 2f)]);

    private CudaTensor<int> Targets() => CudaTensor<int>.New(device, new[] { 2 }, [0, 3]);

    /// <summary>Two losses one after the other, the second with options: values, and the sums of the gradients.</summary>
    private void Check<T>(int salt) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var seed = Environment.TickCount ^ salt;
        output.WriteLine($"seed {seed}");
        var example = new LinearNumbers<T>(new Random(seed), 6, 3, 7);
        example.Targets[2] = -100;
        var options = new LinearCrossEntropyLoss { SoftCap = 4, Reduction = Reduction.Sum };
        Tensor<T> hidden = Tensor.Create<T>(example.Hidden, [2, 3, 3], requiresGrad: true),
            weight = Tensor.Create<T>(example.Weight, [7, 3], requiresGrad: true), bias = Tensor.Create<T>(example.Bias, [7], requiresGrad: true);
        var targets = Tensor.Create<long>(example.Targets, [2, 3]);
        var first = F.LinearCrossEntropy(hidden, weight, targets, bias, [1, 2, 3, 4, 5, 6, 7], labelSmoothing: 0.1);
        first.Backward();
        var second = F.LinearCrossEntropy(hidden, weight, targets, options);
        second.Backward();

        using var x = CudaTensor<T>.New(device, new[] { 2, 3, 3 }, example.Hidden);
        using var w = CudaTensor<T>.New(device, new[] { 7, 3 }, example.Weight);
        using var b = CudaTensor<T>.New(device, new[] { 7 }, example.Bias);
        using var t = CudaTensor<long>.New(device, new[] { 2, 3 }, example.Targets);
        x.RequiresGrad = w.RequiresGrad = b.RequiresGrad = true;
        using var loss = F.LinearCrossEntropy(x, w, t, b, [1, 2, 3, 4, 5, 6, 7], labelSmoothing: 0.1);
        loss.Backward();
        using var other = F.LinearCrossEntropy(x, w, t, options);
        other.Backward();
        AssertBits.Equal(first.Item(), loss.Item(), $"value of {typeof(T).Name}");
        AssertBits.Equal(second.Item(), other.Item(), $"second value of {typeof(T).Name}");
        AssertBits.Equal<T>(hidden.Grad!.ToArray(), x.Grad!.Cpu().ToArray(), $"hidden states of {typeof(T).Name}");
        AssertBits.Equal<T>(weight.Grad!.ToArray(), w.Grad!.Cpu().ToArray(), $"weight of {typeof(T).Name}");
        AssertBits.Equal<T>(bias.Grad!.ToArray(), b.Grad!.Cpu().ToArray(), $"bias of {typeof(T).Name}");
    }
}
