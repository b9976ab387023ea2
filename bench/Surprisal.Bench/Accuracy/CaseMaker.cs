using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;
using Surprisal.Kernels;

namespace Surprisal.Bench.Accuracy;

/// <summary>
/// Draws the inputs of a case in one element type, runs Surprisal on the tape, and lays everything down as files of raw numbers.
/// </summary>
internal sealed class CaseMaker<T>(string type) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>
    /// Cross-entropy of class indices; normal logits, or with a <paramref name="margin"/> the target ahead of the best other by that much.
    /// </summary>
    public Case CrossEntropy(string name, CrossEntropyLoss loss, int[] shape, double spread = 1, double offset = 0, double margin = 0) =>
        Loss(name, loss, folder =>
        {
            var targets = Tensor.RandInt<long>(0, shape[1], [shape[0], .. shape[2..]], new Seed(2));
            var logits = Numbers(
                Ahead(Tensor.Randn<double>(shape, new Seed(1)).ToArray(), targets.ToArray(), shape[1], spread, offset, margin), shape);
            return Lay(folder, "cross_entropy", Options(loss, loss.Weight, loss.LabelSmoothing), logits, targets,
                loss.Forward(logits, targets));
        });

    public Case SoftCrossEntropy(string name, CrossEntropyLoss loss, int[] shape) => Loss(name, loss, folder =>
    {
        var (logits, targets) =
            (Numbers(Tensor.Randn<double>(shape, new Seed(1)).ToArray(), shape), Numbers(Probabilities(shape, 2), shape).WithGrad(false));
        return Lay(folder, "soft_cross_entropy", Options(loss, loss.Weight, loss.LabelSmoothing), logits, targets,
            loss.Forward(logits, targets));
    });

    /// <summary>Logits uniform to 100 on both sides.</summary>
    public Case Binary(string name, BceWithLogitsLoss loss, int count, bool hard = true) => Loss(name, loss, folder =>
    {
        var logits = Numbers(Array.ConvertAll(Tensor.Rand<double>([count], new Seed(1)).ToArray(), static u => 200 * u - 100), [count]);
        var targets = Numbers(Array.ConvertAll(Tensor.Rand<double>([count], new Seed(2)).ToArray(), u => hard ? Math.Round(u) : u), [count])
            .WithGrad(false);
        return Lay(folder, "bce_with_logits", $"{Options(loss)}, \"pos_weight\": {Text(loss.PosWeight?[0] ?? 1)}", logits, targets,
            loss.Forward(logits, targets));
    });

    /// <summary>Probabilities of logits that are uniform to 8 on both sides.</summary>
    public Case Bce(string name, BceLoss loss, int count) => Loss(name, loss, folder =>
    {
        var inputs = Numbers(
            Array.ConvertAll(Tensor.Rand<double>([count], new Seed(1)).ToArray(), static u => 1 / (1 + Math.Exp(8 - 16 * u))), [count]);
        var targets = Numbers(Array.ConvertAll(Tensor.Rand<double>([count], new Seed(2)).ToArray(), Math.Round), [count]).WithGrad(false);
        return Lay(folder, "bce", Options(loss), inputs, targets, loss.Forward(inputs, targets));
    });

    public Case Nll(string name, NllLoss loss, int[] shape) => Loss(name, loss, folder =>
    {
        var targets = Tensor.RandInt<long>(0, shape[1], [shape[0]], new Seed(2));
        var inputs = Numbers(Array.ConvertAll(Probabilities(shape, 1), Math.Log), shape);
        return Lay(folder, "nll", Options(loss, loss.Weight), inputs, targets, loss.Forward(inputs, targets));
    });

    public Case KlDiv(string name, KlDivLoss loss, int[] shape) => Loss(name, loss, folder =>
    {
        var (inputs, targets) =
            (Numbers(Array.ConvertAll(Probabilities(shape, 1), Math.Log), shape), Numbers(Probabilities(shape, 2), shape).WithGrad(false));
        return Lay(folder, "kl_div", Options(loss), inputs, targets, loss.Forward(inputs, targets));
    });

    /// <summary>A function of rows, and its gradient for an upstream one that is normal.</summary>
    public Case Function(string name, string work, int[] shape, int[] result, Func<Tensor<T>, Tensor<T>> function, double margin = 0) =>
        new(name, type, false, false, folder =>
        {
            var first = Enumerable.Range(0, shape[0]).Select(row => (long)(row % shape[1])).ToArray();
            var x = Numbers(Ahead(Tensor.Randn<double>(shape, new Seed(1)).ToArray(), first, shape[1], 1, 0, margin), shape);
            return Lay(folder, work, "\"reduction\": null", x,
                Numbers(Tensor.Randn<double>(result, new Seed(2)).ToArray(), result).WithGrad(false), function(x), isUpstream: true);
        });

    private Case Loss(string name, Loss loss, Func<string, string> run) => new(name, type, true, loss.Reduction != Reduction.None, run);

    private static Tensor<T> Numbers(double[] numbers, int[] shape) =>
        Tensor.Create<T>(Array.ConvertAll(numbers, T.CreateTruncating), shape, requiresGrad: true);

    /// <summary>Logits [N, C, inner], the target's moved to the best other's plus the margin, if there is one.</summary>
    private static double[] Ahead(double[] logits, long[] targets, int classes, double spread, double offset, double margin)
    {
        for (var i = 0; i < logits.Length; i++) logits[i] = offset + spread * logits[i];
        for (var row = 0; margin > 0 && row < targets.Length; row++)
        {
            var x = logits.AsSpan(row * classes, classes);
            x[(int)targets[row]] = double.NegativeInfinity;
            x[(int)targets[row]] = TensorPrimitives.Max<double>(x) + margin;
        }
        return logits;
    }

    private static double[] Probabilities(int[] shape, long seed)
    {
        var p = Tensor.Rand<double>(shape, new Seed(seed)).ToArray();
        for (var row = 0; row < p.Length; row += shape[1])
        {
            var x = p.AsSpan(row, shape[1]);
            TensorPrimitives.Add(x, 1e-3, x); // no probability of 0
            TensorPrimitives.Divide(x, Reductions.Sum<double>(x), x);
        }
        return p;
    }

    private static string Options(Loss loss, ClassWeights? weight = null, double smoothing = 0) =>
        $"\"reduction\": \"{loss.Reduction.ToString().ToLowerInvariant()}\", \"smoothing\": {Text(smoothing)}, \"weight\": " +
        $"{(weight is null ? "null" : $"[{string.Join(", ", weight.Select(Text))}]")}";

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Runs backward and writes x, t, the value and the gradient.</summary>
    private static string Lay<TTarget>(
        string folder,
        string work,
        string options,
        Tensor<T> x,
        Tensor<TTarget> t,
        Tensor<T> output,
        bool isUpstream = false)
        where TTarget : unmanaged, INumber<TTarget>
    {
        output.Backward(isUpstream ? (Tensor<T>)(object)t : Tensor.Full<T>(output.Shape, T.One));
        string Put<TNumber>(string name, Tensor<TNumber> numbers) where TNumber : unmanaged, INumber<TNumber>
        {
            var path = Path.Combine(folder, name);
            File.WriteAllBytes(path, MemoryMarshal.AsBytes(numbers.AsReadOnlySpan()));
            return $"\"{name}\": {JsonSerializer.Serialize(path)}";
        }
        return $"\"work\": \"{work}\", {options}, \"indices\": {(typeof(TTarget) == typeof(long) ? "true" : "false")}, \"shape\": "
            + $"[{string.Join(", ", x.Shape.ToArray())}], \"t_shape\": [{string.Join(", ", t.Shape.ToArray())}], "
            + $"{Put("x", x)}, {Put("t", t)}, {Put("value", output)}, {Put("gradient", x.Grad!)}";
    }
}
