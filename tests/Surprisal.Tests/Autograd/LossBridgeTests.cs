namespace Surprisal.Tests.Autograd;

/// <summary>A loss on the tape: worked by hand with log(1 + e^-x) in double.</summary>
public sealed class LossBridgeTests
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
        var x = Tensor.Randn<double>([4, 5, 3], 1);
        var target = Tensor.RandInt<long>(0, 5, [4, 3], 2);
        GradientCheck.Run(3, inputs => (new CrossEntropyLoss { Reduction = Reduction.None }).Forward(inputs[0] * 2.0, target), [x]);
        GradientCheck.Run(4, inputs => new CrossEntropyLoss { Reduction = Reduction.Sum, LabelSmoothing = 0.2 }.Forward(inputs[0], target) * 3.0, [x]);
    }
}
