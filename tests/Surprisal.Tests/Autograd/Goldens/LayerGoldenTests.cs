using System.Text.Json;

namespace Surprisal.Tests.Autograd;

/// <summary>
/// Convolutions and their transposes, pooling, upsampling, normalisation and activations against libtorch 2.10's own answers, values and gradients: images of
/// one pixel, kernels larger than the image, groups of one channel, uneven padding. The golden is written by layers.cs.
/// </summary>
public sealed class LayerGoldenTests
{
    private static readonly JsonElement Cases = Golden.Open("Autograd/Goldens/layers.json").GetProperty("cases");

    public static TheoryData<string> Names() => Golden.Operations(Cases);

    [Theory, MemberData(nameof(Names))]
    public void Matches_PyTorch_in_float(string operation) => Check<float>(operation, "float32");

    [Theory, MemberData(nameof(Names))]
    public void Matches_PyTorch_in_double(string operation) => Check<double>(operation, "float64");

    private static void Check<T>(string operation, string type) where T : unmanaged, IFloatingPointIeee754<T>
    {
        // of one element libtorch's float32 is 1e-5 off 0; its float64 is compared
        Assert.True(Golden.AssertOperation<T>(Cases, operation, type, (arguments, inputs) => Apply(operation, arguments, inputs),
            inputs => operation == "layerNorm" && type == "float32" && inputs[0].Shape[^1] == 1) > 4);
    }

    private static Tensor<T> Apply<T>(string operation, JsonElement a, Tensor<T>[] inputs) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = inputs[0];
        var (second, third) = (inputs.ElementAtOrDefault(1), inputs.ElementAtOrDefault(2));
        int Whole(string name) => a.GetProperty(name).GetInt32();
        bool Flag(string name) => a.GetProperty(name).GetBoolean();
        UpsampleMode Mode() => a.GetProperty("mode").GetString() == "nearest" ? UpsampleMode.Nearest : UpsampleMode.Bilinear;
        return operation switch
        {
            "conv2d" => x.Conv2d(second!, third, Whole("stride"), Whole("padding") < 0 ? Padding.Same : Whole("padding"), Whole("dilation"), Whole("groups")),
            "convTranspose2d" => x.ConvTranspose2d(second!, third, Whole("stride"), Whole("padding"), Whole("outputPadding"), Whole("groups"),
                Whole("dilation")),
            "maxPool2d" => x.MaxPool2d(Whole("kernel"), Whole("stride"), Whole("padding"), Whole("dilation")),
            "adaptiveAvgPool2d" => x.AdaptiveAvgPool2d(Whole("height"), Whole("width")),
            "upsample" => x.Upsample(Whole("height"), Whole("width"), Mode(), Flag("alignCorners")),
            "upsampleBy" => x.Upsample(a.GetProperty("scale").GetDouble(), Mode(), Flag("alignCorners")),
            "batchNorm" => x.BatchNorm(second!, third!, 1e-5, Running(x, 0.25), Running(x, 2), Flag("training")),
            "layerNorm" => x.LayerNorm(x.Shape[^Whole("dims")..], second, third),
            "leakyRelu" => x.LeakyRelu(a.GetProperty("slope").GetDouble()),
            "silu" => Finite(x).Silu(),
            "gelu" => Finite(x).Gelu(),
            _ => throw new InvalidOperationException($"the golden holds an operation that this table lacks: {operation}."),
        };
    }

    private static double[] Running<T>(Tensor<T> x, double value) where T : unmanaged, INumber<T>
    {
        var values = new double[x.Shape[1]];
        Array.Fill(values, value);
        return values;
    }

    /// <summary>Infinity as 20, as the golden has it: PyTorch's gradient there is NaN, ours the limit.</summary>
    private static Tensor<T> Finite<T>(Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> =>
        Tensor.Where(x.Equal(T.PositiveInfinity), Tensor.ZerosLike(x) + T.CreateTruncating(20), x);
}
