using F = Surprisal.Functional;

namespace Surprisal.Tests.Losses;

/// <summary>The code of docs/losses/Bce.md and docs/losses/BceWithLogits.md, and the numbers in its comments.</summary>
public sealed class BinaryLossExamples
{
    [Fact]
    public void TheNumbersOfTheLogitsPageAreTrue()
    {
        // snippet: bce-with-logits
        var logits = Tensor.Create<float>([[1, 2], [2, 2], [3, 4], [4, 5]], requiresGrad: true);
        var targets = Tensor.Create<float>([[1, 0], [0, 1], [0, 1], [0, 1]]);

        var sum = new BceWithLogitsLoss { Reduction = Reduction.Sum }.Forward(logits, targets);  // 11.7856
        var mean = F.BceWithLogits(logits, targets);                                             // 1.4732 = 11.7856 / 8
        var weighted = F.BceWithLogits(logits, targets, posWeight: [3]);                         // 1.5895

        mean.Backward();
        Console.WriteLine(logits.Grad);                                                          // (sigmoid - target) / 8
        // end
        Assert.Equal(11.7856, sum.Item(), 5e-5);
        Assert.Equal(1.4732, mean.Item(), 5e-5);
        Assert.Equal(1.5895, weighted.Item(), 5e-5);
        Assert.Equal(12.7158, F.BceWithLogits(logits, targets, posWeight: [3], reduction: Reduction.Sum).Item(), 5e-5);
        Golden.AssertClose((logits.Detach().Sigmoid() - targets) / 8, logits.Grad, "gradient");
    }

    [Fact]
    public void TheNumbersOfTheProbabilityPageAreTrue()
    {
        // snippet: bce
        var logits = Tensor.Create<float>([[1, 2], [2, 2], [3, 4], [4, 5]]);
        var probabilities = logits.Sigmoid();
        var targets = Tensor.Create<float>([[1, 0], [0, 1], [0, 1], [0, 1]]);

        var loss = new BceLoss();
        var mean = loss.Forward(probabilities, targets);                                   // 1.4732, as from the logits
        var columns = F.Bce(probabilities, targets, weight: [1, 0.5], reduction: Reduction.Sum); // 10.6463

        var known = Tensor.Create<float>([[1, 1], [1, 1], [0, 1], [1, 0]]);                // an ignore mask
        var masked = F.Bce(probabilities, targets, sampleWeights: known);                  // 1.4551, the mean of six
        // end
        Assert.Equal(1.4732, mean.Item(), 5e-5);
        Assert.Equal(10.6463, columns.Item(), 5e-5);
        Assert.Equal(1.4551, masked.Item(), 5e-5);
    }

    [Fact]
    public void ASigmoidThatHasRoundedForgetsTheLogit()
    {
        // docs/losses/Bce.md: the gradient of a wrong answer vanishes through the sigmoid, and not through the logits.
        var (through, direct) = (Tensor.Create<float>([-50], requiresGrad: true), Tensor.Create<float>([-50], requiresGrad: true));
        new BceLoss().Forward(through.Sigmoid(), Tensor.Create<float>([1])).Backward();
        new BceWithLogitsLoss().Forward(direct, Tensor.Create<float>([1])).Backward();
        Assert.Equal(-1.9e-10f, through.Grad!.ToArray()[0], 1e-11f);
        Assert.Equal(-1, direct.Grad!.ToArray()[0]);
    }
}
