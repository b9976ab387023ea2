using System.Numerics.Tensors;
using Surprisal.Cuda;

namespace Surprisal.Bench.Cuda;

/// <summary>Losses whose targets are numbers, through the card and through the CPU.</summary>
internal static class ElementBits
{
    /// <summary>Each kernel once, and weights that cut the sum of a block into runs.</summary>
    private static DenseLoss[] Losses(int last)
    {
        double[] weight = [.. Enumerable.Range(0, last).Select(static c => 0.3 + c % 7 * 0.77)];
        return
        [
            new BceWithLogitsLoss(), new BceWithLogitsLoss { Weight = weight }, new BceWithLogitsLoss { PosWeight = [3] }, new BceLoss(),
            new FocalLoss { Reduction = Reduction.Mean }, new FocalLoss { Gamma = 0.7, Alpha = 0.6 }, new KlDivLoss(),
            new KlDivLoss { LogTarget = true, Reduction = Reduction.BatchMean }, new SoftMarginLoss(),
            new MultiLabelSoftMarginLoss { Weight = weight }, new MseLoss(), new L1Loss(), new HuberLoss(), new SmoothL1Loss(),
        ];
    }

    /// <summary>What is not equal first, or null; rows of any length.</summary>
    public static string? Check<T>(ICudaDevice device, int rows, int last, Random random) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] inputs = new T[rows * last], probabilities = new T[inputs.Length], targets = new T[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            (inputs[i], probabilities[i]) = (T.CreateTruncating(random.NextDouble() * 20 - 10), T.CreateTruncating(random.NextDouble()));
            targets[i] = random.Next(4) == 0 ? probabilities[i] : T.CreateTruncating(random.Next(2));
        }
        foreach (var loss in Losses(last))
            try
            {
                if (Compare(device, loss, loss is BceLoss ? probabilities : inputs, targets, [rows, last]) is { } fault)
                    return $"{loss}: {fault}";
            }
            catch (CudaException error)
            {
                return $"{loss}: {error.Message}";
            }
        return null;
    }

    private static string? Compare<T>(ICudaDevice device, DenseLoss loss, T[] inputs, T[] targets, nint[] shape)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        nint[] lossShape = loss is MultiLabelSoftMarginLoss ? shape[..^1] : shape;
        T[] gradient = new T[inputs.Length], ofTargets = new T[inputs.Length],
            each = new T[loss is MultiLabelSoftMarginLoss ? (int)shape[0] : inputs.Length];
        var expected = loss.Evaluate(new ReadOnlyTensorSpan<T>(inputs, shape), new ReadOnlyTensorSpan<T>(targets, shape),
            new TensorSpan<T>(gradient, shape), new TensorSpan<T>(each, lossShape), default, new TensorSpan<T>(ofTargets, shape));
        using var x = CudaTensor<T>.New(device, shape, inputs);
        using var t = CudaTensor<T>.New(device, shape, targets);
        using var losses = CudaTensor<T>.New(device, lossShape, []);
        using var dt = CudaTensor<T>.New(device, shape, []);
        var result = loss.Evaluate(x, t, x, losses, targetGradient: dt);
        return BitsStep.Differs([expected.Value, expected.Sum], [result.Value, result.Sum], "value")
            ?? BitsStep.Differs<T>(each, losses.Cpu().AsReadOnlySpan(), "losses")
            ?? BitsStep.Differs<T>(gradient, x.Cpu().AsReadOnlySpan(), "gradient")
            ?? BitsStep.Differs<T>(ofTargets, dt.Cpu().AsReadOnlySpan(), "gradient of the targets");
    }
}
