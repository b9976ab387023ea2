using Surprisal.Modules;
using Surprisal.Tests.Kernels;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Training does not depend on the number of threads: work is cut by its size, so every bit is the same.</summary>
[Collection(Serial.Name)]
public sealed class ThreadTests
{
    [Fact]
    public void LeNetsWeightsHaveTheSameBitsOnAnyNumberOfThreads()
    {
        var expected = Serial.On(1, Weights);
        foreach (var threads in (int[])[2, 3, 8]) Assert.Equal(expected, Serial.On(threads, Weights));
    }

    private static int[] Weights()
    {
        var model = new LeNet(1, 28, 28, 10, new Seed(5), size: 6);
        var optimizer = new Sgd(model.Parameters(), 0.05, momentum: 0.9);
        for (var step = 0; step < 3; step++)
        {
            var (inputs, targets) = (Tensor.Rand<float>([50, 1, 28, 28], new Seed(step)), Tensor.RandInt<long>(0, 10, [50], new Seed(step)));
            optimizer.ZeroGrad();
            new CrossEntropyLoss().Forward(model.Forward(inputs), targets).Backward();
            optimizer.Step();
        }
        return [.. model.StateDictionary().Values.OfType<Tensor<float>>().SelectMany(static tensor => tensor.ToArray()).Select(BitConverter.SingleToInt32Bits)];
    }
}
