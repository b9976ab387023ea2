using System.Numerics.Tensors;
using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>Losses whose targets are numbers by the shipped text against the library, bit for bit: value, divisor, losses and both gradients.</summary>
public sealed class ElementBitsTests(ITestOutputHelper output)
{
    private static readonly double[] special =
        [double.NegativeInfinity, double.PositiveInfinity, double.NaN, 0, -0.0, 1e-40, -1e-310, 100, -104, 1e30, 1, -1];

    private readonly PtxDevice[] devices = [.. PtxTarget.All.Select(static target => new PtxDevice(target))]; // a text is read once

    /// <summary>Each kernel, and each way that an option takes through it; the weights are of the last dimension.</summary>
    private static DenseLoss[] Losses(int last)
    {
        double[] weight = [.. Enumerable.Range(0, last).Select(static c => 0.3 + c % 7 * 0.77)];
        return
        [
            new BceLoss(), new BceLoss { Weight = weight, Reduction = Reduction.Sum },
            new BceWithLogitsLoss { WhenEmpty = EmptyMean.Zero }, new BceWithLogitsLoss { PosWeight = [3], Weight = weight },
            new BceWithLogitsLoss { PosWeight = weight, Normalizer = 7 }, new BceWithLogitsLoss { Weight = [2], Reduction = Reduction.None },
            new FocalLoss { Reduction = Reduction.Mean }, new FocalLoss { Gamma = 0, Alpha = -1 }, new FocalLoss { Gamma = 1 },
            new FocalLoss { Gamma = 0.7, Alpha = 0.6, Reduction = Reduction.Sum },
            new KlDivLoss(), new KlDivLoss { ZeroTimesInfinityIsZero = true, Reduction = Reduction.BatchMean },
            new KlDivLoss { LogTarget = true }, new KlDivLoss { LogTarget = true, ZeroTimesInfinityIsZero = true },
            new SoftMarginLoss(), new MultiLabelSoftMarginLoss { Weight = weight }, new MultiLabelSoftMarginLoss { Reduction = Reduction.Sum },
            new MseLoss(), new L1Loss(), new HuberLoss { Delta = 0.7 }, new SmoothL1Loss { Beta = 0.3 }, new SmoothL1Loss { Beta = 0 },
        ];
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 5)]
    public void Every_loss_and_type_has_the_librarys_bits(int rows, int last)
    {
        foreach (var (i, loss) in Losses(last).Index())
        {
            // of the other types each loss has one a run, and a single element of all: the interpreter takes its time
            var turn = (i + Environment.TickCount / 100) % 3;
            Check<float>(loss, [rows, last], 0);
            if (turn == 0 || rows == 1) Check<double>(loss, [rows, last], 1);
            if (turn == 1 || rows == 1) Check<Half>(loss, [rows, last], 2);
            if (turn == 2 || rows == 1) Check<BFloat16>(loss, [rows, last], 3);
        }
    }

    /// <summary>More than a tile, more than a block, and weights that cut a block into runs which its end cuts again.</summary>
    [Theory]
    [InlineData(2049)]
    [InlineData(16_385)]
    public void Sums_are_the_librarys_through_tiles_and_blocks(int length)
    {
        double[] weight = [.. Enumerable.Range(0, 5000).Select(static c => 0.3 + c % 7 * 0.77)];
        Check<float>(new MseLoss(), [length], 4);
        Check<double>(new L1Loss { Reduction = Reduction.Sum }, [length], 5);
        if (length < 16_384) Check<float>(new SoftMarginLoss(), [length], 6);
        if (length == 16_385) Check<float>(new BceWithLogitsLoss { Weight = weight }, [4, 5000], 7);
    }

    [Fact]
    public void Weights_of_any_shape_broadcast_as_the_librarys_do()
    {
        foreach (var shape in (int[][])[[], [1], [3, 1], [2, 1, 1], [2, 3, 1], [1, 4], [2, 1, 4], [2, 3, 4], [3, 4]])
        {
            var count = shape.Aggregate(1, static (a, b) => a * b);
            var weight = ElementWeights.Create([.. Enumerable.Range(0, count).Select(static i => 0.4 + i * 0.7)], shape);
            Check<float>(new BceWithLogitsLoss { Weight = weight }, [2, 3, 4], 8);
            Check<float>(new BceWithLogitsLoss { PosWeight = weight, Weight = [1, 2, 3, 4] }, [2, 3, 4], 9);
        }
    }

    private void Check<T>(DenseLoss loss, int[] shape, int salt) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var seed = Environment.TickCount ^ salt;
        output.WriteLine($"{loss} {typeof(T).Name} seed {seed}");
        var random = new Random(seed);
        var length = shape.Aggregate(1, static (a, b) => a * b);
        T[] inputs = new T[length], targets = new T[length];
        for (var i = 0; i < length; i++)
        {
            inputs[i] = T.CreateTruncating(random.Next(9) == 0 && length > 1 ? special[random.Next(special.Length)] : random.NextDouble() * 20 - 10);
            targets[i] = T.CreateTruncating(random.Next(9) == 0 ? special[random.Next(special.Length)] : random.Next(3) / 2.0);
            if (loss is BceLoss) (inputs[i], targets[i]) = (T.CreateTruncating(random.Next(6) / 5.0), T.CreateTruncating(random.NextDouble()));
        }
        nint[] lengths = [.. shape.Select(static size => (nint)size)], lossLengths = loss is MultiLabelSoftMarginLoss ? lengths[..^1] : lengths;
        var lossShape = loss is MultiLabelSoftMarginLoss ? shape[..^1] : shape;
        T[] gradient = new T[length], ofTargets = new T[length], losses = new T[lossShape.Aggregate(1, static (a, b) => a * b)], counts = new T[losses.Length];
        for (var i = 0; i < counts.Length; i++) counts[i] = T.CreateTruncating(random.Next(4) == 0 ? 0 : random.NextDouble() * 3 - 0.5);
        foreach (var isWeighted in (bool[])[false, true])
        {
            var expected = loss.Evaluate(new ReadOnlyTensorSpan<T>(inputs, lengths), new ReadOnlyTensorSpan<T>(targets, lengths),
                new TensorSpan<T>(gradient, lengths), new TensorSpan<T>(losses, lossLengths),
                isWeighted ? new ReadOnlyTensorSpan<T>(counts, lossLengths) : default, new TensorSpan<T>(ofTargets, lengths));
            var device = devices[random.Next(devices.Length)];
            using var x = CudaTensor<T>.New(device, shape, inputs);
            using var t = CudaTensor<T>.New(device, shape, targets);
            using var s = CudaTensor<T>.New(device, lossShape, counts);
            using var each = CudaTensor<T>.New(device, lossShape, []);
            using var dt = CudaTensor<T>.New(device, shape, []);
            var result = loss.Evaluate(x, t, x, each, isWeighted ? s : null, dt);
            var what = $"{loss}{(isWeighted ? " with sample weights" : "")} of {typeof(T).Name} [{string.Join(", ", shape)}]";
            AssertBits.Equal<T>(losses, each.Cpu().ToArray(), what + " losses");
            AssertBits.Equal<T>(gradient, x.Cpu().ToArray(), what + " gradient");
            AssertBits.Equal<T>(ofTargets, dt.Cpu().ToArray(), what + " gradient of the targets");
            AssertBits.Equal(expected.Divisor, result.Divisor, what + " divisor");
            AssertBits.Equal(expected.Sum, result.Sum, what + " sum");
            AssertBits.Equal(expected.Value, result.Value, what + " value");
        }
    }
}
