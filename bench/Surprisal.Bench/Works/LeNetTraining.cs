using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Bench.Works;

/// <summary>The classic LeNet-5 with ReLU and max pooling on 28 x 28 images: 100 steps of SGD on batches of 64.</summary>
internal sealed class LeNetTraining : Work
{
    private const int Steps = 100, Batch = 64;

    private readonly Sequential model = new(
        new Conv2d(1, 6, 5, seed: 1, padding: 2), new Relu(), new MaxPool2d(2),
        new Conv2d(6, 16, 5, seed: 2), new Relu(), new MaxPool2d(2),
        new Flatten(), new Linear(400, 120, seed: 3), new Relu(), new Linear(120, 84, seed: 4), new Relu(), new Linear(84, 10, seed: 5));

    private readonly CrossEntropyLoss loss = new();
    private readonly Sgd optimizer;
    private readonly (Tensor<float> Images, Tensor<long> Targets)[] batches;

    public LeNetTraining()
    {
        optimizer = new Sgd(model.Parameters(), learningRate: 0.01);
        batches = [.. Enumerable.Range(0, 10).Select(static i => (Tensor.Rand<float>([Batch, 1, 28, 28], seed: i), Tensor.RandInt<long>(0, 10, [Batch], seed: i)))];
    }

    public override string Name => $"LeNet, {Steps} steps of batch {Batch}";

    public override string Request => $"\"work\": \"lenet\", \"steps\": {Steps}, \"batch\": {Batch}";

    public override void Run()
    {
        for (var step = 0; step < Steps; step++)
        {
            var (images, targets) = batches[step % batches.Length];
            optimizer.ZeroGrad();
            loss.Forward(model.Forward(images), targets).Backward();
            optimizer.Step();
        }
    }
}
