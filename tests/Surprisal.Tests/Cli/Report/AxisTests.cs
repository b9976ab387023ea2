using Surprisal.Cli.Report;
using Surprisal.Kernels;

namespace Surprisal.Tests.Cli.Report;

/// <summary>Laws of axes, over numbers of all sizes: they cover the data, have as many ticks as they may, at round numbers, in order.</summary>
public sealed class AxisTests
{
    private readonly RandomStream random;
    private readonly string seed;

    public AxisTests()
    {
        var number = Environment.TickCount64;
        (random, seed) = (new RandomStream(number), $"seed {number}");
        TestContext.Current.SendDiagnosticMessage(seed);
    }

    [Fact]
    public void LinearAxesObeyTheLaws()
    {
        for (var run = 0; run < 3000; run++)
        {
            var (values, most) = (Draw(signed: true), 3 + (int)random.Below(10));
            var axis = Axis.Linear(values, most);
            AssertLaws(axis, values, most);
            Assert.True(axis.Ticks.Count >= 2, Case(values, most));
            Assert.Equal((axis.Low, axis.High), (axis.Ticks[0], axis.Ticks[^1]));
            // As wide as the ticks need, and no wider: less than two steps are without data.
            var step = (axis.High - axis.Low) / (axis.Ticks.Count - 1);
            if (values.Max() - values.Min() > 1e-9 * Math.Max(Math.Abs(values.Max()), Math.Abs(values.Min())))
                Assert.True(axis.Low > values.Min() - step * 1.0001 && axis.High < values.Max() + step * 1.0001, Case(values, most));
            for (var i = 1; i < axis.Ticks.Count; i++) AssertNear(step, axis.Ticks[i] - axis.Ticks[i - 1], step + 1e-12 * Math.Abs(axis.High), values, most);
            AssertRound(step, [1, 2, 5], values, most);
        }
    }

    [Fact]
    public void LogarithmicAxesObeyTheLaws()
    {
        for (var run = 0; run < 3000; run++)
        {
            var (values, most) = (Draw(signed: false), 3 + (int)random.Below(10));
            var axis = Axis.Log(values, most);
            AssertLaws(axis, values, most);
            Assert.True(axis.Low > 0 && axis.Low > values.Min() / 20, Case(values, most));
            Assert.Equal(axis.Place(axis.Low), axis.Place(-1));
            var (a, b) = (values.Min(), Math.Sqrt(values.Min()) * Math.Sqrt(values.Max()));
            if (values.Max() > a) Assert.Equal(axis.Place(b) - axis.Place(a), axis.Place(values.Max()) - axis.Place(b), 1e-6);
        }
    }

    [Fact]
    public void AxesOfWholeNumbersGoFromTheFirstToTheLast()
    {
        for (var run = 0; run < 1000; run++)
        {
            var (first, count, most) = ((double)random.Below(50), (double)random.Below(random.Below(2) == 0 ? 10UL : 1000000UL), 3 + (int)random.Below(10));
            var axis = Axis.Whole([first, first + count], most);
            Assert.Equal((first, first + count), (axis.Low, axis.High));
            AssertLaws(axis, [first, first + count], most);
            Assert.True(axis.Ticks.Count > 0 && axis.Ticks.All(static tick => tick == Math.Round(tick)), Case([first, count], most));
        }
    }

    [Theory]
    [InlineData(new double[0], 0, 1)]
    [InlineData(new[] { double.NaN, double.PositiveInfinity }, 0, 1)]
    [InlineData(new[] { 0.0, -0.0 }, 0, 1)]
    [InlineData(new[] { double.MaxValue, double.MinValue }, -1e300, 1e300)]
    [InlineData(new[] { double.Epsilon, 1 }, 0, 1)]
    [InlineData(new[] { double.Epsilon, 1e-310 }, 0, 1)]
    [InlineData(new[] { 70.2, 99.9, double.NaN }, 70, 100)]
    public void WhatIsNotFiniteDoesNotCount(double[] values, double low, double high)
    {
        var axis = Axis.Linear(values, 6);
        Assert.Equal((low, high), (axis.Low, axis.High));
        Assert.InRange(Axis.Log(values, 6).Ticks.Count, 1, 6);
        Assert.InRange(Axis.Whole(values, 6).Ticks.Count, 0, 6); // between two fractions there may be no whole number
    }

    [Theory]
    [InlineData(new[] { 0.0, 1 }, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(new[] { 0.0, 0.006 }, "0.000 0.002 0.004 0.006")]
    [InlineData(new[] { -3.0, 5 }, "-4 -2 0 2 4 6")]
    [InlineData(new[] { 0.0, 4e6 }, "0 1e6 2e6 3e6 4e6")]
    [InlineData(new[] { 0.0, 2e-7 }, "0 5e-8 1e-7 1.5e-7 2e-7")]
    public void LabelsAreTheTicksInFewDigits(double[] values, string labels) => Assert.Equal(labels.Split(' '), Axis.Linear(values, 6).Labels);

    [Fact]
    public void LabelsBesideEachOtherHaveSpace()
    {
        foreach (var width in (double[])[60, 120, 200, 380])
        {
            var axis = Axis.Fitting(Axis.Linear, [0, 123456], width);
            Assert.True(axis.Ticks.Count == 3 || axis.Labels.Sum(Svg.WidthOf) < width);
        }
    }

    private double[] Draw(bool signed)
    {
        var (size, spread) = (Math.Pow(10, random.Normal() * (random.Below(3) == 0 ? 60 : 3)), Math.Pow(10, -8 * random.Uniform()));
        var middle = signed ? random.Normal() : 1 + random.Uniform();
        return [.. Enumerable.Range(0, 1 + (int)random.Below(6)).Select(_ => signed ? size * (middle + spread * random.Normal())
            : Math.Clamp(size * middle * Math.Pow(10, spread * 20 * random.Uniform()), 1e-280, 1e280))];
    }

    private void AssertLaws(Axis axis, double[] values, int most)
    {
        Assert.True(axis.Low <= values.Min() && axis.High >= values.Max(), Case(values, most));
        Assert.True(axis.Ticks.Count <= most && axis.Ticks.Count >= 1, Case(values, most));
        Assert.Equal(axis.Ticks.Count, axis.Labels.Distinct(StringComparer.Ordinal).Count());
        foreach (var (tick, label) in axis.Ticks.Zip(axis.Labels))
        {
            Assert.True(tick >= axis.Low && tick <= axis.High, Case(values, most));
            Assert.Equal(tick, double.Parse(label));
        }
        foreach (var value in values) Assert.InRange(axis.Place(value), 0, 1);
    }

    private void AssertRound(double number, double[] mantissas, double[] values, int most)
    {
        var mantissa = number / Math.Pow(10, Math.Floor(Math.Log10(number * 1.0001)));
        Assert.True(mantissas.Any(round => Math.Abs(mantissa - round) < 1e-3), $"{number}: {Case(values, most)}");
    }

    private void AssertNear(double expected, double actual, double size, double[] values, int most) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-3 * size, Case(values, most));

    private string Case(double[] values, int most) => $"{seed}: at most {most} ticks for {string.Join(", ", values)}";
}
