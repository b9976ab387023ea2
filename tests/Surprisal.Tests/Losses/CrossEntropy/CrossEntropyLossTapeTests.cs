namespace Surprisal.Tests.Losses;

/// <summary>The same loss on the tape: Forward is Evaluate, Backward its gradient times the upstream one.</summary>
public sealed class CrossEntropyLossTapeTests
{
    private static readonly int[][] Shapes = [[5], [4, 5], [3, 5, 2], [2, 5, 3, 2]];

    private static IEnumerable<CrossEntropyLoss> Options =>
        from reduction in Reductions.All
        from smoothing in new[] { 0, 0.1 }
        select new CrossEntropyLoss { Reduction = reduction, LabelSmoothing = smoothing, Weight = [1, 2, 0.5, 3, 1] };

    private static void ForAll(Action<CrossEntropyLoss, Tensor<float>, Tensor<long>, Evaluated<float>> check)
    {
        foreach (var shape in Shapes)
        foreach (var loss in Options)
        {
            var (drawn, targets) = CrossEntropyReference.Draw(11, shape, loss.IgnoreIndex);
            var logits = Array.ConvertAll(drawn, static v => (float)v);
            check(loss, Tensor.Create<float>(logits, shape, requiresGrad: true),
                Tensor.Create<long>(targets, shape.Length == 1 ? [] : [shape[0], .. shape[2..]]),
                Evaluated<float>.Of(loss, logits, shape, targets));
        }
    }

    [Fact]
    public void ForwardIsEvaluate() => ForAll((loss, input, target, evaluated) =>
    {
        var output = loss.Forward(input, target);
        if (loss.Reduction == Reduction.None)
        {
            Assert.Equal(target.Shape.ToArray(), output.Shape.ToArray());
            Assert.Equal(evaluated.Losses, output.ToArray());
            output.Backward(Tensor.Ones<float>(output.Shape));
        }
        else
        {
            Assert.Equal(0, output.Rank);
            Assert.Equal((float)evaluated.Value, output.Item());
            output.Backward();
        }
        Assert.Equal(evaluated.Gradient, input.Grad!.ToArray());
    });

    [Fact]
    public void TheNodeHasPyTorchsName() => ForAll((loss, input, target, _) =>
    {
        var node = loss.Forward(input, target).GradFn!;
        Assert.Equal(input.Rank > 2 ? "NllLoss2DBackward0" : "NllLossBackward0", node.Name);
        Assert.Equal("AccumulateGrad", Assert.Single(node.NextFunctions).Name);
    });

    [Fact]
    public void ASecondBackwardAddsTheSameGradient() => ForAll((loss, input, target, evaluated) =>
    {
        var output = loss.Forward(input, target);
        output.Backward(Tensor.Ones<float>(output.Shape), retainGraph: true);
        output.Backward(Tensor.Ones<float>(output.Shape));
        Assert.Equal(evaluated.Gradient.Select(g => 2 * g), input.Grad!.ToArray());
    });

    [Fact]
    public void TheUpstreamGradientMultipliesEachSample() => ForAll((loss, input, target, evaluated) =>
    {
        var output = loss.Forward(input, target);
        var upstream = Enumerable.Range(0, output.Length).Select(i => i - 1.5f).ToArray();
        output.Backward(Tensor.Create<float>(upstream, output.Shape));
        var inner = input.Rank == 1 ? 1 : Shape.Length(input.Shape[2..]);
        var expected = evaluated.Gradient.Select((g, i) => g * upstream[output.Length == 1 ? 0 : i / (5 * inner) * inner + i % inner]);
        Assert.Equal(expected, input.Grad!.ToArray());
    });

    [Fact]
    public void TheLossIsPartOfALargerGraph() => ForAll((loss, input, target, evaluated) =>
    {
        (loss.Forward(input * 1f, target).Sum() * 3f).Backward();
        Near.Equal<float>([.. evaluated.Gradient.Select(g => 3.0 * g)], input.Grad!.ToArray(), loss.ToString(), 1e-6, 0);
    });

    [Fact]
    public void WithoutGradNothingIsRecordedAndTheValueHasTheSameBits() => ForAll((loss, input, target, _) =>
    {
        var recorded = loss.Forward(input, target).ToArray();
        using (Tensor.NoGrad())
        {
            var silent = loss.Forward(input, target);
            Assert.False(silent.RequiresGrad);
            Assert.Equal(recorded, silent.ToArray());
        }
        var detached = loss.Forward(input.Detach(), target);
        Assert.Null(detached.GradFn);
        Assert.Equal(recorded, detached.ToArray());
    });

    [Fact]
    public void TheInputMayBeOverwrittenAfterForward()
    {
        // Its values are not needed any more: the gradient was computed in the forward pass.
        var input = Tensor.Create<float>([1, 2, 3], [1, 3], requiresGrad: true);
        var output = new CrossEntropyLoss().Forward(input, Tensor.Create<long>([0]));
        var expected = Evaluated<float>.Of(new CrossEntropyLoss(), [1, 2, 3], [1, 3], [0L]).Gradient;
        using (Tensor.NoGrad()) input.AsTensorSpan().Fill(0);
        output.Backward();
        Assert.Equal(expected, input.Grad!.ToArray());
    }

    [Fact]
    public void ATargetThatWasOverwrittenIsRefused()
    {
        var input = Tensor.Create<float>([1, 2, 3], [1, 3], requiresGrad: true);
        var target = Tensor.Create<long>([0]);
        var output = new CrossEntropyLoss().Forward(input, target);
        target.AsTensorSpan().Fill(1);
        var error = Assert.Throws<InvalidOperationException>(() => output.Backward());
        Assert.Equal("one of the variables needed for gradient computation has been modified by an inplace operation: NllLossBackward0 saved a int64 tensor " +
            "of shape [1] at version 0, and it is at version 1 now; write to it after Backward, or to a Clone of it.", error.Message);
    }
}
