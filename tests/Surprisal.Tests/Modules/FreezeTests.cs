using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Modules;

/// <summary>Frozen modules: in evaluation whatever the others do, without gradients, and not moved.</summary>
public sealed class FreezeTests
{
    [Fact]
    public void TrainPassesOverFrozenModulesAndReachesTheOthers()
    {
        var (inner, outer) = (new Dropout(0.5, new Seed(0)), new Dropout(0.5, new Seed(1)));
        var frozen = new Sequential(inner);
        var model = new Sequential(frozen, outer);
        frozen.Freeze();
        Assert.Equal((true, true, false, false), (frozen.IsFrozen, inner.IsFrozen, outer.IsFrozen, model.IsFrozen));
        Assert.Equal((false, false, true, true), (frozen.IsTraining, inner.IsTraining, outer.IsTraining, model.IsTraining));
        model.Train();
        Assert.Equal((false, false, true, true), (frozen.IsTraining, inner.IsTraining, outer.IsTraining, model.IsTraining));
        model.Eval();
        Assert.Equal((false, false, false, false), (frozen.IsTraining, inner.IsTraining, outer.IsTraining, model.IsTraining));
        frozen.Freeze(false);
        Assert.Equal((false, false, false), (frozen.IsFrozen, inner.IsFrozen, inner.IsTraining));
        model.Train();
        Assert.Equal((true, true, true), (frozen.IsTraining, inner.IsTraining, outer.IsTraining));
    }

    [Fact]
    public void FrozenParametersHaveNoGradientsAndDoNotMoveUntilTheyMayAgain()
    {
        var (frozen, free) = (new Linear(2, 2, new Seed(1)), new Linear(2, 2, new Seed(2)));
        var model = new Sequential(frozen, free);
        var optimizer = new Sgd(model.Parameters(), 0.1, momentum: 0.9, weightDecay: 0.1);
        Step();
        Backward(); // a gradient from before must not move anything either
        frozen.Freeze();
        var (before, other) = (frozen.Weight.ToArray(), free.Weight.ToArray());
        Assert.Null(frozen.Weight.Grad);
        Assert.False(frozen.Weight.RequiresGrad);
        Assert.False(frozen.Bias!.RequiresGrad);
        optimizer.Step();
        Step();
        Assert.Equal(before, frozen.Weight.ToArray());
        Assert.NotEqual(other, free.Weight.ToArray());
        frozen.Freeze(false);
        Step();
        Assert.NotEqual(before, frozen.Weight.ToArray());

        void Backward() => model.Forward(Tensor.Create<float>([[1, 2]])).Sum().Backward();
        void Step()
        {
            optimizer.ZeroGrad();
            Backward();
            optimizer.Step();
        }
    }

    [Fact]
    public void FrozenNormalisationKeepsItsStatistics()
    {
        var layer = new BatchNorm2d(1);
        var model = new Sequential(layer);
        layer.Freeze();
        model.Train();
        model.Forward(Tensor.Randn<float>([4, 1, 2, 2], new Seed(3)));
        var state = model.StateDictionary();
        Assert.Equal((0, 1), (((Tensor<float>)state["0.running_mean"]).Item(), ((Tensor<float>)state["0.running_var"]).Item()));
        Assert.Equal(0, ((Tensor<long>)state["0.num_batches_tracked"]).Item());
    }
}
