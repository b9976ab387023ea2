using Surprisal.Kernels;

namespace Surprisal.Tests.Losses;

/// <summary>Inputs of linear cross-entropy from a seed, and the loss as the textbook writes it: all logits, a row at a time, in double.</summary>
internal sealed record LinearExample(int Seed, int Rows, int Features, int Classes, bool HasBias, bool HasProbabilities)
{
    public float[] Hidden { get; init; } = [];

    public float[] Weight { get; init; } = [];

    public float[] Bias { get; init; } = [];

    public long[] Targets { get; init; } = [];

    public float[] Probabilities { get; init; } = [];

    public float[] SampleWeights { get; init; } = [];

    /// <summary>Value, losses of the rows, and the gradients of hidden states, weight and bias, one after the other.</summary>
    public sealed record Answer(double Value, double[] Losses, double[] Gradients);

    /// <summary>About one target in five is ignored, where targets are class indices.</summary>
    public static LinearExample Draw(
        int seed, int rows, int features, int classes, bool hasBias = true, bool hasProbabilities = false, bool hasSampleWeights = false, double spread = 2)
    {
        var random = new RandomStream(seed);
        float[] Numbers(int count, double scale) => [.. Enumerable.Range(0, count).Select(_ => (float)(scale * random.Normal()))];
        return new(seed, rows, features, classes, hasBias, hasProbabilities)
        {
            Hidden = Numbers(rows * features, 1), Weight = Numbers(classes * features, spread / Math.Sqrt(features)),
            Bias = hasBias ? Numbers(classes, 1) : [],
            Targets = hasProbabilities ? [] : [.. Enumerable.Range(0, rows).Select(_ => random.Below(5) == 0 ? -100 : (long)random.Below((ulong)classes))],
            Probabilities = hasProbabilities ? [.. Numbers(rows * classes, 1).Select(static p => Math.Abs(p))] : [],
            SampleWeights = hasSampleWeights ? [.. Enumerable.Range(0, rows).Select(_ => random.Below(4) / 2f)] : [],
        };
    }

    /// <summary>What the loss gives, in the same order.</summary>
    public (LossResult Result, T[] Losses, T[] Gradients) Evaluate<T>(LinearCrossEntropyLoss loss) where T : unmanaged, IFloatingPointIeee754<T>
    {
        static T[] Convert(float[] numbers) => [.. numbers.Select(T.CreateTruncating)];
        T[] dx = new T[Hidden.Length], dw = new T[Weight.Length], db = new T[Bias.Length], losses = new T[Rows];
        var result = HasProbabilities
            ? loss.Evaluate<T>(Convert(Hidden), Convert(Weight), Convert(Probabilities), Features, Convert(Bias), dx, dw, db, losses, Convert(SampleWeights))
            : loss.Evaluate<T, long>(Convert(Hidden), Convert(Weight), Targets, Features, Convert(Bias), dx, dw, db, losses, Convert(SampleWeights));
        return (result, losses, [.. dx, .. dw, .. db]);
    }

    public Answer Reference(LinearCrossEntropyLoss loss)
    {
        var (losses, dx, dw, db) = (new double[Rows], new double[Hidden.Length], new double[Weight.Length], new double[Bias.Length]);
        double WeightOf(int c) => loss.Weight is null ? 1 : (float)loss.Weight[c];
        double SampleWeight(int row) => SampleWeights.Length == 0 ? 1 : SampleWeights[row];
        bool Counts(int row) => SampleWeight(row) != 0 && (HasProbabilities || Targets[row] != loss.IgnoreIndex);
        var used = Enumerable.Range(0, Rows).Where(Counts).ToArray();
        var divisor = loss.Reduction == Reduction.Mean ? used.Sum(row => SampleWeight(row) * (HasProbabilities ? 1 : WeightOf((int)Targets[row]))) : 1;
        foreach (var row in used)
        {
            var (z, slope) = (new double[Classes], new double[Classes]);
            for (var c = 0; c < Classes; c++)
            {
                var u = Bias.Length == 0 ? 0.0 : Bias[c];
                for (var h = 0; h < Features; h++) u += (double)Hidden[row * Features + h] * Weight[c * Features + h];
                var cap = loss.SoftCap ?? double.PositiveInfinity;
                z[c] = (loss.SoftCap is null ? u : cap * Math.Tanh(u / cap)) / loss.Temperature;
                slope[c] = (loss.SoftCap is null ? 1 : 1 / Math.Pow(Math.Cosh(u / cap), 2)) / loss.Temperature;
            }
            var max = z.Max();
            var logSum = max + Math.Log(z.Sum(logit => Math.Exp(logit - max)));
            double Share(int c) => WeightOf(c) * ((1 - loss.LabelSmoothing)
                * (HasProbabilities ? Probabilities[row * Classes + c] : c == Targets[row] ? 1 : 0) + loss.LabelSmoothing / Classes);
            var total = Enumerable.Range(0, Classes).Sum(Share);
            losses[row] = SampleWeight(row) * (Enumerable.Range(0, Classes).Sum(c => Share(c) * (logSum - z[c])) + loss.ZLoss * logSum * logSum);
            for (var c = 0; c < Classes; c++)
            {
                var g = ((total + 2 * loss.ZLoss * logSum) * Math.Exp(z[c] - logSum) - Share(c)) * slope[c] * SampleWeight(row) / divisor;
                if (db.Length > 0) db[c] += g;
                for (var h = 0; h < Features; h++)
                {
                    dx[row * Features + h] += g * Weight[c * Features + h];
                    dw[c * Features + h] += g * Hidden[row * Features + h];
                }
            }
        }
        return new(losses.Sum() / divisor, losses, [.. dx, .. dw, .. db]);
    }

    /// <summary>The distance of two gradients over the norm of the expected one.</summary>
    public static double Distance<T>(ReadOnlySpan<double> expected, ReadOnlySpan<T> actual) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (error, norm) = (0.0, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            error += Math.Pow(double.CreateTruncating(actual[i]) - expected[i], 2);
            norm += Math.Pow(expected[i], 2);
        }
        return norm == 0 ? Math.Sqrt(error) : Math.Sqrt(error / norm);
    }
}
