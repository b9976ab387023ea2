using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Learning rates from epoch to epoch: the plan, a rate set by hand, the end, and a plan that goes on from a checkpoint.</summary>
/// <remarks>The numbers set by hand are those of PyTorch's chained schedulers for the same calls.</remarks>
public sealed class ScheduleTests
{
    private readonly Sgd optimizer = new([Tensor.Zeros<float>([1], requiresGrad: true)], 0.1);

    [Fact]
    public void ACosineStaysAtItsMinimumAfterItsEnd()
    {
        Assert.Equal([0.0853553, 0.05, 0.0146447, 0, 0, 0, 0, 0, 0], Rates(new CosineLr(optimizer, 4), 9), Within(1e-7));
        optimizer.LearningRate = 0.1;
        Assert.Equal([0.01, 0.01, 0.01], Rates(new CosineLr(optimizer, 1, minimum: 0.01), 3), Within(1e-15));
    }

    [Fact]
    public void AStepGoesOnForEverAndNeverOverflows()
    {
        Assert.Equal([0.1, 0.05, 0.05, 0.025, 0.025], Rates(new StepLr(optimizer, 2, 0.5), 5), Within(1e-15));
        optimizer.LearningRate = 1;
        var far = new StepLr(optimizer, int.MaxValue, 0.5);
        far.MoveTo(int.MaxValue);
        Assert.Equal(0.5, optimizer.LearningRate);
        Assert.Throws<OverflowException>(far.Step);
        var vanishing = new StepLr(optimizer, 1);
        vanishing.MoveTo(int.MaxValue);
        Assert.Equal(0, optimizer.LearningRate);
    }

    [Fact]
    public void ARateSetByHandIsKeptAndTheRestScaledToIt()
    {
        var cosine = new CosineLr(optimizer, 4);
        Rates(cosine, 1);
        optimizer.LearningRate = 0.5;
        Assert.Equal([0.2928932, 0.0857864, 0, 0], Rates(cosine, 4), Within(1e-7));
        optimizer.LearningRate = 0.3; // nothing to scale at the end: it stays
        Assert.Equal([0.3, 0.3], Rates(cosine, 2));

        optimizer.LearningRate = 1;
        var step = new StepLr(optimizer, 3);
        Rates(step, 4);
        optimizer.LearningRate = 0.5;
        Assert.Equal([0.5, 0.05, 0.05, 0.05, 0.005], Rates(step, 5), Within(1e-15));

        optimizer.LearningRate = 0.1;
        var off = new StepLr(optimizer, 1, gamma: 0);
        Rates(off, 1);
        optimizer.LearningRate = 0.2;
        Assert.Equal([0.2, 0.2], Rates(off, 2));

        optimizer.LearningRate = 0.1;
        var floored = new CosineLr(optimizer, 2, minimum: 0.02);
        optimizer.LearningRate = 0.22; // before the first step too
        Assert.Equal([0.12, 0.02], Rates(floored, 2), Within(1e-15));
    }

    [Fact]
    public void ARestoredPlanGivesTheSameBits()
    {
        foreach (var make in (Func<Sgd, Schedule>[])[static o => new CosineLr(o, 7, 0.001), static o => new StepLr(o, 2, 0.3)])
            for (var stop = 0; stop <= 8; stop++)
            {
                var (one, two) = (Optimizer(0.1), Optimizer(0.7));
                var (whole, resumed) = (make(one), make(two));
                Rates(whole, stop, one);
                if (stop == 3) one.LearningRate = 0.4; // set, and not yet seen by the schedule
                two.LearningRate = one.LearningRate;
                Assert.True(resumed.Fits(whole.State));
                resumed.Restore(whole.State);
                Assert.Equal(Rates(whole, 9, one), Rates(resumed, 9, two));
            }
    }

    [Fact]
    public void AnotherLengthPlansTheRestWithoutAJump()
    {
        var (before, after) = (Optimizer(0.1), Optimizer(0.1));
        var ten = new CosineLr(before, 10);
        Rates(ten, 5, before);
        var twenty = new CosineLr(after, 20);
        after.LearningRate = before.LearningRate;
        twenty.Restore(ten.State);
        for (var t = 6; t <= 22; t++) // from 0.05 at 5 along half a cosine to 0 at 20
        {
            twenty.Step();
            Assert.Equal(0.05 * (1 + Math.Cos(Math.PI * Math.Min(1, (t - 5) / 15.0))) / 2, after.LearningRate, 1e-15);
        }

        var (slow, fast) = (Optimizer(0.1), Optimizer(0.1));
        var five = new StepLr(slow, 5);
        Rates(five, 4, slow);
        var two = new StepLr(fast, 2);
        two.Restore(five.State);
        Assert.Equal([0.1, 0.01, 0.01, 0.001], Rates(two, 4, fast), Within(1e-15));

        var shorter = new CosineLr(after, 3);
        after.LearningRate = 0.05;
        shorter.Restore(ten.State); // five of three epochs are finished: no length to plan, and no error either
        Assert.Equal([0, 0], Rates(shorter, 2, after));
    }

    [Fact]
    public void MoreEpochsAtARateOfZeroAreRefusedUntilAnotherIsSet()
    {
        var model = new Linear(2, 2, new Seed(0));
        var sgd = new Sgd(model.Parameters(), 0.1);
        var loader = new DataLoader(new TensorDataset(Tensor.Randn<float>([4, 2], new Seed(1)), Tensor.Create<long>([0, 1, 0, 1]), ["a", "b"]), 2, new Seed(0));
        var trainer = new Trainer(model, new CrossEntropyLoss(), sgd) { Schedule = new CosineLr(sgd, 2) };
        Assert.Equal(2, trainer.Fit(loader, loader, 2).Count);
        Assert.StartsWith("the learning rate has come down to 0 after 2 epochs, so more of them would change nothing;",
            Assert.Throws<InvalidOperationException>(() => trainer.Fit(loader, loader, 3).Count).Message, StringComparison.Ordinal);
        Assert.Empty(trainer.Fit(loader, loader, 2));
        sgd.LearningRate = 0.05;
        Assert.Equal(0.05, Assert.Single(trainer.Fit(loader, loader, 3)).LearningRate);
    }

    [Fact]
    public void NumbersThatAreNoPlanAreRefused()
    {
        double[][] wrong =
        [
            [], [0, 0.1, 0, 0.1, 0], [0, 0.1, 0, 0.1, 0, 4, 0], [-1, 0.1, 0, 0.1, 0, 4], [0.5, 0.1, 0, 0.1, 0, 4], [0, double.NaN, 0, 0.1, 0, 4],
            [0, 0.1, 0, double.PositiveInfinity, 0, 4], [0, 0.1, 0, 0.1, 1, 4], [0, 0.1, 0, 0.1, 0, 3.5], [3e9, 0.1, 0, 0.1, 0, 4], [0, 0.1, 0, 0.1, 0, 3e9],
        ];
        foreach (var state in wrong)
            Assert.False(new CosineLr(optimizer, 4).Fits(state), string.Join(", ", state));
        Assert.True(new CosineLr(optimizer, 4).Fits([3, 0.1, 0, 0.1, 3, 4]));
    }

    [Fact]
    public void WrongNumbersAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineLr(optimizer, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepLr(optimizer, 0));
        foreach (var wrong in (double[])[-1, double.NaN, double.PositiveInfinity])
        {
            Assert.StartsWith($"minimum is {wrong}; a learning rate is at least 0 and finite.",
                Assert.Throws<ArgumentOutOfRangeException>(() => new CosineLr(optimizer, 4, wrong)).Message, StringComparison.Ordinal);
            Assert.StartsWith($"gamma is {wrong};", Assert.Throws<ArgumentOutOfRangeException>(() => new StepLr(optimizer, 4, wrong)).Message,
                StringComparison.Ordinal);
            Assert.StartsWith($"Invalid learning rate: {wrong};", Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.LearningRate = wrong).Message,
                StringComparison.Ordinal);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepLr(optimizer, 4).MoveTo(-1));
    }

    private static Sgd Optimizer(double rate) => new([Tensor.Zeros<float>([1], requiresGrad: true)], rate);

    private double[] Rates(Schedule schedule, int count) => Rates(schedule, count, optimizer);

    private static double[] Rates(Schedule schedule, int count, Sgd optimizer) =>
        [.. Enumerable.Range(0, count).Select(_ =>
        {
            schedule.Step();
            return optimizer.LearningRate;
        })];

    private static Func<double, double, bool> Within(double tolerance) => (a, b) => Math.Abs(a - b) <= tolerance;
}
