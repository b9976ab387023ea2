using Surprisal.Cuda;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Cuda;

/// <summary>The public door of linear cross-entropy with class probabilities on a card that is none: errors and their words, the tape.</summary>
public sealed class CudaLinearProbabilityTests(ITestOutputHelper output)
{
    private readonly PtxDevice device = new();

    [Fact]
    public void Gradients_are_those_of_the_tape()
    {
        Check<float>(0);
        Check<double>(1);
        Check<Half>(2);
        Check<BFloat16>(3);
        Assert.Equal(0, device.Memory.Allocations);
    }

    /// <summary>What the library refuses, in its words.</summary>
    [Fact]
    public void What_probabilities_cannot_have_is_refused()
    {
        using var x = New(2, 3);
        using var w = New(4, 3);
        using var p = New(2, 4);
        var loss = new LinearCrossEntropyLoss();
        var cpu = Assert.Throws<InvalidOperationException>(() =>
            (loss with { IgnoreIndex = 0 }).Evaluate<float>(new float[6], new float[12], new float[8], features: 3));
        Assert.Equal(cpu.Message, Assert.Throws<InvalidOperationException>(() => (loss with { IgnoreIndex = 0 }).Evaluate(x, w, p)).Message);
        string Of(Action call) => Assert.ThrowsAny<ArgumentException>(call).Message;
        Assert.StartsWith("targets has shape [2, 3], but class probabilities of hidden [2, 3] and weight [4, 3] need [2, 4]; class indices are integers: ",
            Of(() => loss.Evaluate(x, w, x)), StringComparison.Ordinal);
        Assert.StartsWith("weight tensor should be defined either for all 4 classes or no classes but got weight tensor of shape: [2]",
            Of(() => (loss with { Weight = [1, 2] }).Evaluate(x, w, p)), StringComparison.Ordinal);
        using var dw = New(4, 3);
        using var square = New(2, 2);
        using var states = New(2, 2);
        Assert.StartsWith("hiddenGradient overlaps targets.", Of(() => loss.Evaluate(states, states, square, hiddenGradient: square)),
            StringComparison.Ordinal);
        Assert.StartsWith("losses has shape [4, 3]; it needs that of the rows of hidden, [2].", Of(() => loss.Evaluate(x, w, p, losses: dw)),
            StringComparison.Ordinal);
        using var far = CudaTensor<float>.New(new PtxDevice(), p.Shape, new float[8]);
        Assert.StartsWith("targets are on another GPU than the hidden states.", Of(() => loss.Evaluate(x, w, far)), StringComparison.Ordinal);
        p.RequiresGrad = true;
        Assert.StartsWith("target requires a gradient, which this loss does not compute for probabilities: ", Of(() => F.LinearCrossEntropy(x, w, p)),
            StringComparison.Ordinal);
        Assert.Empty(device.Launches);
    }

    [Theory]
    [InlineData(EmptyMean.NaN, double.NaN)]
    [InlineData(EmptyMean.Zero, 0)]
    public void Without_rows_there_is_nothing_to_average(EmptyMean whenEmpty, double value)
    {
        using var x = New(0, 3);
        using var w = New(4, 3);
        using var p = New(0, 4);
        using var dw = CudaTensor<float>.New(device, w.Shape, Enumerable.Repeat(1f, 12).ToArray());
        Assert.Equal(value, new LinearCrossEntropyLoss { WhenEmpty = whenEmpty }.Evaluate(x, w, p, weightGradient: dw).Value);
        Assert.Equal(new float[12], dw.Cpu().ToArray());
        Assert.StartsWith("the mean of LinearCrossEntropyLoss is over nothing", Assert.Throws<InvalidOperationException>(
            () => new LinearCrossEntropyLoss { WhenEmpty = EmptyMean.Error }.Evaluate(x, w, p)).Message, StringComparison.Ordinal);
    }

    private CudaTensor<float> New(int rows, int columns) => CudaTensor<float>.New(device, new[] { rows, columns }, new float[rows * columns]);

    /// <summary>Two losses one after the other, the second with options: values, and the sums of the gradients.</summary>
    private void Check<T>(int salt) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var seed = Environment.TickCount ^ salt;
        output.WriteLine($"seed {seed}");
        var example = new LinearNumbers<T>(new Random(seed), 6, 3, 7);
        var options = new LinearCrossEntropyLoss { SoftCap = 4, Reduction = Reduction.Sum };
        Tensor<T> hidden = Tensor.Create<T>(example.Hidden, [2, 3, 3], requiresGrad: true),
            weight = Tensor.Create<T>(example.Weight, [7, 3], requiresGrad: true), bias = Tensor.Create<T>(example.Bias, [7], requiresGrad: true),
            targets = Tensor.Create<T>(example.Probabilities, [2, 3, 7]), counts = Tensor.Create<T>(example.SampleWeights, [2, 3]);
        var first = F.LinearCrossEntropy(hidden, weight, targets, bias, [1, 2, 3, 4, 5, 6, 7], labelSmoothing: 0.1);
        first.Backward();
        var second = F.LinearCrossEntropy(hidden, weight, targets, options, sampleWeights: counts);
        second.Backward();

        using var x = CudaTensor<T>.New(device, new[] { 2, 3, 3 }, example.Hidden);
        using var w = CudaTensor<T>.New(device, new[] { 7, 3 }, example.Weight);
        using var b = CudaTensor<T>.New(device, new[] { 7 }, example.Bias);
        using var p = CudaTensor<T>.New(device, new[] { 2, 3, 7 }, example.Probabilities);
        using var s = CudaTensor<T>.New(device, new[] { 2, 3 }, example.SampleWeights);
        x.RequiresGrad = w.RequiresGrad = b.RequiresGrad = true;
        var reads = device.Reads;
        using var loss = F.LinearCrossEntropy(x, w, p, b, [1, 2, 3, 4, 5, 6, 7], labelSmoothing: 0.1);
        loss.Backward();
        using var other = F.LinearCrossEntropy(x, w, p, options, sampleWeights: s);
        other.Backward();
        Assert.Equal(reads, device.Reads); // nothing waits
        AssertBits.Equal(first.Item(), loss.Item(), $"value of {typeof(T).Name}");
        AssertBits.Equal(second.Item(), other.Item(), $"second value of {typeof(T).Name}");
        AssertBits.Equal<T>(hidden.Grad!.ToArray(), x.Grad!.Cpu().ToArray(), $"hidden states of {typeof(T).Name}");
        AssertBits.Equal<T>(weight.Grad!.ToArray(), w.Grad!.Cpu().ToArray(), $"weight of {typeof(T).Name}");
        AssertBits.Equal<T>(bias.Grad!.ToArray(), b.Grad!.Cpu().ToArray(), $"bias of {typeof(T).Name}");
    }
}
