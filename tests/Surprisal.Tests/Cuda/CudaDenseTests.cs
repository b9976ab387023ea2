using System.Numerics.Tensors;
using Surprisal.Cuda;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Cuda;

/// <summary>The doors of losses whose targets are numbers, on a card that is none: errors, nothing, and the way back.</summary>
public sealed class CudaDenseTests
{
    private static readonly float[] values = [0.1f, 0.9f, 0.5f, 0.2f, 1, 0], answers = [0, 1, 1, 0, 1, 0.5f];
    private readonly PtxDevice device = new();

    [Fact]
    public void Gradients_are_those_of_the_tape_and_add_up()
    {
        var input = Tensor.Create<float>(values, [2, 3], requiresGrad: true);
        var target = Tensor.Create<float>(answers, [2, 3], requiresGrad: true);
        Tensor<float>[] expected = [F.BceWithLogits(input, target, posWeight: [1, 2, 3]), F.Bce(input, target), new MseLoss().Forward(input, target),
            F.Focal(input, target, reduction: Reduction.Sum)];
        foreach (var loss in expected) loss.Backward();
        using var x = New([2, 3], values);
        using var t = New([2, 3], answers);
        x.RequiresGrad = t.RequiresGrad = true;
        var reads = device.Reads;
        CudaLoss<float>[] losses =
            [F.BceWithLogits(x, t, posWeight: [1, 2, 3]), F.Bce(x, t), new MseLoss().Forward(x, t), F.Focal(x, t, Reduction.Sum)];
        foreach (var loss in losses) loss.Backward();
        Assert.Equal(reads, device.Reads);
        for (var i = 0; i < losses.Length; i++) AssertBits.Equal(expected[i].Item(), losses[i].Item(), $"value {i}");
        AssertBits.Equal<float>(input.Grad!.ToArray(), x.Grad!.Cpu().ToArray(), "gradient");
        AssertBits.Equal<float>(target.Grad!.ToArray(), t.Grad!.Cpu().ToArray(), "gradient of the targets");
        Assert.Contains("Reduction is None", Assert.Throws<ArgumentException>(() => new FocalLoss().Forward(x, t)).Message, StringComparison.Ordinal);
        foreach (var loss in losses) loss.Dispose();
    }

    [Fact]
    public void What_is_no_probability_is_found_before_anything_is_written()
    {
        float[] wrong = [0.1f, 0.9f, 1.5f, float.NaN, 1, 0];
        using var good = New([2, 3], values);
        using var bad = New([2, 3], wrong);
        using var s = New([2, 3], [1, 1, 0, 0, 1, 1]);
        foreach (var (inputs, targets) in ((float[], float[])[])[(wrong, answers), (answers, wrong), (wrong, wrong)])
        {
            using var x = New([2, 3], inputs);
            using var t = New([2, 3], targets);
            var cpu = Assert.Throws<ArgumentOutOfRangeException>(() => new BceLoss().Evaluate(Span(inputs, [2, 3]), Span(targets, [2, 3])));
            Assert.Equal(cpu.Message, Assert.Throws<ArgumentOutOfRangeException>(() => new BceLoss().Evaluate(x, t, x)).Message);
            Assert.Equal(inputs, x.Cpu().ToArray());
        }
        Assert.True(double.IsFinite(new BceLoss().Evaluate(bad, good, sampleWeights: s).Value)); // what does not count may be anything
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_the_librarys_words()
    {
        using var x = New([2, 3], values);
        foreach (var (loss, shape) in ((DenseLoss, int[])[])[(new BceLoss(), [3, 2]), (new BceWithLogitsLoss(), [6]), (new MseLoss(), [1, 3]),
            (new KlDivLoss(), [2, 2]), (new BceWithLogitsLoss { Weight = [1, 2] }, [2, 3]), (new BceWithLogitsLoss { PosWeight = [1, 2] }, [2, 3])])
        {
            var count = shape.Aggregate(1, static (a, b) => a * b);
            using var t = New(shape, new float[count]);
            var cpu = Assert.ThrowsAny<ArgumentException>(() => loss.Evaluate(Span(values, [2, 3]), Span(new float[count], shape)));
            var error = Assert.ThrowsAny<ArgumentException>(() => loss.Evaluate(x, t));
            Assert.Equal((cpu.GetType(), cpu.Message), (error.GetType(), error.Message));
        }
        using var row = New([3], new float[3]);
        using var y = New([2, 3], answers);
        Assert.StartsWith("targetGradient overlaps inputs.", Assert.Throws<ArgumentException>(() => new MseLoss().Evaluate(x, y, targetGradient: x)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith("targetGradient has shape [3]; it needs that of inputs, [2, 3].", Assert.Throws<ArgumentException>(
            () => new MseLoss().Evaluate(x, y, targetGradient: New([3], new float[3]))).Message, StringComparison.Ordinal);
        Assert.Contains("a GPU repeats nothing", Assert.Throws<NotSupportedException>(() => new KlDivLoss().Evaluate(x, row)).Message,
            StringComparison.Ordinal);
        Assert.Empty(device.Launches);
    }

    [Fact]
    public void Nothing_is_a_batch_too_and_all_memory_is_given_back()
    {
        using (var x = New([0, 3], []))
        using (var rows = New([2, 0], []))
        using (var each = New([2], [5, 5]))
        {
            Assert.Equal(double.NaN, new MseLoss().Evaluate(x, x).Value);
            Assert.Equal(0, new MseLoss { Reduction = Reduction.Sum }.Forward(x, x).Item());
            new MultiLabelSoftMarginLoss().Evaluate(rows, rows, losses: each);
            Assert.Equal([float.NaN, float.NaN], each.Cpu().ToArray());
            using var nothing = New([2, 3], new float[6]);
            using var zeros = New([2, 3], new float[6]);
            Assert.StartsWith("the mean of MseLoss is over nothing", Assert.Throws<InvalidOperationException>(() =>
                new MseLoss { WhenEmpty = EmptyMean.Error }.Evaluate(nothing, nothing, sampleWeights: zeros)).Message, StringComparison.Ordinal);
        }
        Assert.Equal(0, device.Memory.Allocations);
    }

    /// <summary>Memory is read once and written once where no weights cut the sum.</summary>
    [Fact]
    public void Inputs_are_read_once_and_gradients_written_once()
    {
        using var x = New([600], new float[600]);
        using var t = New([600], new float[600]);
        using var g = New([600], new float[600]);
        new BceWithLogitsLoss().Evaluate(x, t, g);
        Assert.Equal((4L * 600, 0L), device.Memory.Traffic(x.Address));
        Assert.Equal((4L * 600, 0L), device.Memory.Traffic(t.Address));
        Assert.Equal((0L, 4L * 600), device.Memory.Traffic(g.Address));
        Assert.Equal(["begin", "settle", "bce_with_logits", "sum_total"], device.Launches);
    }

    private CudaTensor<float> New(int[] shape, float[] numbers) => CudaTensor<float>.New(device, shape, numbers);

    private static ReadOnlyTensorSpan<float> Span(float[] numbers, int[] shape) => new(numbers, [.. shape.Select(static size => (nint)size)]);
}
