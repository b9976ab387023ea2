using Surprisal.Kernels;
using Surprisal.Metrics;

namespace Surprisal.Tests.Metrics;

/// <summary>The states of the temperature, and its value against a search in the system's arithmetic.</summary>
public sealed class TemperatureTests
{
    private const double Inf = double.PositiveInfinity;

    [Theory]
    [InlineData(TemperatureState.Undefined, new double[0], new int[0])]
    [InlineData(TemperatureState.Undefined, new[] { double.NaN, 0, Inf, 1, -Inf, 2 }, new[] { 0, 0, 0 })]
    [InlineData(TemperatureState.Flat, new[] { 1.0, 1, -2, -2 }, new[] { 0, 1 })]
    [InlineData(TemperatureState.Zero, new[] { 1.0, 0 }, new[] { 0 })]
    [InlineData(TemperatureState.Zero, new[] { 1.0, 1, 0, 2 }, new[] { 0, 1 })]
    [InlineData(TemperatureState.Zero, new[] { 30.0, 0, 0, 900 }, new[] { 0, 1 })] // the slope underflows to 0, which is no minimum
    [InlineData(TemperatureState.Infinite, new[] { 1.0, 0 }, new[] { 1 })]
    [InlineData(TemperatureState.Infinite, new[] { 2.0, 0, 1, 0, 0, 1 }, new[] { 1, 0 })]
    public void StatesAreTestedInTheirOrder(TemperatureState state, double[] logits, int[] targets)
    {
        var classes = targets.Length == 2 && logits.Length == 6 ? 3 : 2;
        var fit = Temperature.Fit<double, int>(logits, targets, classes);
        Assert.Equal(state, fit.State);
        var sums = new TemperatureSums(classes);
        sums.Add<double, int>(logits, targets);
        Assert.Equal(state, sums.Fit().State);
        Assert.Equal(state switch
            {
                TemperatureState.Undefined => double.NaN, TemperatureState.Flat => 1, TemperatureState.Zero => Math.Exp(-10), _ => Math.Exp(10),
            },
            fit.Temperature, 1e-9);
    }

    [Fact]
    public void OneRowThatIsWrongButAboveTheMeanHasAFiniteTemperature() =>
        Assert.Equal(TemperatureState.Finite, Temperature.Fit<double, int>([2, 1.5, 0], [1], 3).State);

    [Fact]
    public void TwoClassesHaveAFormula()
    {
        // three of four right at a difference of 4: p = 3/4, so 4 / T = ln 3
        var fit = Temperature.Fit<float, int>([4, 0, 4, 0, 4, 0, 0, 4], [0, 0, 1, 1], 2);
        Assert.Equal(4 / Math.Log(3), fit.Temperature, 1e-9);
        Assert.Equal(0.75 * Math.Log(4 / 3.0) + 0.25 * Math.Log(4), fit.Loss, 1e-12);
    }

    [Theory]
    [InlineData(2, 0.3)]
    [InlineData(5, 1.7)]
    [InlineData(33, 8)]
    public void TheMinimumIsThatOfASlowSearchAndScalesWithTheLogits(int classes, double scale)
    {
        var seed = Environment.TickCount64;
        var random = new RandomStream(seed);
        var (logits, targets, weights) = (new double[400 * classes], new int[400], new float[400]);
        for (var i = 0; i < 400; i++)
        {
            for (var c = 0; c < classes; c++) logits[i * classes + c] = scale * random.Normal();
            targets[i] = (int)random.Below((ulong)classes);
            logits[i * classes + targets[i]] += scale;
            weights[i] = 1 + random.Below(3);
        }
        logits[3 * classes + (targets[3] + 1) % classes] = double.NegativeInfinity;
        var fit = Temperature.Fit<double, int>(logits, targets, classes, weights);
        Assert.Equal(TemperatureState.Finite, fit.State);
        var (low, high) = (-10.0, 10.0); // by thirds: the loss is unimodal in ln T
        for (var step = 0; step < 100; step++)
        {
            var (a, b) = (low + (high - low) / 3, high - (high - low) / 3);
            if (Loss(logits, targets, weights, classes, Math.Exp(a)) < Loss(logits, targets, weights, classes, Math.Exp(b))) high = b;
            else low = a;
        }
        RowReference.AssertClose(Math.Exp(low), fit.Temperature, 1e-6, $"seed {seed}"); // a flat minimum: a search by values knows half of the digits
        RowReference.AssertClose(Loss(logits, targets, weights, classes, fit.Temperature), fit.Loss, 1e-12, $"seed {seed}");
        var thrice = Temperature.Fit<double, int>(Array.ConvertAll(logits, static z => 3 * z), targets, classes, weights);
        RowReference.AssertClose(3 * fit.Temperature, thrice.Temperature, 1e-9, $"seed {seed}");
        var (whole, first, second) = (new TemperatureSums(classes), new TemperatureSums(classes), new TemperatureSums(classes));
        whole.Add<double, int>(logits, targets, weights);
        first.Add<double, int>(logits.AsSpan(..(111 * classes)), targets.AsSpan(..111), weights.AsSpan(..111));
        second.Add<double, int>(logits.AsSpan(111 * classes), targets.AsSpan(111..), weights.AsSpan(111..));
        second.Merge(first);
        Assert.Equal(whole.Fit(), second.Fit());
        RowReference.AssertClose(fit.Temperature, whole.Fit().Temperature, 2e-5, $"seed {seed}: nodes");
    }

    private static double Loss(double[] logits, int[] targets, float[] weights, int classes, double temperature)
    {
        var (sum, total) = (0.0, 0.0);
        for (var i = 0; i < targets.Length; i++)
        {
            var z = logits.AsSpan(i * classes, classes).ToArray().Select(v => v / temperature).ToArray();
            var max = z.Max();
            sum += weights[i] * (Math.Log(z.Sum(v => Math.Exp(v - max))) + max - z[targets[i]]);
            total += weights[i];
        }
        return sum / total;
    }
}
