using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>The parts of training by themselves: clipping, optimizers' and schedules' refusals.</summary>
public sealed class TrainingTests
{
    [Fact]
    public void GradientsAreClippedByNormAndByValue()
    {
        var parameter = Tensor.Zeros<float>([2], requiresGrad: true);
        (parameter * Tensor.Create<float>([3, -4])).Sum().Backward();
        Assert.Equal(5, GradientClipping.ByNorm([parameter], 10), 1e-12);
        Assert.Equal([3, -4], parameter.Grad!.ToArray());
        Assert.Equal(5, GradientClipping.ByNorm([parameter], 1), 1e-12);
        Assert.Equal(0.6f, parameter.Grad.ToArray()[0], 1e-6f);
        GradientClipping.ByValue([parameter], 0.5);
        Assert.Equal([0.5f, -0.5f], parameter.Grad.ToArray());
    }

    [Fact]
    public void OptimizersRefuseWhatTheyCannotUse()
    {
        Tensor<float>[] parameters = [Tensor.Zeros<float>([2], requiresGrad: true)];
        Assert.StartsWith("optimizer got an empty parameter list",
            Assert.Throws<ArgumentException>(static () => new Sgd(Array.Empty<Tensor<float>>(), 0.1)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Invalid learning rate: -1;", Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(parameters, -1)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith("Nesterov momentum requires a momentum and zero dampening",
            Assert.Throws<ArgumentException>(() => new Sgd(parameters, 0.1, nesterov: true)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Invalid beta parameter at index 1: 1;", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(parameters, beta2: 1)).Message,
            StringComparison.Ordinal);
        var adam = new Adam(parameters);
        var error = Assert.Throws<ArgumentException>(() =>
            adam.LoadStateDictionary(new Dictionary<string, Tensor> { ["3.exp_avg"] = Tensor.Zeros<float>([2]) }));
        Assert.StartsWith("the state has 3.exp_avg, float32 [2], which belongs to none of the 1 parameters.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AParameterWithoutGradientIsLeftAlone()
    {
        var parameter = Tensor.Ones<float>([2], requiresGrad: true);
        new AdamW([parameter], weightDecay: 0.5).Step();
        Assert.Equal([1, 1], parameter.ToArray());
    }

    [Fact]
    public void ABackwardAfterTheStepIsRefused()
    {
        var parameter = Tensor.Ones<float>([2], requiresGrad: true);
        var output = (parameter * parameter).Sum();
        output.Backward(retainGraph: true);
        new Sgd([parameter], 0.1).Step();
        Assert.Contains("has been modified by an inplace operation", Assert.Throws<InvalidOperationException>(() => output.Backward()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void LeNetLearnsTheDigits()
    {
        var (train, test) = Digits.Load().Split(0.2, new Seed(0));
        var model = new LeNet(1, 8, 8, 10, new Seed(0), size: 8);
        var trainer = new Trainer(model, new CrossEntropyLoss(), new Adam(model.Parameters(), 0.006));
        var reports = trainer.Fit(new DataLoader(train, 32, new Seed(0)), new DataLoader(test, 256), epochs: 3);
        Assert.Equal([1, 2, 3], reports.Select(static report => report.Epoch));
        Assert.InRange(reports[^1].Validation.Metrics.Accuracy, 0.9, 1);
        Assert.True(reports[^1].TrainLoss < reports[0].TrainLoss / 3);
    }
}
