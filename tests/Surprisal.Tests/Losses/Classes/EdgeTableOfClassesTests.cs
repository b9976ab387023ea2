using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>
/// The losses over classes at 0, 1, 0.5, -1, both infinities and NaN, of logits, targets and weights, against PyTorch's formulas written out in double.
/// </summary>
/// <remarks>
/// Rows in memory and columns ask different kernels; few classes in double and in float. PyTorch is not asked to leave out a zero weight: 0 times infinity is
/// NaN here.
/// </remarks>
public sealed class EdgeTableOfClassesTests
{
    private static readonly double[] Numbers = EdgeNumbers.All;

    private static readonly ClassWeights?[] Weights =
        [null, .. from a in Numbers from b in Numbers select ClassWeights.Create([a, b, 1]), .. from a in Numbers select ClassWeights.Create([0.5, 1, a])];

    [Theory, InlineData(0), InlineData(0.5), InlineData(1)]
    public void CrossEntropyOfIndices(double smoothing)
    {
        foreach (var weight in Weights)
            Indices(new CrossEntropyLoss { Weight = weight, LabelSmoothing = smoothing, Reduction = Reduction.Sum }, (x, t) =>
            {
                var log = EdgeNumbers.LogSoftmax(x);
                double W(int c) => weight?[c] ?? 1;
                double Hard(int c) => c == t ? smoothing == 0 ? W(c) : (1 - smoothing) * W(c) : 0;
                var q = x.Select((_, c) => smoothing == 0 ? Hard(c) : smoothing / 3 * W(c) + Hard(c)).ToArray();
                var nll = -W(t) * log[t];
                var loss = smoothing == 0 ? nll : smoothing / 3 * (-W(0) * log[0] - W(1) * log[1] - W(2) * log[2]) + (1 - smoothing) * nll;
                return (loss, [.. log.Select((l, c) => Math.Exp(l) * q.Sum() - q[c])]);
            });
    }

    [Fact]
    public void NllAndSoftmaxFocal()
    {
        foreach (var weight in Weights)
        {
            double W(int c) => weight?[c] ?? 1;
            Indices(new NllLoss { Weight = weight, Reduction = Reduction.Sum }, (x, t) => (-W(t) * x[t], [.. x.Select((_, c) => c == t ? -W(t) : 0)]));
            Indices(new SoftmaxFocalLoss { Weight = weight, Reduction = Reduction.Sum }, (x, t) =>
            {
                var log = EdgeNumbers.LogSoftmax(x);
                var p = Math.Exp(log[t]);
                var slope = (1 - p) * (1 - p) + EdgeNumbers.Times(2 * p * (1 - p), -log[t]);
                return (W(t) * ((1 - p) * (1 - p)) * -log[t], [.. log.Select((l, c) => W(t) * slope * (Math.Exp(l) - (c == t ? 1 : 0)))]);
            });
        }
    }

    [Theory, InlineData(0), InlineData(0.5), InlineData(1)]
    public void CrossEntropyOfProbabilities(double smoothing)
    {
        foreach (var weight in new ClassWeights?[] { null, [1, 0, double.PositiveInfinity], [double.NegativeInfinity, 0.5, -1], [double.NaN, 1, 1], [0, 0, 0] })
        foreach (var zeros in new[] { false, true })
            Probabilities(
                new CrossEntropyLoss { Weight = weight, LabelSmoothing = smoothing, ZeroTimesInfinityIsZero = zeros, Reduction = Reduction.Sum }, (x, t) =>
                {
                    var log = EdgeNumbers.LogSoftmax(x);
                    double W(int c) => weight?[c] ?? 1;
                    var q = t.Select((v, c) => W(c) * (smoothing == 0 ? v : v * (1 - smoothing) + smoothing / 3)).ToArray();
                    var loss = log.Select((l, c) => zeros && q[c] == 0 ? 0 * EdgeNumbers.Times(0, l) : -l * q[c]).Sum();
                    return (loss, [.. log.Select((l, c) => Math.Exp(l) * q.Sum() - q[c])], [.. log.Select((l, c) => -l * W(c) * (1 - smoothing))]);
                });
    }

    [Fact]
    public void TheMeanDividesByTheWeightsWhateverTheyAre()
    {
        foreach (var w in Numbers)
        {
            var each = new double[3];
            var result = new CrossEntropyLoss { Weight = [w, 1, 1] }.Evaluate(new ReadOnlyTensorSpan<double>([1, 2, 3, 3, 2, 1], [2, 3]),
                new ReadOnlyTensorSpan<int>([0, 2], [2]), losses: default, gradient: default);
            var cost = Math.Log(Math.Exp(0) + Math.Exp(1) + Math.Exp(2));
            EdgeNumbers.Same((w * cost + cost) / (w + 1), result.Value, () => $"the mean at weight {w}");
            Assert.Equal(w + 1, result.Divisor);
        }
    }

    private static void Indices(ClassIndexLoss loss, Func<double[], int, (double Loss, double[] Gradient)> formula)
    {
        Indices<double>(loss, formula);
        Indices<float>(loss, formula);
    }

    private static void Indices<T>(ClassIndexLoss loss, Func<double[], int, (double Loss, double[] Gradient)> formula)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var rows = EdgeNumbers.Triples;
        var targets = rows.Select(static (_, i) => i % 3).ToArray();
        foreach (var inner in new[] { 1, rows.Length })
        {
            var x = Lay<T>(rows, inner);
            int[] shape = inner == 1 ? [rows.Length, 3] : [1, 3, inner];
            foreach (var start in new[] { 0, 1, 2 })
            {
                var t = Array.ConvertAll(targets, i => (i + start) % 3);
                var actual = Evaluated<T>.Of(loss, x, shape, t);
                for (var i = 0; i < rows.Length; i++)
                {
                    var (expected, gradient) = formula(rows[i], t[i]);
                    string About() => $"{loss} in {typeof(T).Name}, {(inner == 1 ? "row" : "column")} [{string.Join(", ", rows[i])}], target {t[i]}";
                    EdgeNumbers.Same(expected, actual.Losses[i], About);
                    for (var c = 0; c < 3; c++)
                        EdgeNumbers.Same(gradient[c], actual.Gradient[inner == 1 ? i * 3 + c : c * inner + i], () => $"{About()}: gradient of {c}");
                }
            }
        }
    }

    private static void Probabilities(CrossEntropyLoss loss, Func<double[], double[], (double Loss, double[] Gradient, double[] TargetGradient)> formula)
    {
        foreach (var t in EdgeNumbers.Triples)
        {
            var rows = EdgeNumbers.Triples.Where((_, i) => (i + (int)t.Take(2).Sum(static v => double.IsFinite(v) ? 2 * v : 1)) % 4 == 0).ToArray();
            var expected = Array.ConvertAll(rows, x => formula(x, t));
            Probabilities<double>(loss, rows, t, expected);
            if (t[0] is 0.5 or double.PositiveInfinity) Probabilities<float>(loss, rows, t, expected);
        }
    }

    private static void Probabilities<T>(
        CrossEntropyLoss loss,
        double[][] rows,
        double[] t,
        (double Loss, double[] Gradient, double[] TargetGradient)[] expected)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var (inner, classes) in new[] { (1, 3), (1, 3 + Many) })
        {
            // Many more classes whose logits are -infinity and whose probability is 0 ask the kernel of long rows; only where 0 times infinity is 0 are they as
            // if they were not there.
            if (classes > 3 && (!loss.ZeroTimesInfinityIsZero || loss.Weight is not null || loss.LabelSmoothing > 0)) continue;
            T[] Long(double[] three, double fill) => [.. Enumerable.Range(0, classes).Select(c => T.CreateTruncating(c < 3 ? three[c] : fill))];
            T[] x = [.. rows.SelectMany(row => Long(row, double.NegativeInfinity))], targets = [.. rows.SelectMany(_ => Long(t, 0))];
            nint[] lengths = [rows.Length, classes], samples = [rows.Length];
            var (gradient, targetGradient, losses) = (new T[x.Length], new T[x.Length], new T[rows.Length]);
            loss.Evaluate(new ReadOnlyTensorSpan<T>(x, lengths), new ReadOnlyTensorSpan<T>(targets, lengths), new TensorSpan<T>(gradient, lengths),
                new TensorSpan<T>(losses, samples), targetGradient: new TensorSpan<T>(targetGradient, lengths));
            for (var i = 0; i < rows.Length; i++)
            {
                string About() => $"{loss} in {typeof(T).Name}, {classes} classes, logits [{string.Join(", ", rows[i])}], targets [{string.Join(", ", t)}]";
                EdgeNumbers.Same(expected[i].Loss, losses[i], About);
                for (var c = 0; c < 3; c++) EdgeNumbers.Same(expected[i].Gradient[c], gradient[i * classes + c], () => $"{About()}: gradient of {c}");
                for (var c = 0; c < 3; c++)
                    EdgeNumbers.Same(expected[i].TargetGradient[c], targetGradient[i * classes + c], () => $"{About()}: target gradient of {c}");
            }
        }
    }

    private const int Many = 140;

    private static T[] Lay<T>(double[][] rows, int inner) where T : unmanaged, IFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, rows.Length * 3).Select(i => T.CreateTruncating(inner == 1 ? rows[i / 3][i % 3] : rows[i % inner][i / inner]))];
}
