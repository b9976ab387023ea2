using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Warm-ups: PyTorch's numbers for LinearLR, a rate set by hand, another schedule behind, a plan that goes on.</summary>
public sealed class WarmUpLrTests
{
    private readonly Sgd optimizer = new([Tensor.Zeros<float>([1], requiresGrad: true)], 0.1);

    [Fact]
    public void TheRateRisesInAStraightLineAndStays()
    {
        var schedule = new WarmUpLr(optimizer, 4);
        Near([0.01, 0.0325, 0.055, 0.0775, 0.1, 0.1], Rates(schedule, 6));
        Near([0.1, 0.1], Rates(new WarmUpLr(optimizer, 1, start: 1), 2));
    }

    [Fact]
    public void ARateSetByHandScalesTheRest()
    {
        var schedule = new WarmUpLr(optimizer, 4);
        Rates(schedule, 2);
        optimizer.LearningRate = 1; // 0.055 at t = 2
        schedule.Step();
        Assert.Equal(1.409, optimizer.LearningRate, 5e-4);
        schedule.Step();
        Assert.Equal(1.818, optimizer.LearningRate, 5e-4);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.02)]
    public void AnotherScheduleBeginsWhenTheRateHasComeUp(double minimum)
    {
        var schedule = new WarmUpLr(new CosineLr(optimizer, 10, minimum), 5, start: 0.2);
        var rates = Rates(schedule, 18);
        for (var t = 0; t < rates.Length; t++)
        {
            var factor = t < 5 ? 0.2 + 0.8 * t / 5 : (1 + Math.Cos(Math.PI * Math.Min(10, t - 5) / 10)) / 2;
            Assert.Equal(minimum + (0.1 - minimum) * factor, rates[t], 1e-15);
        }
    }

    [Theory]
    [InlineData(2)] // before the rate has come up: the cosine is as long as is wanted now
    [InlineData(7)]
    public void AnotherLengthIsPlannedWithoutAJump(int stop)
    {
        var (before, after) = (Optimizer(), Optimizer());
        var ten = new WarmUpLr(new CosineLr(before, 10), 4);
        for (var t = 0; t < stop; t++) ten.Step();
        var twenty = new WarmUpLr(new CosineLr(after, 20), 4);
        after.LearningRate = before.LearningRate;
        Assert.True(twenty.Fits(ten.State));
        twenty.Restore(ten.State);
        var (begin, rate) = stop < 4 ? (4, 0.1) : (stop, before.LearningRate);
        for (var t = stop; t < 26; t++)
        {
            var factor = t < 4 ? 0.1 + 0.9 * t / 4 : (1 + Math.Cos(Math.PI * Math.Min(24 - begin, t - begin) / (24 - begin))) / 2;
            Assert.Equal((t < 4 ? 0.1 : rate) * factor, after.LearningRate, 1e-15);
            twenty.Step();
        }
    }

    [Fact]
    public void ARestoredPlanGivesTheSameBits()
    {
        for (var stop = 0; stop < 9; stop++)
        {
            var (one, two) = (Optimizer(), Optimizer(0.7));
            var (whole, resumed) = (new WarmUpLr(new StepLr(one, 2, 0.3), 3), new WarmUpLr(new StepLr(two, 2, 0.3), 3));
            for (var t = 0; t < stop; t++) whole.Step();
            two.LearningRate = one.LearningRate;
            resumed.Restore(whole.State);
            for (var t = 0; t < 9; t++)
            {
                Assert.Equal(one.LearningRate, two.LearningRate);
                whole.Step();
                resumed.Step();
            }
        }
    }

    [Fact]
    public void TheUnitIsThatOfTheScheduleBehind()
    {
        Assert.Equal(ScheduleUnit.Step, new WarmUpLr(new CosineLr(optimizer, 10) { Unit = ScheduleUnit.Step }, 2).Unit);
        Assert.Equal(ScheduleUnit.Epoch, new WarmUpLr(optimizer, 2).Unit);
        Assert.Equal("WarmUpLr(total_iters=2, start_factor=0.1, CosineLr(T_max=10, eta_min=0))",
            new WarmUpLr(new CosineLr(optimizer, 10), 2).ToString());
    }

    [Fact]
    public void WhatCannotBeIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new WarmUpLr(optimizer, 0));
        foreach (var start in (double[])[0, -0.1, 1.1, double.NaN])
            Assert.StartsWith($"start is {start}; it must be greater than 0,",
                Assert.Throws<ArgumentOutOfRangeException>(() => new WarmUpLr(optimizer, 2, start)).Message, StringComparison.Ordinal);
        var begun = new CosineLr(optimizer, 4);
        begun.Step();
        Assert.StartsWith("then has 1 epochs or steps behind it;",
            Assert.Throws<ArgumentException>(() => new WarmUpLr(begun, 2)).Message, StringComparison.Ordinal);
        Assert.StartsWith("then is a PlateauLr, which has no plan that could begin later.",
            Assert.Throws<ArgumentException>(() => new WarmUpLr(new PlateauLr(optimizer), 2)).Message, StringComparison.Ordinal);
        Assert.StartsWith("then is a WarmUpLr, which has a warm-up of its own.",
            Assert.Throws<ArgumentException>(() => new WarmUpLr(new WarmUpLr(optimizer, 2), 2)).Message, StringComparison.Ordinal);
        Assert.Equal("then", Assert.Throws<ArgumentNullException>(static () => new WarmUpLr((Schedule)null!, 2)).ParamName);
        Assert.StartsWith("5 is not a unit of CosineLr.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new CosineLr(optimizer, 2) { Unit = (ScheduleUnit)5 }).Message, StringComparison.Ordinal);
    }

    private static Sgd Optimizer(double rate = 0.1) => new([Tensor.Zeros<float>([1], requiresGrad: true)], rate);

    private static double[] Rates(Schedule schedule, int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        var rate = schedule.Optimizer.LearningRate;
        schedule.Step();
        return rate;
    })];

    private static void Near(double[] expected, double[] actual) =>
        Assert.Equal(expected, actual, static (a, b) => Math.Abs(a - b) <= 1e-15);
}
