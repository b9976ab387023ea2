using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>One cycle: PyTorch's rates and momenta, lengths whose tenths are no whole number, the end, a plan that goes on.</summary>
public sealed class OneCycleLrTests
{
    [Fact]
    public void RatesAreThoseOfPyTorch()
    {
        var optimizer = Optimizer();
        var schedule = new OneCycleLr(optimizer, 1, 10);
        double[] expected = [0.04, 0.52, 1, 0.950, 0.812, 0.611, 0.389, 0.188, 0.0495, 4e-6, 4e-6, 4e-6];
        for (var t = 0; t < expected.Length; t++, schedule.Step())
        {
            Assert.Equal(expected[t], optimizer.LearningRate, 5e-4);
            var (from, to, share) = t <= 2 ? (0.95, 0.85, t / 2.0) : (0.85, 0.95, Math.Min(1, (t - 2) / 7.0));
            Assert.Equal(to + (from - to) * (1 + Math.Cos(Math.PI * share)) / 2, optimizer.Momentum, 1e-15);
        }
        Assert.Equal(4e-6, optimizer.LearningRate, 1e-18);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 1)] // 1.5 tenths go up: PyTorch's highest rate is 0.95 there
    [InlineData(15, 4)]
    [InlineData(1000, 299)]
    public void TheMaximumIsMetOnceAndTheEndsAreTheLowest(int length, int top)
    {
        var optimizer = Optimizer();
        var schedule = new OneCycleLr(optimizer, 0.5, length);
        var rates = new List<double>();
        for (var t = 0; t < length; t++, schedule.Step()) rates.Add(optimizer.LearningRate);
        Assert.Equal(0.5, rates.Max());
        Assert.Equal(top, rates.IndexOf(rates.Max()));
        Assert.Equal(0.5 / 25e4, rates[^1], 1e-18);
        if (top > 0) Assert.Equal(0.02, rates[0], 1e-15);
        for (var t = 1; t < length; t++) Assert.True(t <= top ? rates[t] > rates[t - 1] : rates[t] < rates[t - 1]);
    }

    [Fact]
    public void ARestoredPlanGivesTheSameRateAndMomentum()
    {
        for (var stop = 0; stop < 14; stop++)
        {
            var (one, two) = (Optimizer(), Optimizer());
            var (whole, resumed) = (new OneCycleLr(one, 0.3, 12), new OneCycleLr(two, 0.3, 12));
            for (var t = 0; t < stop; t++) whole.Step();
            two.LearningRate = one.LearningRate;
            resumed.Restore(whole.State);
            for (var t = stop; t < 14; t++)
            {
                Assert.Equal((one.LearningRate, one.Momentum), (two.LearningRate, two.Momentum));
                whole.Step();
                resumed.Step();
            }
        }
    }

    [Fact]
    public void AdamsBeta1IsItsMomentum()
    {
        var adam = new Adam([Tensor.Zeros<float>([1], requiresGrad: true)], 0.1, beta1: 0.8);
        var text = adam.ToString();
        var schedule = new OneCycleLr(adam, 0.1, 10);
        Assert.Equal(0.95, adam.Beta1, 1e-15);
        schedule.MoveTo(2);
        Assert.Equal((0.1, 0.85), (adam.LearningRate, adam.Beta1));
        Assert.Equal(text, adam.ToString()); // what a checkpoint compares is what it was made with
        _ = new OneCycleLr(new Adam([Tensor.Zeros<float>([1], requiresGrad: true)]), 0.1, 10, cycleMomentum: false);
    }

    [Fact]
    public void WhatCannotBeIsRefused()
    {
        var plain = new Sgd([Tensor.Zeros<float>([1], requiresGrad: true)], 0.1);
        Assert.StartsWith("Sgd(lr=0.1, momentum=0, weight_decay=0, nesterov=False) has no momentum that could go against the rate;",
            Assert.Throws<ArgumentException>(() => new OneCycleLr(plain, 0.1, 10)).Message, StringComparison.Ordinal);
        Assert.Equal(ScheduleUnit.Step, new OneCycleLr(plain, 0.1, 10, cycleMomentum: false).Unit);
        Assert.Throws<ArgumentOutOfRangeException>(() => new OneCycleLr(Optimizer(), 0.1, 2));
        foreach (var wrong in (double[])[-1, double.NaN, double.PositiveInfinity])
            Assert.Throws<ArgumentOutOfRangeException>(() => new OneCycleLr(Optimizer(), wrong, 10));
    }

    private static Sgd Optimizer() => new([Tensor.Zeros<float>([1], requiresGrad: true)], 0.1, momentum: 0.9);
}
