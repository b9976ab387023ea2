using Surprisal.Modules;

namespace Surprisal.Tests.Modules;

/// <summary>What modules keep and how they behave: names, state, modes, initialisation.</summary>
public sealed class ModuleTests
{
    [Fact]
    public void LayersOfNothingAreRefusedInTheirOwnWords()
    {
        Says("outFeatures is 0; a layer has at least 1 output. (Parameter 'outFeatures')", () => new Linear(3, 0, new Seed(0)));
        Says("inFeatures is -1; a layer has 0 inputs or more. (Parameter 'inFeatures')", () => new Linear(-1, 3, new Seed(0)));
        Says("inChannels is 0; images have at least 1 channel. (Parameter 'inChannels')", () => new Conv2d(0, 3, 3, new Seed(0)));
        Says("outChannels is 0; a layer has at least 1 output. (Parameter 'outChannels')", () => new Conv2d(3, 0, 3, new Seed(0)));
        Says("kernelSize is 0; the side of a kernel is at least 1. (Parameter 'kernelSize')", () => new Conv2d(3, 3, 0, new Seed(0)));
        Says("stride is 0; the step between positions is at least 1. (Parameter 'stride')", () => new Conv2d(3, 3, 3, new Seed(0), stride: 0));
        Says("padding is -1; it is 0 or more. (Parameter 'padding')", () => new Conv2d(3, 3, 3, new Seed(0), padding: -1));

        static void Says(string message, Func<object> create) => Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(create).Message);
    }

    [Fact]
    public void ParametersAndBuffersHavePyTorchsNames()
    {
        var model = new Sequential(new Conv2d(1, 2, 3, new Seed(0)), new BatchNorm2d(2), new Relu(), new Dropout(0.5, new Seed(1)), new Flatten(),
            new Linear(8, 3, new Seed(2), bias: false));
        Assert.Equal(["0.weight", "0.bias", "1.weight", "1.bias", "5.weight"], model.NamedParameters().Select(static named => named.Name));
        Assert.Equal(["1.running_mean", "1.running_var", "1.num_batches_tracked", "3.seed", "3.calls"],
            model.NamedBuffers().Select(static named => named.Name));
        Assert.DoesNotContain("3.calls", model.StateDictionary().Keys);
        Assert.All(model.Parameters(), static parameter => Assert.True(parameter.RequiresGrad));
        Assert.IsType<Tensor<long>>(model.StateDictionary()["1.num_batches_tracked"]);
    }

    [Fact]
    public void LoadingCopiesValuesAndRefusesWhatDoesNotFitWholly()
    {
        var (source, target) = (new Linear(3, 2, new Seed(1)), new Linear(3, 2, new Seed(2)));
        target.LoadStateDictionary(source.StateDictionary());
        Assert.Equal(source.Weight.ToArray(), target.Weight.ToArray());
        var error = Assert.Throws<ArgumentException>(() =>
            target.LoadStateDictionary(new Dictionary<string, Tensor> { ["weight"] = Tensor.Zeros<float>([2, 4]), ["extra"] = Tensor.Zeros<float>([1]) }));
        Assert.StartsWith("the state does not fit the model: size mismatch for weight: float32 [2, 4] given, float32 [2, 3] needed; missing bias; " +
            "unexpected extra.", error.Message, StringComparison.Ordinal);
        Assert.Equal(source.Weight.ToArray(), target.Weight.ToArray());
    }

    [Fact]
    public void DefaultInitialisationIsUniformWithinPyTorchsBound()
    {
        var layer = new Linear(400, 500, new Seed(3));
        Assert.All(layer.Weight.ToArray(), static weight => Assert.InRange(weight, -0.05f, 0.05f));
        var variance = layer.Weight.ToArray().Average(static weight => (double)weight * weight);
        Assert.InRange(variance, 0.0025 / 3 * 0.98, 0.0025 / 3 * 1.02);
        Assert.Equal(layer.Weight.ToArray(), new Linear(400, 500, new Seed(3)).Weight.ToArray());
        Assert.NotEqual(layer.Weight.ToArray(), new Linear(400, 500, new Seed(4)).Weight.ToArray());
        var convolution = new Conv2d(4, 8, 5, new Seed(0));
        Assert.All(convolution.Weight.ToArray(), static weight => Assert.InRange(weight, -0.1f, 0.1f));
    }

    [Fact]
    public void DropoutKeepsTheMeanAndPassesEverythingInEvaluation()
    {
        var dropout = new Dropout(0.25, new Seed(6));
        var ones = Tensor.Ones<float>([100, 100]);
        var first = dropout.Forward(ones);
        Assert.All(first.ToArray(), static value => Assert.True(value == 0 || Math.Abs(value - 4f / 3) < 1e-6));
        Assert.InRange(first.Mean().Item(), 0.96f, 1.04f);
        Assert.NotEqual(first.ToArray(), dropout.Forward(ones).ToArray());
        Assert.Equal(first.ToArray(), new Dropout(0.25, new Seed(6)).Forward(ones).ToArray());
        dropout.Eval();
        Assert.Same(ones, dropout.Forward(ones));
        Assert.All(new Dropout(1, new Seed(0)).Forward(ones).ToArray(), static value => Assert.Equal(0, value));
    }

    [Fact]
    public void TrainAndEvalReachEveryChild()
    {
        var inner = new Dropout(0.5, new Seed(0));
        var model = new Sequential(new Sequential(inner), new Relu());
        model.Eval();
        Assert.False(inner.IsTraining);
        model.Train();
        Assert.True(inner.IsTraining);
    }

    [Fact]
    public void ImagesWhoseFeaturesAreTooManyToCountAreRefused() =>
        Assert.StartsWith("shape [32, 50000, 50000] has more than ",
            Assert.Throws<ArgumentException>(static () => new LeNet(1, 200_000, 200_000, 10, new Seed(0))).Message, StringComparison.Ordinal);

    [Fact]
    public void NamesAreUniqueAndWithoutDots()
    {
        Assert.StartsWith("the name 'x' is taken in this module.", Assert.Throws<ArgumentException>(static () => new Named("x", "x")).Message,
            StringComparison.Ordinal);
        Assert.StartsWith("the name 'a.b' is empty or has a dot", Assert.Throws<ArgumentException>(static () => new Named("a.b", "x")).Message,
            StringComparison.Ordinal);
    }

    private sealed class Named : Module
    {
        public Named(string first, string second)
        {
            Child(first, new Relu());
            Parameter(second, Tensor.Zeros<float>([1]));
        }

        public override Tensor<float> Forward(Tensor<float> input) => input;
    }
}
