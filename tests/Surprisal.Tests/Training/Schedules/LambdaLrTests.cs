using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Schedules that users write: as a function, or as a class.</summary>
public sealed class LambdaLrTests
{
    [Fact]
    public void TheRateIsTheInitialOneTimesTheFunctionFromTheFirstEpochOn()
    {
        var sgd = Optimizer();
        var warmUp = new LambdaLr(sgd, static epoch => 0.1 + 0.9 * Math.Min(epoch, 4) / 4);
        var rates = new List<double> { sgd.LearningRate };
        for (var epoch = 1; epoch <= 5; epoch++)
        {
            warmUp.Step();
            rates.Add(sgd.LearningRate);
        }
        foreach (var (expected, rate) in new[] { 0.01, 0.0325, 0.055, 0.0775, 0.1, 0.1 }.Zip(rates)) Assert.Equal(expected, rate, 1e-15);
        warmUp.MoveTo(1);
        Assert.Equal(0.0325, sgd.LearningRate, 1e-15);
    }

    [Fact]
    public void ARateSetByHandScalesTheRest()
    {
        var sgd = Optimizer();
        var halving = new LambdaLr(sgd, static epoch => Math.Pow(0.5, epoch));
        halving.Step();
        sgd.LearningRate = 0.4;
        halving.Step();
        Assert.Equal(0.2, sgd.LearningRate, 1e-15);
    }

    [Theory]
    [InlineData(-1, "-0.1")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void AFactorThatMakesNoRateIsRefusedAndNothingChanges(double factor, string rate)
    {
        var sgd = Optimizer();
        var schedule = new LambdaLr(sgd, epoch => epoch == 2 ? factor : 1);
        schedule.Step();
        Assert.Equal($"LambdaLr(a function) brings the learning rate to {rate} after 2 epochs; a rate is at least 0 and finite.",
            Assert.Throws<InvalidOperationException>(schedule.Step).Message);
        Assert.Equal((1, 0.1), (schedule.Epoch, sgd.LearningRate));
        Assert.Throws<InvalidOperationException>(() => new LambdaLr(sgd, _ => factor));
        Assert.Equal(0.1, sgd.LearningRate);
    }

    [Fact]
    public void ARestoredPlanGoesOnWithoutAJump()
    {
        var (one, two) = (Optimizer(), Optimizer(0.7));
        static double Factor(int epoch) => 1.0 / (epoch + 2);
        var (whole, resumed) = (new LambdaLr(one, Factor), new LambdaLr(two, Factor));
        for (var epoch = 0; epoch < 3; epoch++) whole.Step();
        two.LearningRate = one.LearningRate;
        Assert.True(resumed.Fits(whole.State));
        resumed.Restore(whole.State);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            whole.Step();
            resumed.Step();
            Assert.Equal(one.LearningRate, two.LearningRate);
        }
    }

    [Fact]
    public void ARateOfZeroThatWillRiseAgainIsNoEnd()
    {
        var model = new Linear(2, 2, new Seed(0));
        var sgd = new Sgd(model.Parameters(), 0.1);
        var loader = new DataLoader(new TensorDataset(Tensor.Randn<float>([4, 2], new Seed(1)), Tensor.Create<long>([0, 1, 0, 1]), ["a", "b"]), 2);
        var trainer = new Trainer(model, new CrossEntropyLoss(), sgd) { Schedule = new LambdaLr(sgd, static epoch => epoch % 2) };
        Assert.Equal([0, 0.1], trainer.Fit(loader, loader, 2).Select(static report => report.LearningRate));
        Assert.Equal([0, 0.1], trainer.Fit(loader, loader, 4).Select(static report => report.LearningRate));
        Assert.Throws<InvalidOperationException>(() => trainer.Fit(loader, loader, 5)); // its only epoch would be at 0
    }

    [Fact]
    public void ASchedulesTextIsOneLineAndWhatIsMissingIsNamed()
    {
        var sgd = Optimizer();
        Assert.Equal("LambdaLr(a function)", new LambdaLr(sgd, static _ => 1).ToString());
        Assert.Equal("StepLr(step_size=2, gamma=0.1)", new StepLr(sgd, 2).ToString());
        Assert.Equal("CosineLr(T_max=10, eta_min=0.01)", new CosineLr(sgd, 10, 0.01).ToString());
        Assert.Equal("factor", Assert.Throws<ArgumentNullException>(() => new LambdaLr(sgd, null!)).ParamName);
        foreach (var create in (Action[])[static () => _ = new LambdaLr(null!, static _ => 1), static () => _ = new StepLr(null!, 1),
            static () => _ = new CosineLr(null!, 1)])
            Assert.Equal("optimizer", Assert.Throws<ArgumentNullException>(create).ParamName);
    }

    private static Sgd Optimizer(double rate = 0.1) => new([Tensor.Zeros<float>([1], requiresGrad: true)], rate);
}
