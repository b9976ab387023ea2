using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Surprisal.Tests.ElementTypes;

/// <summary>Numbers that the constraints let in and nothing computes with are refused by name at every entry.</summary>
public sealed class OtherElementTypeTests
{
    private const string Tensors = " cannot be made; tensors hold float, double, Half, BFloat16 and the integers of 8 to 64 bits: " +
        "sbyte, short, int, long, byte, ushort, uint and ulong.";

    private static readonly NFloat[] numbers = [1, 2];

    [Fact]
    public void Losses()
    {
        Refused("the logits hold NFloat; losses compute with float, double, Half and BFloat16.",
            static () => new CrossEntropyLoss().Evaluate(numbers, new int[1], 2),
            static () => new CrossEntropyLoss().Evaluate(numbers, numbers, 2),
            static () => new NllLoss().Evaluate(new ReadOnlyTensorSpan<NFloat>(numbers, [1, 2]), new ReadOnlyTensorSpan<int>([0])));
        Refused("the inputs hold NFloat; losses compute with float, double, Half and BFloat16.",
            static () => new BceWithLogitsLoss().Evaluate(numbers, numbers), static () => new KlDivLoss().Evaluate(numbers, numbers),
            static () => new MseLoss().Evaluate(new ReadOnlyTensorSpan<NFloat>(numbers), new ReadOnlyTensorSpan<NFloat>(numbers)));
    }

    [Fact]
    public void Functions() => Refused("the spans hold NFloat; functions compute with float, double, Half and BFloat16.",
        static () => Information.Entropy<NFloat>([1, 0]), static () => Information.CrossEntropy<NFloat>([1, 0], [1, 0]),
        static () => Information.KlDivergence<NFloat>([1, 0], [1, 0]), static () => Information.Perplexity<NFloat>([1, 0]));

    [Fact]
    public void TensorsOfThem()
    {
        Refused($"a tensor of NFloat{Tensors}", static () => Tensor.Create(numbers), static () => Tensor.Zeros<NFloat>(2),
            static () => Tensor.Randn<NFloat>([2], new Seed(0)), static () => Tensor.Scalar<NFloat>(1), static () => Tensor.Wrap<NFloat>(numbers, [2]),
            static () => Tensor.Linspace<NFloat>(0, 1, 3), static () => Tensor.Ones<float>(2).To<NFloat>());
        Refused($"a tensor of Decimal{Tensors}", static () => Tensor.Create([1m]), static () => Tensor.Arange(3m));
        Refused($"a tensor of Int128{Tensors}", static () => Tensor.Create<Int128>([1]));
        Refused($"a tensor of Char{Tensors}", static () => Tensor.Create(['a']));
        Refused($"a tensor of IntPtr{Tensors}", static () => Tensor.Zeros<nint>(1));
    }

    [Fact]
    public void IntegersOf8To64BitsAreHeld()
    {
        string[] printed =
        [
            $"{Tensor.Create<sbyte>([1])}", $"{Tensor.Create<short>([1])}", $"{Tensor.Create<int>([1])}", $"{Tensor.Create<long>([1])}",
            $"{Tensor.Create<byte>([1])}", $"{Tensor.Create<ushort>([1])}", $"{Tensor.Create<uint>([1])}", $"{Tensor.Create<ulong>([1])}",
        ];
        Assert.Equal(["int8", "int16", "int32", "", "uint8", "uint16", "uint32", "uint64"],
            printed.Select(static text => text == "tensor([1])" ? "" : text.Replace("tensor([1], dtype=torch.", "", StringComparison.Ordinal).TrimEnd(')')));
    }

    private static void Refused(string message, params ReadOnlySpan<Func<object>> calls)
    {
        foreach (var call in calls) Assert.Equal(message, Assert.Throws<NotSupportedException>(call).Message);
    }
}
