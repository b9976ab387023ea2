using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Plateaus: when the rate falls, what counts as better, a rate set by hand, and what a checkpoint keeps.</summary>
public sealed class PlateauLrTests
{
    private readonly Sgd optimizer = new([Tensor.Zeros<float>([1], requiresGrad: true)], 0.1);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void TheRateFallsAtTheBadEpochAfterThePatience(int patience)
    {
        var schedule = new PlateauLr(optimizer, patience: patience);
        schedule.Step(1);
        for (var round = 1; round <= 2; round++)
            for (var bad = 1; bad <= patience + 1; bad++)
            {
                schedule.Step(1);
                Assert.Equal(0.1 * Math.Pow(0.1, bad > patience ? round : round - 1), optimizer.LearningRate, 1e-15);
            }
        Assert.Equal(1 + 2 * (patience + 1), schedule.Epoch);
    }

    [Theory]
    [InlineData(1, 1 - 5e-5, false)] // gains below a ten-thousandth of the best are none
    [InlineData(1, 1 - 2e-4, true)]
    [InlineData(-1, -1, false)] // PyTorch takes the same negative value for better
    [InlineData(-1, -1.0002, true)]
    [InlineData(-1, -1.00005, false)]
    [InlineData(0, 0, false)]
    [InlineData(0, -1e-9, true)] // PyTorch: nothing is better than 0
    [InlineData(1, double.NaN, false)]
    [InlineData(double.NaN, 5, true)]
    [InlineData(double.PositiveInfinity, 5, true)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity, false)]
    public void BetterIsByAShareOfTheBest(double best, double value, bool isBetter)
    {
        var schedule = new PlateauLr(optimizer, patience: double.IsNaN(best) ? 1 : 0);
        schedule.Step(best);
        schedule.Step(value);
        Assert.Equal(isBetter ? 0.1 : double.IsNaN(best) ? 0.1 : 0.01, optimizer.LearningRate, 1e-15);
    }

    [Fact]
    public void AnEpochWithoutANumberIsBadAndTheBestStays()
    {
        var schedule = new PlateauLr(optimizer, patience: 1);
        foreach (var value in (double[])[2, double.NaN, 1.9, double.NaN, double.NaN]) schedule.Step(value);
        Assert.Equal(0.01, optimizer.LearningRate, 1e-15);
    }

    [Fact]
    public void TheRateStopsAtItsMinimumAndTinyChangesAreLeftOut()
    {
        var schedule = new PlateauLr(optimizer, factor: 0.5, patience: 0, minimum: 0.03);
        var rates = Enumerable.Repeat(1, 5).Select(value =>
        {
            schedule.Step(value);
            return optimizer.LearningRate;
        }).ToList();
        Assert.Equal([0.1, 0.05, 0.03, 0.03, 0.03], rates);
        optimizer.LearningRate = 0.01; // below it by hand: it stays
        schedule.Step(1);
        Assert.Equal(0.01, optimizer.LearningRate);
        optimizer.LearningRate = 1e-8;
        new PlateauLr(optimizer, patience: 0).Step(double.NaN);
        Assert.Equal(1e-8, optimizer.LearningRate);
    }

    [Fact]
    public void ARateSetByHandGoesOn()
    {
        var schedule = new PlateauLr(optimizer, patience: 0);
        schedule.Step(1);
        optimizer.LearningRate = 0.5;
        schedule.Step(0.5);
        Assert.Equal(0.5, optimizer.LearningRate);
        schedule.Step(0.5);
        Assert.Equal(0.05, optimizer.LearningRate, 1e-15);
    }

    [Fact]
    public void ARestoredPlateauFallsAtTheSameEpoch()
    {
        double[] values = [1, 0.9, 0.95, 0.91, 0.92, 0.93, 0.8, 0.8, double.NaN, 0.8];
        for (var stop = 0; stop < values.Length; stop++)
        {
            var other = new Sgd([Tensor.Zeros<float>([1], requiresGrad: true)], 0.7);
            optimizer.LearningRate = 0.1;
            var (whole, resumed) = (new PlateauLr(optimizer, patience: 2), new PlateauLr(other, patience: 2));
            foreach (var value in values[..stop]) whole.Step(value);
            other.LearningRate = optimizer.LearningRate;
            Assert.True(resumed.Fits(whole.State));
            resumed.Restore(whole.State);
            foreach (var value in values[stop..])
            {
                whole.Step(value);
                resumed.Step(value);
                Assert.Equal(optimizer.LearningRate, other.LearningRate);
            }
            Assert.Equal(whole.State, resumed.State);
        }
    }

    [Fact]
    public void WhatCannotBeIsRefused()
    {
        foreach (var factor in (double[])[1, -0.1, double.NaN])
            Assert.StartsWith($"factor is {factor};", Assert.Throws<ArgumentOutOfRangeException>(() => new PlateauLr(optimizer, factor)).Message,
                StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PlateauLr(optimizer, patience: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PlateauLr(optimizer, threshold: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PlateauLr(optimizer, minimum: -1));
        Assert.StartsWith("Step is not a unit of PlateauLr.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new PlateauLr(optimizer) { Unit = ScheduleUnit.Step }).Message, StringComparison.Ordinal);
        Assert.False(new PlateauLr(optimizer).Fits([0, 0.1, 0, 0.1, 0, 0, 1, -1]));
        Assert.False(new PlateauLr(optimizer).Fits([0, 0.1, 0, 0.1, 0, 0]));
        Assert.True(new PlateauLr(optimizer).Fits([0, 0.1, 0, 0.1, 0, 0, double.NaN, 2]));
    }
}
