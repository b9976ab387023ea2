namespace Surprisal.Tests.Autograd;

/// <summary>A loss on the tape: worked by hand with log(1 + e^-x) in double.</summary>
public sealed class LossExtensionsTests
{
    private static readonly double Low = Math.Log(1 + Math.Exp(-1)), High = 1 + Low, Lower = Math.Log(1 + Math.Exp(-2));

    [Fact]
    public void The_gradient_of_a_mean_reaches_the_logits()
    {
        var x = Tensor.Create([[1.0, 2], [1, 3], [1, 3]], requiresGrad: true);
        var loss = new CrossEntropyLoss().Forward(x, Tensor.Create<long>([0, 1, 1]));
        loss.Backward();
        Assert.Equal((High + Lower + Lower) / 3, loss.Item(), 1e-14);
        Assert.Equal("NllLossBackward0", loss.GradFn!.Name);
        var p = 1 / (1 + Math.Exp(-1));
        Assert.Equal(-p / 3, x.Grad![0][0].Item(), 1e-14);
        Assert.Equal(p / 3, x.Grad[0][1].Item(), 1e-14);
    }

    [Fact]
    public void The_upstream_gradient_scales_each_sample()
    {
        var x = Tensor.Randn<double>([4, 5, 3], new Seed(1));
        var target = Tensor.RandInt<long>(0, 5, [4, 3], new Seed(2));
        GradientCheck.Run(3, inputs => (new CrossEntropyLoss { Reduction = Reduction.None }).Forward(inputs[0] * 2.0, target), [x]);
        GradientCheck.Run(4, inputs => new CrossEntropyLoss { Reduction = Reduction.Sum, LabelSmoothing = 0.2 }.Forward(inputs[0], target) * 3.0, [x]);
    }

    [Fact]
    public void ASecondBackwardComputesTheGradientAgainUnlessTheLogitsWereOverwritten()
    {
        foreach (var probabilities in new[] { false, true })
        {
            var x = Tensor.Create<double>([[1, 2, 4], [3, 1, 0]], requiresGrad: true);
            var target = Tensor.Create<double>([[0.2, 0.3, 0.5], [1, 0, 0]], requiresGrad: true);
            var loss = probabilities ? new CrossEntropyLoss().Forward(x, target) : new CrossEntropyLoss().Forward(x, Tensor.Create<long>([1, 2]));
            loss.Backward(retainGraph: true);
            var (once, ofTarget) = (x.Grad!.ToArray(), target.Grad?.ToArray());
            loss.Backward(Tensor.Scalar(2.0), retainGraph: true);
            Assert.Equal(Array.ConvertAll(once, static g => 3 * g), x.Grad.ToArray(), static (a, b) => Math.Abs(a - b) < 1e-15);
            if (ofTarget is not null)
                Assert.Equal(Array.ConvertAll(ofTarget, static g => 3 * g), target.Grad!.ToArray(), static (a, b) => Math.Abs(a - b) < 1e-15);
            using (Tensor.NoGrad()) x.Fill(0);
            Assert.Equal(
                "one of the variables needed for gradient computation has been modified by an inplace operation: " +
                "a second Backward computes the loss's gradient again, but its input of shape " +
                "[2, 3] was at version 0 then, and is at version 1 now; write to it after the last Backward, or to a Clone of it.",
                Assert.Throws<InvalidOperationException>(() => loss.Backward()).Message);
        }
    }
}
