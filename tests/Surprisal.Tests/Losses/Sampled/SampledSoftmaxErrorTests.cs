using System.Globalization;
using Surprisal.Kernels;
using Surprisal.Tests.Architecture;

namespace Surprisal.Tests.Losses;

/// <summary>The table of docs/losses/SampledSoftmax.md: how far values and gradients are from the exact loss on an example that follows Zipf's law.</summary>
public sealed class SampledSoftmaxErrorTests
{
    private const int Rows = 64, Features = 16, Steps = 8;

    private static readonly (string Name, SampledSoftmaxLoss Loss)[] forms =
        [("default", new()), ("`WithReplacement`", new() { WithReplacement = true }), ("`CorrectTarget`", new() { CorrectTarget = true })];

    [Fact]
    public void TheTableIsWhatIsMeasured()
    {
        string[] table = [.. Measure(2000), .. Measure(50_257)];
        var page = Repository.Read("docs/losses/SampledSoftmax.md");
        Assert.True(page.Contains(string.Join('\n', table), StringComparison.Ordinal),
            $"the page's table is no more what is measured:\n{string.Join('\n', table)}");
    }

    private static IEnumerable<string> Measure(int classes)
    {
        Tensor<float> hidden = Tensor.Randn<float>([Rows, Features], new Seed(1)), weight = Tensor.Randn<float>([classes, Features], new Seed(2));
        using (Tensor.NoGrad()) weight.CopyFrom(weight / MathF.Sqrt(Features));
        var bias = Tensor.Create<float>([.. Enumerable.Range(0, classes).Select(static c => -(float)Scalar.Log(c + 1))]);
        var target = Targets(hidden.Linear(weight, bias).Softmax(1));
        var (exact, dx, dw) = Evaluate(x => new LinearCrossEntropyLoss().Forward(x.Hidden, x.Weight, target, bias));
        yield return $"| {Number(classes)} | exact | all | {exact:F3} | | | |";
        foreach (var (name, form) in forms)
        foreach (var samples in new[] { 64, 256, 1024 })
        {
            var (values, ofHidden, ofWeight) = (new List<double>(), 0.0, 0.0);
            for (var step = 0; step < Steps; step++)
            {
                var (value, gx, gw) = Evaluate(x => (form with { Samples = samples }).Forward(x.Hidden, x.Weight, target, step, bias));
                values.Add(value);
                (ofHidden, ofWeight) = (ofHidden + Distance(dx, gx) / Steps, ofWeight + Distance(dw, gw) / Steps);
            }
            var mean = values.Average();
            var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (Steps - 1));
            yield return string.Create(CultureInfo.InvariantCulture,
                $"| {Number(classes)} | {name} | {samples} | {mean:F3} | {deviation:F3} | {ofHidden:P0} | {ofWeight:P0} |");
        }

        (double Value, float[] Dx, float[] Dw) Evaluate(Func<(Tensor<float> Hidden, Tensor<float> Weight), Tensor<float>> loss)
        {
            hidden.WithGrad(true).ZeroGrad();
            weight.WithGrad(true).ZeroGrad();
            var value = loss((hidden, weight));
            value.Backward();
            return (value.Item(), hidden.Grad!.ToArray(), weight.Grad!.ToArray());
        }
    }

    /// <summary>A class of each row, drawn by its probabilities.</summary>
    private static Tensor<long> Targets(Tensor<float> probabilities)
    {
        var (random, targets) = (new RandomStream(3), new long[Rows]);
        for (var row = 0; row < Rows; row++)
        {
            var (p, left) = (probabilities[row].ToArray(), random.Uniform());
            while (targets[row] < p.Length - 1 && (left -= p[targets[row]]) >= 0) targets[row]++;
        }
        return Tensor.Create<long>(targets);
    }

    /// <summary>The norm of the difference over that of the exact gradient.</summary>
    private static double Distance(float[] exact, float[] estimate)
    {
        var (difference, norm) = (0.0, 0.0);
        for (var i = 0; i < exact.Length; i++)
            (difference, norm) = (difference + Math.Pow((double)estimate[i] - exact[i], 2), norm + Math.Pow(exact[i], 2));
        return Math.Sqrt(difference / norm);
    }

    private static string Number(int classes) => classes.ToString("N0", CultureInfo.InvariantCulture);
}
