using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Surprisal.Tests;

public sealed class PrintingTests
{
    public static TheoryData<string> Types => ["uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64"];

    [Theory]
    [MemberData(nameof(Types))]
    public void Prints_what_PyTorch_prints(string type)
    {
        var count = 0;
        foreach (var golden in Goldens())
        {
            if (golden.GetProperty("dtype").GetString() != type) continue;
            var tensor = Read(golden);
            Assert.True(golden.GetProperty("text").GetString() == tensor.ToString(),
                $"{golden.GetProperty("name").GetString()}: expected\n{golden.GetProperty("text").GetString()}\nbut it is\n{tensor}");
            count++;
        }
        Assert.True(count >= 20, $"printing.json holds only {count} tensors of {type}");
    }

    [Fact]
    public void The_goldens_reach_both_sides_of_every_decision()
    {
        var texts = Goldens().Select(golden => golden.GetProperty("text").GetString()!).ToArray();
        Assert.Contains(texts, text => text.Contains(", requires_grad=True)", StringComparison.Ordinal));
        Assert.Contains(texts, text => text.Contains(",\n       requires_grad=True)", StringComparison.Ordinal));
        Assert.Contains(texts, text => text.Contains(", dtype=torch.float64,\n       requires_grad=True)", StringComparison.Ordinal));
        Assert.Contains(texts, text => text.Contains(",\n       dtype=torch.float64, requires_grad=True)", StringComparison.Ordinal));
        Assert.Contains(texts, text => text.Contains(",\n       grad_fn=<ExpBackward0>)", StringComparison.Ordinal));
        Assert.Contains(texts, text => text.Contains("grad_fn=<NllLossBackward0>)", StringComparison.Ordinal));
        Assert.Contains(texts, text => text.Contains(",  ..., ", StringComparison.Ordinal));
        Assert.Contains(texts, text => text.Contains(",\n\n        ...,\n\n", StringComparison.Ordinal));
        Assert.Contains(texts, text => text.Contains("e-45", StringComparison.Ordinal));
        Assert.Contains(texts, text => text.Contains("e+300", StringComparison.Ordinal));
    }

    [Fact]
    public void The_culture_of_the_thread_changes_nothing()
    {
        var culture = new CultureInfo(string.Empty) { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = culture;
        try
        {
            Assert.Equal("tensor([-1.5000,  0.2500])", Tensor.Create<float>([-1.5f, 0.25f]).ToString());
            Assert.Equal("tensor([-1,  2])", Tensor.Create<long>([-1, 2]).ToString());
            Assert.Equal("tensor([-1.0000e-10,  1.0000e+00])", Tensor.Create<float>([-1e-10f, 1]).ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_recorded_operation_names_itself()
    {
        var x = Tensor.Create<float>([1, 2], requiresGrad: true);
        Assert.Equal("tensor([1., 2.], requires_grad=True)", x.ToString());
        Assert.Equal("tensor([2., 4.], grad_fn=<AddBackward0>)", (x + x).ToString());
        Assert.Equal("tensor([2., 4.])", (x + x).Detach().ToString());
    }

    private static List<JsonElement> Goldens()
    {
        using var stream = typeof(PrintingTests).Assembly.GetManifestResourceStream("Autograd/printing.json")!;
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    private static Tensor Read(JsonElement golden) => golden.GetProperty("dtype").GetString() switch
    {
        "uint8" => Read<byte>(golden),
        "int8" => Read<sbyte>(golden),
        "int16" => Read<short>(golden),
        "int32" => Read<int>(golden),
        "int64" => Read<long>(golden),
        "float16" => Read<Half>(golden),
        "float32" => Read<float>(golden),
        _ => Read<double>(golden),
    };

    private static Tensor<T> Read<T>(JsonElement golden) where T : unmanaged, INumber<T>
    {
        int[] shape = [.. golden.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
        var tensor = Tensor.Create<T>(MemoryMarshal.Cast<byte, T>(golden.GetProperty("data").GetBytesFromBase64()), shape);
        switch (golden.GetProperty("grad").GetString())
        {
            case null: break;
            case "requires_grad": tensor.WithGrad(true); break;
            case var name: tensor.SetNode(new GradientFunction(name, [], [])); break;
        }
        return tensor;
    }
}
