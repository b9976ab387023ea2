using Microsoft.ML.OnnxRuntime;
using Surprisal.Modules;
using Surprisal.Onnx;

namespace Surprisal.Tests.Onnx;

/// <summary>ONNX Runtime, which knows nothing of this library, gives the same numbers for any number of samples.</summary>
public sealed class OnnxModelTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.onnx");

    public static TheoryData<string> Models => [.. models.Keys];

    private static readonly Dictionary<string, (Func<Seed, Module> Make, int[] Shape)> models = new()
    {
        ["lenet"] = (seed => new LeNet(1, 28, 28, 10, seed), [1, 28, 28]),
        ["lenet of small colour images"] = (seed => new LeNet(3, 9, 14, 3, seed, size: 5), [3, 9, 14]),
        ["mlp"] = (seed => new Sequential(new Flatten(), new Linear(12, 8, seed), new Relu(), new Dropout(0.5, seed), new Linear(8, 3, seed)),
            [3, 2, 2]),
        ["a square linear layer without bias"] = (seed => new Linear(5, 5, seed, bias: false), [5]),
        ["resnet"] = (seed => new ResNet(3, 4, seed, width: 4), [3, 17, 12]),
        ["u-net"] = (seed => new UNet(1, 3, seed, width: 3), [1, 13, 16]),
        ["padding that keeps the size"] = (seed => new Conv2d(2, 3, 4, seed, padding: Padding.Same, dilation: 3), [2, 9, 7]),
        ["depthwise"] = (seed => new Conv2d(4, 8, 3, seed, stride: 2, padding: 2, groups: 4), [4, 9, 7]),
        ["transposed"] = (seed => new ConvTranspose2d(4, 6, 3, seed, stride: 3, padding: 2, outputPadding: 2, dilation: 2, groups: 2), [4, 5, 3]),
        ["max pooling"] = (_ => new MaxPool2d(3, 1, padding: 1), [2, 5, 7]),
        ["max pooling with gaps"] = (_ => new MaxPool2d(2, dilation: 3), [2, 8, 7]),
        ["average pooling with padding"] = (_ => new AvgPool2d(3, 2, padding: 1), [2, 8, 7]),
        ["mean of each channel"] = (_ => new AdaptiveAvgPool2d(1), [3, 5, 4]),
        ["nearest"] = (_ => new Upsample(2.5), [2, 6, 4]),
        ["nearest to a size"] = (_ => new Upsample(14, 9), [2, 6, 4]),
        ["nearest by a scale that leaves a rest"] = (_ => new Upsample(2.3), [2, 6, 4]),
        ["bilinear by a scale that leaves a rest"] = (_ => new Upsample(0.7, UpsampleMode.Bilinear), [2, 10, 9]),
        ["bilinear"] = (_ => new Upsample(13, 7, UpsampleMode.Bilinear), [2, 6, 4]),
        ["bilinear down"] = (_ => new Upsample(3, 3, UpsampleMode.Bilinear), [2, 6, 4]),
        ["bilinear from corner to corner"] = (_ => new Upsample(13, 7, UpsampleMode.Bilinear, alignCorners: true), [2, 6, 4]),
        ["batch norm of features"] = (_ => new BatchNorm1d(6), [6]),
        ["batch norm of images"] = (_ => new BatchNorm2d(2, epsilon: 0.1), [2, 3, 3]),
        ["layer norm"] = (_ => new LayerNorm([3, 4]), [2, 3, 4]),
        ["layer norm without parameters"] = (_ => new LayerNorm([4], epsilon: 0.1, elementwiseAffine: false), [3, 4]),
        ["leaky relu"] = (_ => new LeakyRelu(0.3), [7]),
        ["gelu"] = (_ => new Gelu(), [4, 5]),
        ["gelu by tanh"] = (_ => new Gelu(GeluApproximation.Tanh), [4, 5]),
        ["silu"] = (_ => new Silu(), [7]),
        ["sigmoid"] = (_ => new Sigmoid(), [7]),
        ["softmax over channels"] = (_ => new Softmax(1), [3, 2, 4]),
        ["log-softmax"] = (_ => new LogSoftmax(-1), [7]),
        ["own operations"] = (_ => new Own(static x => (x * 2f + x / (x * x + 1f) - 0.5f).Tanh()), [3, 2]),
        ["images from features"] = (_ => new Own(static x => x.Reshape(x.Shape[0], 2, 3, 2)), [12]),
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void OnnxRuntimeGivesTheSameNumbersForAnyNumberOfSamples(string name)
    {
        var (make, shape) = models[name];
        var random = new Seed(7);
        var model = make(random);
        // Other statistics and weights than those of a new model, whose ones and zeros hide what is exchanged.
        foreach (var (at, tensor) in model.StateDictionary())
            if (tensor is Tensor<float> values && (at.Contains("running") || values.Rank == 1))
                Tensor.Rand<float>(values.Shape, random).Span.CopyTo(values.Span);
        OnnxModel.Write(path, model, shape);
        Assert.All(model.NamedModules(), static named => Assert.True(named.Module.IsTraining));
        using var session = new InferenceSession(path);
        model.Eval();
        foreach (var samples in new[] { 1, 2, 7 })
        {
            var x = Tensor.Randn<float>([samples, .. shape], random);
            var expected = model.Forward(x).Detach();
            var actual = Run(session, x);
            Assert.Equal(expected.Shape.ToArray().Select(static size => (long)size), actual.Shape);
            var scale = expected.ToArray().Max(Math.Abs) + 1;
            Assert.All(expected.ToArray().Zip(actual.Values),
                pair => Assert.True(Math.Abs(pair.First - pair.Second) <= 1e-5 * scale, $"{samples} samples: {pair}"));
        }
    }

    [Fact]
    public void WordsComeBackAndInputsAndOutputsAreNamed()
    {
        var words = new Dictionary<string, string> { ["class_names"] = """["猫", "a, b"]""", ["preparation"] = "" };
        OnnxModel.Write(path, new Linear(2, 2, new Seed(0)), [2], words);
        using var session = new InferenceSession(path);
        Assert.Equal(words, session.ModelMetadata.CustomMetadataMap);
        Assert.Equal([-1, 2], session.InputMetadata["input"].Dimensions);
        Assert.Equal(["N", ""], session.InputMetadata["input"].SymbolicDimensions);
        Assert.Equal([-1, 2], session.OutputMetadata["logits"].Dimensions);
    }

    [Fact]
    public void ThePageShowsCodeThatRuns()
    {
        const int Features = 4, Classes = 3;
        var seed = new Seed(1);
        // snippet: onnx-export
        var model = new Sequential(new Linear(Features, 16, seed), new Gelu(), new Linear(16, Classes, seed));
        OnnxModel.Write(path, model, [Features], new Dictionary<string, string> { ["class_names"] = """["no", "yes", "perhaps"]""" });
        // end
        using var session = new InferenceSession(path);
        Assert.Equal([2, Classes], Run(session, Tensor.Ones<float>(2, Features)).Shape);
    }

    [Fact]
    public void WhatHasNoCounterpartIsNamedAndNothingIsWritten()
    {
        AssertRefused("FusedRmsNormBackward0", new RmsNorm([4]));
        AssertRefused("ScaledDotProductAttentionBackward0", new Own(static x =>
            x.Reshape(x.Shape[0], 1, 4).ScaledDotProductAttention(x.Reshape(x.Shape[0], 1, 4), x.Reshape(x.Shape[0], 1, 4))));
        AssertRefused("CumsumBackward0", new Own(static x => x.CumSum(1)));
        AssertRefused("reshape", new Own(static x => x.Reshape(2 * x.Shape[0], 2).Reshape(x.Shape[0], 4)));
        AssertRefused("AdaptiveAveragePool", new Own(static x => x.Reshape(x.Shape[0], 1, 2, 2).AdaptiveAvgPool2d(2, 2)));
        AssertRefused("comes from no operation", new Own(static x => x + Tensor.Ones<float>(4)));
        AssertRefused("other things with 3 samples", new Own(static x => x.Shape[0] == 2 ? x.Relu() : x.Sigmoid()));
        Assert.Null(OperationTrace.Current);
        Assert.Null(Tape.Watcher);

        void AssertRefused(string reason, Module model)
        {
            var error = Assert.Throws<NotSupportedException>(() => OnnxModel.Write(path, model, [4]));
            Assert.Contains(reason, error.Message);
            Assert.False(File.Exists(path));
        }
    }

    public void Dispose() => File.Delete(path);

    private static (long[] Shape, float[] Values) Run(InferenceSession session, Tensor<float> x)
    {
        using var options = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(x.ToArray(), [.. x.Shape.ToArray().Select(static size => (long)size)]);
        using var outputs = session.Run(options, ["input"], [input], ["logits"]);
        return (outputs[0].GetTensorTypeAndShape().Shape, outputs[0].GetTensorDataAsSpan<float>().ToArray());
    }

    private sealed class Own(Func<Tensor<float>, Tensor<float>> forward) : Module
    {
        public override Tensor<float> Forward(Tensor<float> input) => forward(input);
    }
}
