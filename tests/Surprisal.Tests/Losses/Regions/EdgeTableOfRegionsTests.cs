using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>The losses of regions at 0, 1, 0.5, -1, both infinities and NaN, one pixel at a time, against their formulas written out in double.</summary>
public sealed class EdgeTableOfRegionsTests
{
    [Fact]
    public void DiceLossJaccardLossAndTverskyLoss()
    {
        RegionLoss[] losses = [new DiceLoss(), new JaccardLoss { Squared = true }, new TverskyLoss { Alpha = 0.3, Beta = 0.7 }];
        foreach (var loss in losses)
            foreach (var x in EdgeNumbers.Triples)
                for (var t = 0L; t < 3; t++)
                {
                    Check<double>(loss, x, t);
                    Check<float>(loss, x, t);
                }
    }

    private static void Check<T>(RegionLoss loss, double[] x, long target) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (value, gradient, _) = RegionReference.Of(loss, x, [target], 1, 3);
        var actual = new T[3];
        var result = loss.Evaluate(new ReadOnlyTensorSpan<T>(Array.ConvertAll(x, T.CreateTruncating), [1, 3]), new ReadOnlyTensorSpan<long>([target], [1]),
            new TensorSpan<T>(actual, [1, 3]));
        string About() => $"{loss} in {typeof(T).Name}, [{string.Join(", ", x)}], target {target}";
        EdgeNumbers.Same(value, result.Value, About);
        for (var c = 0; c < 3; c++) EdgeNumbers.Same(gradient[c], actual[c], () => $"{About()}: gradient of {c}");
    }
}
