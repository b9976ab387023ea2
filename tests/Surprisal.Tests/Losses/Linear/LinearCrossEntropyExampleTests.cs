namespace Surprisal.Tests.Losses;

/// <summary>The example of docs/losses/LinearCrossEntropy.md.</summary>
public sealed class LinearCrossEntropyExampleTests
{
    [Fact]
    public void TheExampleGivesTheSameWithoutTheLogits()
    {
        // snippet: linear-cross-entropy
        var hidden = Tensor.Create<float>([[1, 2], [3, 4]], requiresGrad: true);
        var weight = Tensor.Create<float>([[1, 0], [0, 1], [1, 1]], requiresGrad: true);
        var target = Tensor.Create<long>([2, 0]);

        var dense = new CrossEntropyLoss().Forward(hidden.Linear(weight), target);
        var loss = new LinearCrossEntropyLoss().Forward(hidden, weight, target);   // the same without the logits
        loss.Backward();
        // end
        Assert.Equal(dense.Item(), loss.Item(), 1e-6f);
        Assert.NotNull(hidden.Grad);
        Assert.NotNull(weight.Grad);
    }
}
