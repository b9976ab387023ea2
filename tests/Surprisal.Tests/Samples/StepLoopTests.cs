using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Samples;

/// <summary>The loop with steps of docs/tutorials.md learns.</summary>
public sealed class StepLoopTests
{
    [Fact]
    public void ALoopWithStepsLearns()
    {
        var random = new Seed(0);
        var data = Digits.Load();
        var loader = new DataLoader(data, batchSize: 32, shuffle: random);
        var model = new Sequential(new Flatten(), new Linear(64, 10, random));
        var loss = new CrossEntropyLoss();
        var optimizer = new Adam(model.Parameters(), learningRate: 0.01);
        var before = new Trainer(model, loss, optimizer).Evaluate(loader).Loss;
        // snippet: steps
        foreach (var (features, classes) in loader)
        {
            using var step = Tensor.Step(); // the memory of what is made below serves the next batch
            var output = loss.Forward(model.Forward(features), classes);
            optimizer.ZeroGrad();
            output.Backward();
            optimizer.Step();
        }
        // end
        Assert.InRange(new Trainer(model, loss, optimizer).Evaluate(loader).Loss, 0, before / 2);
    }
}
