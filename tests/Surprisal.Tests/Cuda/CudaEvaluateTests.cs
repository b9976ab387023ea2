using System.Numerics.Tensors;
using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>The public door, on a card that is none: errors before anything is written, and their words.</summary>
public sealed class CudaEvaluateTests
{
    private static readonly float[] logits = [.. Enumerable.Range(0, 40).Select(static i => i % 7 - 3.5f)];
    private readonly PtxDevice device = new();

    [Fact]
    public void A_bad_target_is_found_before_anything_is_written_and_the_next_call_works()
    {
        long[] targets = [1, -100, 10, 3];
        using var x = CudaTensor<float>.New(device, new[] { 4, 10 }, logits);
        using var t = CudaTensor<long>.New(device, new[] { 4 }, targets);
        using var losses = CudaTensor<float>.New(device, new[] { 4 }, new float[4]);
        var loss = new CrossEntropyLoss();
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => loss.Evaluate(x, t, x, losses));
        var cpu = Assert.Throws<ArgumentOutOfRangeException>(() =>
            loss.Evaluate(new ReadOnlyTensorSpan<float>(logits, [4, 10]), new ReadOnlyTensorSpan<long>(targets)));
        Assert.Equal(cpu.Message, error.Message);
        Assert.StartsWith("targets[2] = 10 is out of bounds", error.Message, StringComparison.Ordinal);
        Assert.Equal(logits, x.Cpu().ToArray());
        Assert.All(losses.Cpu().ToArray(), static value => Assert.Equal(0, value));

        using var good = CudaTensor<byte>.New(device, new[] { 4 }, [1, 2, 9, 3]);
        Assert.Equal(loss.Evaluate(logits, (byte[])[1, 2, 9, 3], classes: 10).Value, loss.Evaluate(x, good, x).Value);
    }

    [Theory]
    [InlineData(new[] { 4, 10 }, new[] { 3 })]
    [InlineData(new[] { 4, 10 }, new[] { 4, 1 })]
    [InlineData(new[] { 2, 5, 4 }, new[] { 2, 3 })]
    [InlineData(new[] { 40 }, new[] { 2 })]
    public void Shapes_that_do_not_fit_are_refused_in_the_librarys_words(int[] shape, int[] targetShape)
    {
        var targets = new int[targetShape.Aggregate(static (a, b) => a * b)];
        using var x = CudaTensor<float>.New(device, shape, logits);
        using var t = CudaTensor<int>.New(device, targetShape, targets);
        var error = Assert.Throws<ArgumentException>(() => new CrossEntropyLoss().Evaluate(x, t));
        var cpu = Assert.Throws<ArgumentException>(() => new CrossEntropyLoss().Evaluate(
            new ReadOnlyTensorSpan<float>(logits, [.. shape.Select(static size => (nint)size)]),
            new ReadOnlyTensorSpan<int>(targets, [.. targetShape.Select(static size => (nint)size)])));
        Assert.Equal(cpu.Message, error.Message);
        Assert.Empty(device.Launches);
    }

    [Fact]
    public void Options_without_a_kernel_are_refused_by_name()
    {
        using var x = CudaTensor<float>.New(device, new[] { 4, 10 }, logits);
        using var t = CudaTensor<int>.New(device, new[] { 4 }, new int[4]);
        ClassWeights unbounded = [double.PositiveInfinity, 1, 1, 1, 1, 1, 1, 1, 1, 1];
        Assert.StartsWith("label smoothing with weights has a kernel up to", Assert.Throws<NotSupportedException>(() =>
            new CrossEntropyLoss { LabelSmoothing = 0.1, Weight = unbounded }.Evaluate(x, t)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_average_is_what_the_loss_says()
    {
        using var x = CudaTensor<float>.New(device, new[] { 4, 10 }, logits);
        using var t = CudaTensor<int>.New(device, new[] { 4 }, [-100, -100, -100, -100]);
        Assert.Equal(double.NaN, new CrossEntropyLoss().Evaluate(x, t).Value);
        Assert.Equal(0, new CrossEntropyLoss { WhenEmpty = EmptyMean.Zero }.Evaluate(x, t).Value);
        Assert.StartsWith("the mean of CrossEntropyLoss is over nothing",
            Assert.Throws<InvalidOperationException>(() => new CrossEntropyLoss { WhenEmpty = EmptyMean.Error }.Evaluate(x, t, x)).Message,
                StringComparison.Ordinal);
        Assert.Equal(logits, x.Cpu().ToArray());
        using var none = CudaTensor<float>.New(device, new[] { 0, 10 }, []);
        using var noTargets = CudaTensor<int>.New(device, new[] { 0 }, []);
        Assert.Equal(0, new CrossEntropyLoss { Reduction = Reduction.Sum }.Evaluate(none, noTargets).Value);
    }

    [Fact]
    public void Memory_is_given_back_after_success_and_after_errors()
    {
        using (var x = CudaTensor<float>.New(device, new[] { 4, 10 }, logits))
        using (var t = CudaTensor<int>.New(device, new[] { 4 }, [0, 1, 2, 99]))
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyLoss().Evaluate(x, t));
            Assert.Equal(2, device.Memory.Allocations);
        }
        Assert.Equal(0, device.Memory.Allocations);
    }

    [Fact]
    public void Outputs_that_overlap_are_refused()
    {
        using var x = CudaTensor<float>.New(device, new[] { 4, 10 }, logits);
        using var t = CudaTensor<int>.New(device, new[] { 4 }, new int[4]);
        using var wrong = CudaTensor<float>.New(device, new[] { 10, 4 }, logits);
        Assert.Equal("gradient has shape [10, 4]; it needs that of logits, [4, 10]. (Parameter 'gradient')",
            Assert.Throws<ArgumentException>(() => new CrossEntropyLoss().Evaluate(x, t, wrong)).Message);
        Assert.StartsWith("sampleWeights has shape [10, 4]; it needs that of targets, [4].",
            Assert.Throws<ArgumentException>(() => new CrossEntropyLoss().Evaluate(x, t, sampleWeights: wrong)).Message, StringComparison.Ordinal);
        Assert.Equal("Prior has 2 classes, but the logits have 10; it needs one probability for each. (Parameter 'Prior')",
            Assert.Throws<ArgumentException>(() => new CrossEntropyLoss { Prior = [1, 2] }.Evaluate(x, t)).Message);
        using var other = CudaTensor<int>.New(new PtxDevice(), new[] { 4 }, new int[4]);
        Assert.Contains("another GPU", Assert.Throws<ArgumentException>(() => new CrossEntropyLoss().Evaluate(x, other)).Message, StringComparison.Ordinal);
    }

    /// <summary>Memory is read once and written once where a row stays in shared memory; the target's logit is read beside.</summary>
    [Theory]
    [InlineData(128, 10, 1)]
    [InlineData(16, 200, 16)]
    public void Logits_are_read_once_and_gradients_written_once(int rows, int classes, int lanes)
    {
        using var x = CudaTensor<float>.New(device, new[] { rows, classes }, new float[rows * classes]);
        using var g = CudaTensor<float>.New(device, new[] { rows, classes }, new float[rows * classes]);
        using var t = CudaTensor<int>.New(device, new[] { rows }, new int[rows]);
        new CrossEntropyLoss().Evaluate(x, t, g);
        var beside = classes > 128 ? 4 * rows * lanes : 0;
        Assert.Equal((4L * rows * classes + beside, 0L), device.Memory.Traffic(x.Address));
        Assert.Equal((0L, 4L * rows * classes), device.Memory.Traffic(g.Address));
    }

    [Fact]
    public void Cards_with_little_shared_memory_have_the_same_bits()
    {
        var small = new PtxDevice(PtxTarget.All[0]) { MaxSharedBytes = 4096 };
        foreach (var classes in (int[])[10, 130])
        {
            float[] values = [.. Enumerable.Range(0, 3 * classes).Select(static i => i % 11 * 0.37f)];
            using var x = CudaTensor<float>.New(small, new[] { 3, classes }, values);
            using var t = CudaTensor<int>.New(small, new[] { 3 }, [0, 5, 9]);
            var gradient = new float[values.Length];
            var expected = new CrossEntropyLoss().Evaluate(values, (int[])[0, 5, 9], classes, gradient);
            AssertBits.Equal(expected.Value, new CrossEntropyLoss().Evaluate(x, t, x).Value, "value");
            AssertBits.Equal<float>(gradient, x.Cpu().ToArray(), "gradient");
        }
        Assert.Contains("columns_strided_plain", small.Launches);
        Assert.Contains("rows_streamed_plain", small.Launches);
    }
}
