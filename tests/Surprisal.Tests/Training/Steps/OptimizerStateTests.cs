using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>What optimizers remember, and whose state they take.</summary>
public sealed class OptimizerStateTests
{
    [Fact]
    public void OptimizersRefuseTheStateOfOthers()
    {
        Tensor<float>[] parameters = [Tensor.Zeros<float>([2], requiresGrad: true), Tensor.Zeros<float>([3], requiresGrad: true)];
        var (two, three, count) = (Tensor.Ones<float>([2]), Tensor.Ones<float>([3]), Tensor.Create<long>([5]).Reshape());
        var adam = new Adam(parameters);
        void Refused(Optimizer optimizer, string message, params (string Name, Tensor Tensor)[] state) => Assert.StartsWith(message,
            Assert.Throws<ArgumentException>(() =>
                optimizer.LoadStateDictionary(state.ToDictionary(static named => named.Name, static named => named.Tensor))).Message, StringComparison.Ordinal);

        Refused(new Sgd(parameters, 0.1), "the state has 0.exp_avg, but Sgd remembers nothing: it is another optimizer's.", ("0.exp_avg", two),
            ("0.exp_avg_sq", two), ("0.step", count));
        Refused(new Sgd(parameters, 0.1, momentum: 0.9), "the state has 0.exp_avg, but Sgd remembers momentum_buffer: it is another optimizer's.",
            ("0.exp_avg", two), ("0.exp_avg_sq", two), ("0.step", count));
        Refused(adam, "the state has 1.momentum_buffer, but Adam remembers exp_avg, exp_avg_sq, step: it is another optimizer's.",
            ("1.momentum_buffer", three));
        Refused(adam, "the state has 2.step, int64 [], which belongs to none of the 2 parameters.", ("2.step", count));
        foreach (var name in (string[])["-1.step", "01.step", "+1.step", "x.step", ".step"])
            Refused(adam, $"the state has {name}, int64 [], which belongs to none of the 2 parameters.", (name, count));
        Refused(adam, "the state's 0.exp_avg is float32 [3]; float32 [2] is needed.", ("0.exp_avg", three), ("0.exp_avg_sq", two), ("0.step", count));
        Refused(adam, "the state's 0.exp_avg_sq is float64 [2]; float32 [2] is needed.", ("0.exp_avg", two), ("0.exp_avg_sq", Tensor.Ones<double>([2])),
            ("0.step", count));
        Refused(adam, "the state's 0.step is int64 []; int64 [], at least 0, is needed.", ("0.exp_avg", two), ("0.exp_avg_sq", two),
            ("0.step", Tensor.Create<long>([-1]).Reshape()));
        Refused(adam, "the state's 0.step is float32 [2]; int64 [], at least 0, is needed.", ("0.exp_avg", two), ("0.exp_avg_sq", two), ("0.step", two));
        Refused(adam, "the state has 0.exp_avg without 0.step, which belongs to it.", ("0.exp_avg", two), ("0.exp_avg_sq", two));
        Assert.Empty(adam.StateDictionary());
        adam.LoadStateDictionary(new Dictionary<string, Tensor> { ["1.exp_avg"] = three, ["1.exp_avg_sq"] = three, ["1.step"] = count });
        Assert.Equal(3, adam.StateDictionary().Count);
    }
}
