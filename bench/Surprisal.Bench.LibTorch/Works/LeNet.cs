using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace Surprisal.Bench.LibTorch.Works;

/// <summary>Steps of SGD on LeNet-5 with ReLU and max pooling; parameters and batches are the other side's.</summary>
internal sealed class LeNet : Work
{
    private readonly int steps;
    private readonly TorchSharp.Modules.Sequential model = Sequential(
        Conv2d(1, 6, 5, padding: 2), ReLU(), MaxPool2d(2), Conv2d(6, 16, 5), ReLU(), MaxPool2d(2), Flatten(),
        Linear(400, 120), ReLU(), Linear(120, 84), ReLU(), Linear(84, 10));
    private readonly (torch.Tensor Images, torch.Tensor Targets)[] batches;
    private readonly torch.optim.Optimizer optimizer;

    public LeNet(JsonObject request, torch.Tensor[] inputs)
    {
        steps = (int)request["steps"]!;
        var parameters = model.parameters().ToArray();
        using (torch.no_grad())
            foreach (var (parameter, numbers) in parameters.Zip(inputs)) parameter.copy_(numbers.view(parameter.shape));
        var (count, size) = ((int)request["batches"]!, (long)request["batch"]!);
        inputs = inputs[parameters.Length..];
        batches = [.. inputs[..count].Select(images => images.view(size, 1, 28, 28)).Zip(inputs[count..])];
        optimizer = torch.optim.SGD(parameters, 0.01);
    }

    protected override torch.Tensor[] Call()
    {
        for (var step = 0; step < steps - 1; step++)
        {
            using var round = torch.NewDisposeScope();
            Step(batches[step % batches.Length]);
        }
        return [Step(batches[(steps - 1) % batches.Length])];
    }

    private torch.Tensor Step((torch.Tensor Images, torch.Tensor Targets) batch)
    {
        optimizer.zero_grad();
        var loss = functional.cross_entropy(model.forward(batch.Images), batch.Targets);
        loss.backward();
        optimizer.step();
        return loss;
    }
}
