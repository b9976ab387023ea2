using System.Text.Json;
using Surprisal.Modules;

namespace Surprisal.Tests.Modules;

/// <summary>nn.AdaptiveLogSoftmaxWithLoss as PyTorch has it, written by adaptive.py: outputs, loss, log-probabilities, predictions and gradients.</summary>
public sealed class AdaptiveLogSoftmaxWithLossGoldenTests
{
    private static readonly Lazy<JsonElement> cases = new(static () => Golden.Open("Modules/Goldens/adaptive.json").GetProperty("cases"));

    [Fact]
    public void ValuesAreThoseOfPyTorch()
    {
        var count = 0;
        foreach (var item in cases.Value.EnumerateArray())
        {
            var (layer, input, target, about) = Read(item);
            var (output, loss) = layer.Forward(input, target);
            Golden.AssertClose(item.GetProperty("output").ReadTensor<float>(), output, $"{about}: output");
            if (Kind(item) == "none") Assert.True(float.IsNaN(loss.Item()), about);
            else
            {
                Golden.AssertClose(item.GetProperty("loss").ReadTensor<float>(), loss, $"{about}: loss");
                var rows = input.Reshape([-1, input.Shape[^1]]);
                Golden.AssertClose(item.GetProperty("log_prob").ReadTensor<float>(), layer.LogProb(rows), $"{about}: log_prob");
                Assert.Equal(item.GetProperty("predict").ReadInts().Select(static c => (long)c), layer.Predict(rows).ToArray());
            }
            count++;
        }
        Assert.Equal(36, count);
    }

    [Theory, InlineData("of the loss"), InlineData("of outputs")]
    public void GradientsAreThoseOfPyTorch(string which)
    {
        var count = 0;
        foreach (var item in cases.Value.EnumerateArray())
        {
            if (Kind(item) == "none") continue;
            var (layer, input, target, about) = Read(item);
            var (output, loss) = layer.Forward(input, target);
            if (which == "of the loss") loss.Backward();
            else output.Backward(Tensor.Create<float>([.. Enumerable.Range(0, output.Length).Select(static i => 0.5f + i % 3)], output.Shape));
            foreach (var (name, tensor) in layer.NamedParameters().Prepend(("input", input)))
            {
                var expected = item.GetProperty(which).GetProperty(name);
                if (expected.ValueKind == JsonValueKind.Null) Assert.Null(tensor.Grad);
                else Golden.AssertClose(expected.ReadTensor<float>(), tensor.Grad, $"{about}: {name}");
            }
            count++;
        }
        Assert.Equal(30, count);
    }

    private static string Kind(JsonElement item) => item.GetProperty("kind").GetString()!;

    private static (AdaptiveLogSoftmaxWithLoss Layer, Tensor<float> Input, Tensor<long> Target, string About) Read(JsonElement item)
    {
        var settings = item.GetProperty("settings");
        var layer = new AdaptiveLogSoftmaxWithLoss(settings.GetProperty("in_features").GetInt32(), settings.GetProperty("n_classes").GetInt32(),
            settings.GetProperty("cutoffs").ReadInts(), new Seed(0), settings.GetProperty("div_value").GetDouble(),
            settings.GetProperty("head_bias").GetBoolean());
        layer.LoadStateDictionary(item.GetProperty("state").EnumerateObject()
            .ToDictionary(static named => named.Name, static Tensor (named) => named.Value.ReadTensor<float>(), StringComparer.Ordinal));
        var input = item.GetProperty("input").ReadTensor<float>(requiresGrad: true);
        long[] targets = [.. item.GetProperty("targets").ReadInts()];
        return (layer, input, Tensor.Create<long>(targets, input.Shape[..^1]), $"{settings}, {Kind(item)}");
    }
}
