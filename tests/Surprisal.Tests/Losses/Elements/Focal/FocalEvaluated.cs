using System.Numerics.Tensors;
using Surprisal.Kernels;

namespace Surprisal.Tests.Losses;

/// <summary>Everything that one call of a focal loss returns and writes; and the reference, the product rule as it stands, in double.</summary>
internal sealed record FocalEvaluated<T>(double Value, T[] Gradient, T[] TargetGradient, T[] Losses) where T : unmanaged, IFloatingPointIeee754<T>
{
    public static FocalEvaluated<T> Of(FocalLoss loss, T[] inputs, T[] targets, params int[] shape)
    {
        if (shape.Length == 0) shape = [inputs.Length];
        var lengths = Evaluated<T>.Lengths(shape);
        var (gradient, targetGradient, losses) = (Sevens(inputs.Length), Sevens(inputs.Length), Sevens(inputs.Length));
        var value = loss.Evaluate(new ReadOnlyTensorSpan<T>(inputs, lengths), new ReadOnlyTensorSpan<T>(targets, lengths),
            new TensorSpan<T>(gradient, lengths), new TensorSpan<T>(losses, lengths),
            targetGradient: new TensorSpan<T>(targetGradient, lengths));
        return new(value, gradient, targetGradient, losses);
    }

    /// <summary>Textbook formula, one element at a time: good where 1 - p_t does not cancel, so for moderate logits.</summary>
    public static FocalEvaluated<double> Reference(FocalLoss loss, double[] z, double[] y)
    {
        var (dz, dy, losses) = (new double[z.Length], new double[z.Length], new double[z.Length]);
        var scale = loss.Reduction == Reduction.Mean ? 1.0 / z.Length : 1;
        for (var i = 0; i < z.Length; i++)
        {
            var p = 1 / (1 + Math.Exp(-z[i]));
            var ce = -(y[i] * Math.Log(p) + (1 - y[i]) * Math.Log(1 - p));
            var miss = 1 - (p * y[i] + (1 - p) * (1 - y[i]));
            var (share, turn) = loss.Alpha < 0 ? (1, 0) : (loss.Alpha * y[i] + (1 - loss.Alpha) * (1 - y[i]), 2 * loss.Alpha - 1);
            var (power, slope) = (Math.Pow(miss, loss.Gamma), loss.Gamma * Math.Pow(miss, loss.Gamma - 1));
            losses[i] = share * power * ce;
            dz[i] = scale * share * (power * (p - y[i]) + slope * (1 - 2 * y[i]) * p * (1 - p) * ce);
            dy[i] = scale * (turn * power * ce + share * (power * -z[i] + slope * (1 - 2 * p) * ce));
        }
        return new(losses.Sum() * scale, dz, dy, losses);
    }

    /// <summary>Seeded logits and targets that a float holds exactly: a third each of 0, of 1, and between.</summary>
    public static (double[] Inputs, double[] Targets) Draw(int seed, int length)
    {
        var random = new RandomStream(seed);
        var (inputs, targets) = (new double[length], new double[length]);
        for (var i = 0; i < length; i++)
        {
            inputs[i] = (float)(2 * random.Normal());
            targets[i] = random.Below(3) switch { 0 => 0, 1 => 1, _ => (float)random.Uniform() };
        }
        return (inputs, targets);
    }

    private static T[] Sevens(int length) => [.. Enumerable.Repeat(T.CreateTruncating(7), length)]; // anything but 0, which is an answer
}
