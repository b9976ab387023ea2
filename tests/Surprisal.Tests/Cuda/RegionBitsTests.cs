using System.Numerics.Tensors;
using Surprisal.Cuda;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Cuda;

/// <summary>Losses over regions by the shipped text against the library, bit for bit, and the door's errors.</summary>
public sealed class RegionBitsTests(ITestOutputHelper output)
{
    private static readonly RegionLoss[] losses =
    [
        new DiceLoss(), new DiceLoss { Smooth = 0.01, Absent = AbsentClasses.Count, PerImage = true, Squared = true, Reduction = Reduction.Sum },
        new JaccardLoss { IgnoreIndex = 1, Normalizer = 3 }, new JaccardLoss { PerImage = true, Smooth = 0 },
        new TverskyLoss { Alpha = 0.3, Beta = 0.9, Squared = true }, new TverskyLoss { PerImage = true, IgnoreIndex = 0 },
    ];

    private readonly PtxDevice device = new();

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(9, 3, 1)] // rows are one image
    [InlineData(259, 2, 1)] // more than a tile
    [InlineData(3, 4, 21)]
    [InlineData(2, 2, 265)]
    public void Every_type_has_the_librarys_bits(int samples, int classes, int inner)
    {
        foreach (var loss in losses)
        {
            Check<float, int>(loss, samples, classes, inner, 0);
            Check<double, long>(loss, samples, classes, inner, 1);
            Check<Half, byte>(loss, samples, classes, inner, 2);
            Check<BFloat16, short>(loss, samples, classes, inner, 3);
        }
    }

    /// <summary>A second block, and many classes, whose tiles are narrower.</summary>
    [Theory]
    [InlineData(1, 2, 4099)]
    [InlineData(4099, 2, 1)]
    [InlineData(1, 100, 163)]
    [InlineData(9, 2050, 1)]
    public void Blocks_and_tiles_are_the_librarys(int samples, int classes, int inner) =>
        Check<float, int>(losses[classes % losses.Length], samples, classes, inner, 4);

    [Fact]
    public void Gradients_are_those_of_the_tape()
    {
        CheckTape<float>();
        CheckTape<double>();
        CheckTape<Half>();
        CheckTape<BFloat16>();
    }

    /// <summary>The CPU's tape rounds a gradient to float before it has 16 bits, an evaluation does not: logits for which that is not the same.</summary>
    [Fact]
    public void Gradients_of_16_bits_are_rounded_as_the_CPUs_are()
    {
        nint[] shape = [100, 3];
        for (var seed = 0; seed < 10_000; seed++)
        {
            var random = new Random(seed);
            Half[] values = [.. Enumerable.Range(0, 300).Select(_ => (Half)(random.NextDouble() * 6 - 3))], once = new Half[300];
            long[] classes = [.. Enumerable.Range(0, 100).Select(_ => (long)random.Next(3))];
            var input = Tensor.Create<Half>(values, [100, 3], requiresGrad: true);
            F.Dice(input, Tensor.Create<long>(classes, [100])).Backward();
            new DiceLoss().Evaluate(new ReadOnlyTensorSpan<Half>(values, shape), new ReadOnlyTensorSpan<long>(classes), new TensorSpan<Half>(once, shape));
            if (once.AsSpan().SequenceEqual(input.Grad!.ToArray())) continue;
            using var x = CudaTensor<Half>.New(device, shape, values);
            using var t = CudaTensor<long>.New(device, new[] { 100 }, classes);
            x.RequiresGrad = true;
            using (var loss = F.Dice(x, t)) loss.Backward();
            AssertBits.Equal<Half>(input.Grad!.ToArray(), x.Grad!.Cpu().ToArray(), $"gradient of the tape, seed {seed}");
            new DiceLoss().Evaluate(x, t, x);
            AssertBits.Equal<Half>(once, x.Cpu().ToArray(), $"gradient, seed {seed}");
            return;
        }
        Assert.Fail("no logits tell one rounding from two.");
    }

    [Fact]
    public void A_bad_target_is_found_before_anything_is_written()
    {
        float[] logits = [1, 2, 3, 4, 5, 6];
        using var x = CudaTensor<float>.New(device, new[] { 3, 2 }, logits);
        using var bad = CudaTensor<int>.New(device, new[] { 3 }, [0, 2, 1]);
        var cpu = Assert.Throws<ArgumentOutOfRangeException>(() => new DiceLoss().Evaluate(logits, (int[])[0, 2, 1], classes: 2));
        Assert.Equal(cpu.Message, Assert.Throws<ArgumentOutOfRangeException>(() => new DiceLoss().Evaluate(x, bad, x)).Message);
        Assert.Equal(logits, x.Cpu().ToArray());
        using var few = CudaTensor<int>.New(device, new[] { 2 }, [0, 1]);
        Assert.StartsWith("Expected input batch_size (3) to match target batch_size (2)",
            Assert.Throws<ArgumentException>(() => new DiceLoss().Evaluate(x, few)).Message, StringComparison.Ordinal);
        Assert.Equal(2, device.Memory.Allocations - 1);
    }

    [Fact]
    public void Nothing_to_average_is_what_the_loss_says()
    {
        using var x = CudaTensor<float>.New(device, new[] { 2, 2 }, [1, 2, 3, 4]);
        using var ignored = CudaTensor<int>.New(device, new[] { 2 }, [-100, -100]);
        using var gradient = CudaTensor<float>.New(device, new[] { 2, 2 }, [7, 7, 7, 7]);
        Assert.StartsWith("the mean of DiceLoss is over nothing", Assert.Throws<InvalidOperationException>(() =>
            new DiceLoss { WhenEmpty = EmptyMean.Error }.Evaluate(x, ignored, gradient)).Message, StringComparison.Ordinal);
        Assert.Equal([7, 7, 7, 7], gradient.Cpu().ToArray());
        Assert.Equal(double.NaN, new DiceLoss().Evaluate(x, ignored, gradient).Value);
        Assert.Equal([0, 0, 0, 0], gradient.Cpu().ToArray());
        Assert.Equal(0, new DiceLoss { Reduction = Reduction.Sum }.Evaluate(x, ignored).Value);
        using var none = CudaTensor<float>.New(device, new[] { 0, 2 }, []);
        using var noTargets = CudaTensor<int>.New(device, new[] { 0 }, []);
        Assert.Equal(0, new DiceLoss { WhenEmpty = EmptyMean.Zero }.Evaluate(none, noTargets).Value);
        using var loss = F.Dice(none, noTargets);
        Assert.Equal(float.NaN, loss.Item());
    }

    private void CheckTape<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = Seeded(5);
        T[] values = [.. Enumerable.Range(0, 300).Select(_ => T.CreateTruncating(random.NextDouble() * 6 - 3))];
        long[] classes = [.. Enumerable.Range(0, 100).Select(_ => (long)random.Next(3))];
        var input = Tensor.Create<T>(values, [100, 3], requiresGrad: true);
        var target = Tensor.Create<long>(classes, [100]);
        using var x = CudaTensor<T>.New(device, new[] { 100, 3 }, values);
        using var t = CudaTensor<long>.New(device, new[] { 100 }, classes);
        x.RequiresGrad = true;
        foreach (var loss in (RegionLoss[])[new DiceLoss(), new JaccardLoss { Squared = true, Reduction = Reduction.Sum }])
        {
            var expected = loss.Forward(input, target);
            expected.Backward();
            var reads = device.Reads;
            using var actual = loss.Forward(x, t);
            actual.Backward();
            Assert.Equal(reads, device.Reads);
            AssertBits.Equal(expected.Item(), actual.Item(), $"value of {typeof(T).Name}");
        }
        AssertBits.Equal<T>(input.Grad!.ToArray(), x.Grad!.Cpu().ToArray(), $"gradient of {typeof(T).Name}");
    }

    private void Check<T, TTarget>(RegionLoss loss, int samples, int classes, int inner, int salt)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var random = Seeded(salt);
        T[] logits = new T[samples * classes * inner], gradient = new T[logits.Length];
        for (var i = 0; i < logits.Length; i++)
            logits[i] = random.Next(60) == 0 ? T.NegativeInfinity : T.CreateTruncating(random.NextDouble() * 16 - 8);
        var targets = new TTarget[samples * inner];
        for (var i = 0; i < targets.Length; i++) targets[i] = TTarget.CreateTruncating(random.Next(Math.Min(classes, 100)));
        if (samples == 3) logits[^1] = T.NaN; // and so the sums of an image
        nint[] shape = inner == 1 ? [samples, classes] : [samples, classes, inner], positions = inner == 1 ? [samples] : [samples, inner];
        var expected = loss.Evaluate(new ReadOnlyTensorSpan<T>(logits, shape), new ReadOnlyTensorSpan<TTarget>(targets, positions),
            new TensorSpan<T>(gradient, shape));
        using var x = CudaTensor<T>.New(device, shape, logits);
        using var t = CudaTensor<TTarget>.New(device, positions, targets);
        var result = loss.Evaluate(x, t, x);
        var what = $"{loss} of {typeof(T).Name} [{samples}, {classes}, {inner}]";
        AssertBits.Equal(expected.Sum, result.Sum, what + " sum");
        AssertBits.Equal(expected.Divisor, result.Divisor, what + " divisor");
        AssertBits.Equal(expected.Value, result.Value, what + " value");
        AssertBits.Equal<T>(gradient, x.Cpu().ToArray(), what + " gradient");
    }

    private Random Seeded(int salt)
    {
        var seed = Environment.TickCount ^ salt;
        output.WriteLine($"seed {seed}");
        return new(seed);
    }
}
