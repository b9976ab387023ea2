using System.Numerics.Tensors;
using Surprisal.Kernels;

namespace Surprisal.Tests.Reproducibility;

/// <summary>
/// Positions of images [samples, classes, positions] give the bits that the same numbers give as rows [samples * positions, classes]: over several tiles, parts
/// and blocks.
/// </summary>
public sealed class RowsAndColumnsTests
{
    private const int Samples = 2, Classes = 5;

    [Theory]
    [InlineData(4700)]
    [InlineData(4096)] // classes in few sets of a cache
    public void Softmax_and_logsumexp_do_not_ask_where_the_classes_lie(int positions)
    {
        var (columns, upstream) = (Numbers(1, positions), Numbers(2, positions));
        var (rows, rowsUpstream) = (Rows(columns, positions), Rows(upstream, positions));
        foreach (var log in new[] { false, true })
        {
            Equal(positions, (x, inner, y) => Softmax.AlongAxis(x, Classes, inner, y, log), columns, rows);
            Equal(positions, (x, inner, dx) => SoftmaxGradient.AlongAxis(x, inner == 1 ? rowsUpstream : upstream, Classes, inner, dx, log), columns, rows);
        }
        float[] sums = new float[Samples * positions], rowSums = new float[sums.Length];
        LogSumExp.AlongAxis<float>(columns, Classes, positions, sums);
        LogSumExp.AlongAxis<float>(rows, Classes, 1, rowSums);
        Assert.Equal(sums, rowSums);
        Equal(positions, (x, inner, dx) => Softmax.LogSumExpGradient<float>(x, sums, Classes, inner, dx), columns, rows);
    }

    [Theory]
    [InlineData(4700, false)]
    [InlineData(4700, true)]
    public void Class_probabilities_do_not_ask_where_the_classes_lie(int positions, bool bent)
    {
        var (columns, targets) = (Numbers(3, positions), Numbers(4, positions));
        var weights = Tensor.Rand<float>([Samples * positions], new Seed(5)).ToArray();
        for (var i = 0; i < weights.Length; i += 7) weights[i] = 0;
        var loss = new CrossEntropyLoss
        {
            Reduction = Reduction.Sum, LabelSmoothing = 0.1, ZLoss = 0.01, SoftCap = bent ? 3 : null, Temperature = bent ? 2 : 1
        };
        var (losses, gradient, targetGradient) = Evaluate([Samples, Classes, positions], [Samples, positions], columns, targets);
        var (rowLosses, rowGradient, rowTargetGradient) = Evaluate([Samples * positions, Classes], [Samples * positions], Rows(columns, positions),
            Rows(targets, positions));
        Assert.Equal(losses, rowLosses);
        Assert.Equal(Rows(gradient, positions), rowGradient);
        Assert.Equal(Rows(targetGradient, positions), rowTargetGradient);
        Assert.Equal(0, losses[7]);
        Assert.NotEqual(0, losses[8]);

        (float[] Losses, float[] Gradient, float[] TargetGradient) Evaluate(nint[] shape, nint[] lossShape, float[] x, float[] t)
        {
            float[] losses = new float[Samples * positions], gradient = new float[x.Length], targetGradient = new float[x.Length];
            loss.Evaluate<float>(new(x, shape), new(t, shape), new(gradient, shape), new(losses, lossShape),
                new(weights, lossShape), new(targetGradient, shape));
            return (losses, gradient, targetGradient);
        }
    }

    private delegate void Function(float[] x, int inner, float[] y);

    private static void Equal(int positions, Function f, float[] columns, float[] rows)
    {
        float[] y = new float[columns.Length], fromRows = new float[columns.Length];
        f(columns, positions, y);
        f(rows, 1, fromRows);
        Assert.Equal(Rows(y, positions), fromRows);
    }

    private static float[] Numbers(long seed, int positions) => Tensor.Randn<float>([Samples * Classes * positions], new Seed(seed)).ToArray();

    /// <summary>From [samples, classes, positions] to [samples * positions, classes].</summary>
    private static float[] Rows(float[] x, int positions)
    {
        var rows = new float[x.Length];
        for (var i = 0; i < Samples * positions; i++)
        for (var c = 0; c < Classes; c++)
            rows[i * Classes + c] = x[(i / positions * Classes + c) * positions + i % positions];
        return rows;
    }
}
