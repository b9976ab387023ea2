using System.Text.Json;
using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Ten steps of a small LeNet against PyTorch's, with each optimizer; schedules; what training.py wrote.</summary>
public sealed class TrainingGoldenTests
{
    private static readonly JsonElement golden = Golden.Open("Training/training.json");

    public static TheoryData<string> Optimizers => new("sgd", "sgd momentum", "sgd nesterov", "adam", "adamw");

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void TenStepsOfLeNetHavePyTorchsLosses(string name)
    {
        var run = golden.GetProperty("runs").EnumerateArray().Single(each => each.GetProperty("optimizer").GetString() == name);
        var model = SmallLeNet();
        Optimizer optimizer = name switch
        {
            "sgd" => new Sgd(model.Parameters(), 0.1),
            "sgd momentum" => new Sgd(model.Parameters(), 0.05, momentum: 0.9, weightDecay: 0.01),
            "sgd nesterov" => new Sgd(model.Parameters(), 0.05, momentum: 0.8, nesterov: true),
            "adam" => new Adam(model.Parameters(), 0.01, weightDecay: 0.02),
            _ => new AdamW(model.Parameters(), 0.01, weightDecay: 0.1),
        };
        var loss = new CrossEntropyLoss { LabelSmoothing = 0.1 };
        var step = 0;
        foreach (var (inputs, targets) in Batches())
        {
            var value = loss.Forward(model.Forward(inputs), targets);
            optimizer.ZeroGrad();
            value.Backward();
            var norm = GradientClipping.ByNorm(model.Parameters(), 0.8);
            optimizer.Step();
            Assert.Equal(run.GetProperty("losses")[step].GetDouble(), value.Item(), 1e-5);
            Assert.Equal(run.GetProperty("norms")[step].GetDouble(), norm, 1e-4);
            step++;
        }
        model.Eval();
        var logits = model.Forward(Batches()[0].Inputs);
        var expected = run.GetProperty("evaluated").ReadTensor<float>();
        for (var i = 0; i < logits.Length; i++) Assert.Equal(expected.Span[i], logits.Span[i], 2e-4f);
        var variance = (Tensor<float>)model.StateDictionary()["4.running_var"];
        Golden.AssertClose(run.GetProperty("runningVariance").ReadTensor<float>(), variance, "running variance");
    }

    [Fact]
    public void SchedulesHavePyTorchsRates()
    {
        foreach (var name in (string[])["step", "cosine"])
        {
            var optimizer = new Sgd([Tensor.Zeros<float>([1], requiresGrad: true)], 0.4);
            Schedule schedule = name == "step" ? new StepLr(optimizer, 3, 0.5) : new CosineLr(optimizer, 8, 0.01);
            foreach (var rate in golden.GetProperty("rates").GetProperty(name).EnumerateArray())
            {
                schedule.Step();
                Assert.Equal(rate.GetDouble(), optimizer.LearningRate, 1e-12);
            }
        }
    }

    [Fact]
    public void ConvolutionsAndPoolsHavePyTorchsValuesAndGradients()
    {
        foreach (var each in golden.GetProperty("modules").EnumerateArray())
        {
            var (stride, padding, kernel, pool) = (each.GetProperty("stride").GetInt32(), each.GetProperty("padding").GetInt32(),
                each.GetProperty("kernel").GetInt32(), each.GetProperty("pool").GetString());
            var layer = new Conv2d(2, 3, kernel, new Seed(0), stride, padding);
            layer.LoadStateDictionary(new Dictionary<string, Tensor>
            {
                ["weight"] = each.GetProperty("weight").ReadTensor<float>(), ["bias"] = each.GetProperty("bias").ReadTensor<float>()
            });
            var x = each.GetProperty("input").ReadTensor<float>(requiresGrad: true);
            Module pooling = pool == "MaxPool2d" ? new MaxPool2d(2, 1, 1) : new AvgPool2d(2, 1, 1);
            var y = pooling.Forward(layer.Forward(x));
            y.Backward(each.GetProperty("upstream").ReadTensor<float>());
            var what = $"{pool} of stride {stride}, padding {padding}, kernel {kernel}";
            Golden.AssertClose(each.GetProperty("output").ReadTensor<float>(), y, what);
            Golden.AssertClose(each.GetProperty("dinput").ReadTensor<float>(), x.Grad, $"gradient of the input, {what}");
            Golden.AssertClose(each.GetProperty("dweight").ReadTensor<float>(), layer.Weight.Grad, $"gradient of the weight, {what}");
            Golden.AssertClose(each.GetProperty("dbias").ReadTensor<float>(), layer.Bias!.Grad, $"gradient of the bias, {what}");
        }
    }

    private static Sequential SmallLeNet()
    {
        var model = new Sequential(
            new Conv2d(1, 4, 3, new Seed(0), padding: 1), new Relu(), new MaxPool2d(2),
            new Conv2d(4, 6, 3, new Seed(1), padding: 1, bias: false), new BatchNorm2d(6), new Relu(), new AvgPool2d(2),
            new Flatten(), new Linear(24, 12, new Seed(2)), new Relu(), new Linear(12, 5, new Seed(3)));
        var weights = new Dictionary<string, Tensor>();
        foreach (var weight in golden.GetProperty("weights").EnumerateObject())
        {
            var name = weight.Name["net.".Length..];
            weights[name] = name.EndsWith("num_batches_tracked", StringComparison.Ordinal) ? Tensor.Zeros<long>([]) : weight.Value.ReadTensor<float>();
        }
        model.LoadStateDictionary(weights);
        return model;
    }

    private static List<(Tensor<float> Inputs, Tensor<long> Targets)> Batches() =>
        [.. golden.GetProperty("batches").EnumerateArray()
            .Select(batch => (batch.GetProperty("inputs").ReadTensor<float>(), batch.GetProperty("targets").ReadTensor<float>().To<long>()))];
}
