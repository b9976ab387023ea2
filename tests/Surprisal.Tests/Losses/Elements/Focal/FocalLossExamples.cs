using F = Surprisal.Functional;

namespace Surprisal.Tests.Losses;

/// <summary>The code of docs/losses/Focal.md, docs/losses/SoftmaxFocal.md and docs/losses/Nll.md, and the numbers in its comments.</summary>
public sealed class FocalLossExamples
{
    [Fact]
    public void TheNumbersOfTheFocalPageAreTrue()
    {
        // snippet: focal
        var logits = Tensor.Create<float>([4, 0, -3], requiresGrad: true);   // three positives: easy, undecided, wrong
        var targets = Tensor.Create<float>([1, 1, 1]);

        var plain = F.BceWithLogits(logits, targets, reduction: Reduction.None);   // 0.0181, 0.6931, 3.0486
        var focal = new FocalLoss().Forward(logits, targets);                      // 0.0000015, 0.0433, 0.6916: the easy one hardly counts

        focal.Sum().Backward();
        Console.WriteLine(logits.Grad);                                            // -0.0000043, -0.0746, -0.2817
        // end
        Near.Equal<float>([0.0181, 0.6931, 3.0486], plain.ToArray(), "plain", 0, 5.1e-5);
        Near.Equal<float>([1.4679e-06, 4.3322e-02, 6.9157e-01], focal.ToArray(), "focal", 5e-5, 0);
        Near.Equal<float>([-4.3377e-06, -7.4572e-02, -2.8169e-01], logits.Grad!.ToArray(), "gradient", 5e-5, 0);
    }

    [Fact]
    public void TheNumbersOfTheSoftmaxFocalPageAreTrue()
    {
        // snippet: softmax-focal
        var logits = Tensor.Create<float>([[4, 0, 0], [0.5f, 0, 0], [0, 3, 0]], requiresGrad: true);
        var target = Tensor.Create<long>([0, 0, 0]);

        var plain = F.CrossEntropy(logits, target, reduction: Reduction.None);     // 0.0360, 0.7944, 3.0949
        var focal = F.SoftmaxFocal(logits, target, reduction: Reduction.None);     // 0.000045, 0.2387, 2.8210
        var mean = new SoftmaxFocalLoss().Forward(logits, target);                 // 1.0199

        mean.Backward();
        Console.WriteLine(logits.Grad);                                            // at the targets -0.000044, -0.1268, -0.3752
        // end
        Near.Equal<float>([0.0360, 0.7944, 3.0949], plain.ToArray(), "plain", 0, 5.1e-5);
        Near.Equal<float>([4.4924e-05, 2.3867e-01, 2.8210], focal.ToArray(), "focal", 5e-5, 0);
        Assert.Equal(1.0199, mean.Item(), 5e-5);
        Near.Equal<float>([-4.3599e-05, -1.2680e-01, -3.7523e-01], [.. logits.Grad!.ToArray().Where((_, i) => i % 3 == 0)], "gradient", 5e-5, 0);
    }

    [Fact]
    public void TheNumbersOfTheNllPageAreTrue()
    {
        // snippet: nll
        var input = Tensor.Create<float>([[1, 2], [1, 3], [1, 3]], requiresGrad: true);   // raw numbers, to see what happens
        var target = Tensor.Create<long>([0, 1, 1]);

        var none = F.Nll(input, target, reduction: Reduction.None);   // -1, -3, -3
        var sum = F.Nll(input, target, reduction: Reduction.Sum);     // -7
        var mean = new NllLoss().Forward(input, target);              // -2.3333
        var weighted = F.Nll(input, target, weight: [1, 2]);          // -2.6 = -13 / 5: the targets' weights divide

        weighted.Backward();
        Console.WriteLine(input.Grad);                                // -0.2 and 0, 0 and -0.4, 0 and -0.4
        // end
        Assert.Equal([-1, -3, -3], none.ToArray());
        Assert.Equal(-7, sum.Item());
        Assert.Equal(-2.3333, mean.Item(), 5e-5);
        Assert.Equal(-2.6, weighted.Item(), 1e-6);
        Near.Equal<float>([-0.2, 0, 0, -0.4, 0, -0.4], input.Grad!.ToArray(), "gradient", 1e-6, 0);
    }
}
