using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Modules;

/// <summary>A module or a tensor that a model uses in several places: listed and moved once, saved under every name.</summary>
public sealed class SharedModuleTests
{
    [Fact]
    public void AModuleUsedTwiceIsListedOnceUnderItsFirstName()
    {
        var shared = new Sequential(new Linear(3, 3, new Seed(1)), new Dropout(0.5, new Seed(2)));
        var model = new Sequential(new Sequential(shared, new Relu()), shared, new Linear(3, 2, new Seed(3)));
        Assert.Equal(["0.0.0.weight", "0.0.0.bias", "2.weight", "2.bias"], model.NamedParameters().Select(static named => named.Name));
        Assert.Equal(model.NamedParameters().Select(static named => named.Parameter), model.Parameters());
        Assert.Equal(["0.0.1.seed", "0.0.1.calls"], model.NamedBuffers().Select(static named => named.Name));
    }

    [Fact]
    public void TheStateHasEveryNameAndIsReadBackThroughEach()
    {
        var (source, target) = (Twice(1), Twice(2));
        Assert.Equal(["0.bias", "0.weight", "2.bias", "2.weight"], source.StateDictionary().Keys.Order());
        Assert.Same(source.StateDictionary()["0.weight"], source.StateDictionary()["2.weight"]);
        target.LoadStateDictionary(source.StateDictionary());
        Assert.Equal(source.Parameters().SelectMany(static parameter => parameter.ToArray()),
            target.Parameters().SelectMany(static parameter => parameter.ToArray()));
        var error = Assert.Throws<ArgumentException>(() => target.LoadStateDictionary(new Linear(2, 2, new Seed(0)).StateDictionary()));
        Assert.Contains("missing 0.weight; missing 0.bias; missing 2.weight; missing 2.bias", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATensorThatTwoModulesShareIsOneParameterAndOneBuffer()
    {
        var (tied, counts) = (Tensor.Ones<float>([2]), Tensor.Zeros<long>([]));
        var model = new Sequential(new Holder(tied, counts), new Holder(tied, counts));
        Assert.Equal(["0.value"], model.NamedParameters().Select(static named => named.Name));
        Assert.Equal(["0.counts"], model.NamedBuffers().Select(static named => named.Name));
        Assert.Equal(["0.counts", "0.value", "1.counts", "1.value"], model.StateDictionary().Keys.Order());
    }

    [Fact]
    public void ItIsMovedOnceByTheGradientOfBothUses()
    {
        // y = w (w x) with w = 3, x = 2: dy/dw = 2 w x = 12, and one step of 0.1 takes 1.2.
        var shared = new Linear(1, 1, new Seed(0), bias: false);
        shared.Weight.Detach().Fill(3);
        var model = new Sequential(shared, shared);
        var optimizer = new Sgd(model.Parameters(), 0.1);
        model.Forward(Tensor.Create<float>([[2]])).Sum().Backward();
        optimizer.Step();
        Assert.Equal(3 - 1.2f, shared.Weight.Item());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 3)]
    [InlineData(2, 3)]
    public void OptimizersRefuseAParameterGivenTwiceAndNameBothPlaces(int first, int second)
    {
        var parameters = Enumerable.Range(0, 4).Select(static i => Tensor.Full<float>([1], i, requiresGrad: true)).ToArray();
        parameters[second] = parameters[first];
        foreach (var make in (Func<Optimizer>[])[() => new Sgd(parameters, 0.1), () => new Adam(parameters), () => new AdamW(parameters)])
            Assert.Equal(
                $"parameters[{first}] and parameters[{second}] are the same tensor, which would be moved twice a step; give each parameter once. " +
                "(Parameter 'parameters')",
                Assert.Throws<ArgumentException>(make).Message);
    }

    [Fact]
    public void EqualParametersThatAreNotTheSameAreWelcome() =>
        Assert.Equal(2, new Sgd([Tensor.Ones<float>([2], requiresGrad: true), Tensor.Ones<float>([2], requiresGrad: true)], 0.1).Parameters.Count);

    private static Sequential Twice(long seed)
    {
        var shared = new Linear(2, 2, new Seed(seed));
        return new Sequential(shared, new Relu(), shared);
    }

    private sealed class Holder : Module
    {
        public Holder(Tensor<float> value, Tensor<long> counts)
        {
            Parameter("value", value);
            Buffer("counts", counts);
        }

        public override Tensor<float> Forward(Tensor<float> input) => input;
    }
}
