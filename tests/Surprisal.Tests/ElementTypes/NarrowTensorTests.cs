using System.Runtime.InteropServices;
using System.Text.Json;
using Surprisal.Training;

namespace Surprisal.Tests.ElementTypes;

/// <summary>Tensors of 16 bits: they hold, convert, print, save and collect gradients. What they compute is in <see cref="NarrowOperationTests"/>.</summary>
public sealed class NarrowTensorTests
{
    private static readonly JsonElement golden = Golden.Open("ElementTypes/bfloat16.json");

    [Fact]
    public void Print_as_in_PyTorch()
    {
        var count = 0;
        foreach (var item in golden.GetProperty("printed").EnumerateArray())
        {
            var shape = item.GetProperty("shape").ReadInts();
            var bits = item.GetProperty("bits").ReadInts();
            var grad = item.GetProperty("grad").GetBoolean();
            Tensor tensor = item.GetProperty("dtype").GetString() == "bfloat16" ? Read<BFloat16>(bits, shape, grad) : Read<Half>(bits, shape, grad);
            Assert.Equal(item.GetProperty("text").GetString(), tensor.ToString());
            count++;
        }
        Assert.True(count > 60);
    }

    [Fact]
    public void BFloat16_tensors_collect_the_gradients_that_PyTorch_collects() => CheckGradients<BFloat16>(0, "bfloat16");

    [Fact]
    public void Half_tensors_collect_the_gradients_that_PyTorch_collects() => CheckGradients<Half>(1, "float16");

    [Fact]
    public void Are_created_in_every_way()
    {
        Assert.Equal(["1", "2"], Tensor.Create<BFloat16>([(BFloat16)1f, (BFloat16)2f]).ToArray().Select(static x => x.ToString()));
        Assert.Equal([BFloat16.One, BFloat16.One], Tensor.Ones<BFloat16>([2]).ToArray());
        Assert.Equal([0f, 1, 2], Tensor.Arange((BFloat16)3f).To<float>().ToArray());
        Assert.Equal([257.0, -3], Tensor.Create<long>([257, -3]).To<Half>().To<double>().ToArray());
        Assert.Equal([256f, -3], Tensor.Create<long>([257, -3]).To<BFloat16>().To<float>().ToArray()); // the tie goes to the even one
        Assert.Equal([1L, -2], Tensor.Create<float>([1.9f, -2.9f]).To<BFloat16>().To<long>().ToArray());
        Assert.Equal(Tensor.Randn<float>([50], new Seed(4)).To<BFloat16>().Shape.ToArray(), Tensor.Randn<BFloat16>([50], new Seed(4)).Shape.ToArray());
        Assert.All(Tensor.Rand<BFloat16>([20_000], new Seed(4)).ToArray(), static x => Assert.True(x >= BFloat16.Zero && x < BFloat16.One));
        Assert.Equal("bfloat16", Tensor.Zeros<BFloat16>([1]).ElementName);
    }

    [Fact]
    public void From_double_they_are_rounded_once() =>
        Assert.Equal([1.0078125f], Tensor.Create<double>([1 + 1 / 256.0 + 1e-12]).To<BFloat16>().To<float>().ToArray());

    [Fact]
    public void A_gradient_passes_to_16_bits_and_back()
    {
        var x = Tensor.Create<float>([1.0001f, 300], requiresGrad: true);
        var back = x.To<BFloat16>().To<float>();
        Assert.Equal("tensor([  1., 300.], grad_fn=<ToCopyBackward0>)", back.ToString());
        (back * Tensor.Create<float>([1.0001f, 257])).Sum().Backward();
        Assert.Equal([1f, 256], x.Grad!.ToArray()); // the gradient went through 16 bits too
    }

    [Fact]
    public void Say_what_they_do_not_compute()
    {
        Check<BFloat16>("bfloat16 images are not computed with: no convolution and no pooling; To<float>() computes with them.");
        Check<Half>("float16 images are not computed with: no convolution and no pooling; To<float>() computes with them.");
    }

    [Fact]
    public void Survive_in_a_file_as_BF16()
    {
        var path = Path.GetTempFileName();
        try
        {
            var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal)
            {
                ["half"] = Tensor.Ones<Half>([1]), ["w"] = Read<BFloat16>([0x3F80, 0x8000, 0x7FC1, 0x0001], [2, 2], false)
            };
            Safetensors.Write(path, tensors);
            var text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(path));
            // The reference implementation lays BF16 before F16.
            Assert.Contains("""{"w":{"dtype":"BF16","shape":[2,2],"data_offsets":[0,8]},"half":{"dtype":"F16","shape":[1],"data_offsets":[8,10]}}""", text,
                StringComparison.Ordinal);
            Assert.EndsWith("\x80\x3F\x00\x80\xC1\x7F\x01\x00\x00\x3C", text, StringComparison.Ordinal);
            Assert.Equal([0x3F80, 0x8000, 0x7FC1, 0x0001], ((Tensor<BFloat16>)Safetensors.Read(path).Tensors["w"]).ToArray().Select(static x => (int)x.Bits));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Check<T>(string message) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var image = Tensor.Ones<T>([1, 1, 2, 2]);
        Action[] calls = [() => image.Conv2d(image), () => image.MaxPool2d(1), () => image.AvgPool2d(1)];
        for (var i = 0; i < calls.Length; i++)
        {
            var failure = Record.Exception(calls[i]);
            Assert.True(failure is NotSupportedException && failure.Message == message, $"call {i}: {failure?.ToString() ?? "no error"}");
        }
    }

    private static void CheckGradients<T>(int index, string type) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var item = golden.GetProperty("gradients")[index];
        Assert.Equal(type, item.GetProperty("dtype").GetString());
        var x = Read<T>(item.GetProperty("x").ReadInts(), [4, 5], requiresGrad: true);
        Assert.Equal(item.GetProperty("widened").EnumerateArray().Select(static number => number.GetSingle()), x.To<float>().ToArray());
        Tensor<float> Through(string name) => (x.To<float>() * item.GetProperty(name).ReadTensor<float>()).Sum();
        (Through("u") + Through("v")).Backward();
        Assert.Equal(item.GetProperty("once").ReadInts(), Bits(x.Grad!));
        Through("w").Backward();
        Assert.Equal(item.GetProperty("twice").ReadInts(), Bits(x.Grad!));
    }

    private static Tensor<T> Read<T>(int[] bits, int[] shape, bool requiresGrad) where T : unmanaged, INumber<T> =>
        Tensor.Create<T>(MemoryMarshal.Cast<ushort, T>(Array.ConvertAll(bits, static b => (ushort)b)), shape, requiresGrad);

    private static int[] Bits<T>(Tensor<T> tensor) where T : unmanaged, INumber<T> =>
        Array.ConvertAll(MemoryMarshal.Cast<T, ushort>(tensor.AsReadOnlySpan()).ToArray(), static b => (int)b);
}
