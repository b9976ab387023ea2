using System.Globalization;
using System.Numerics.Tensors;
using Surprisal.Tests.Losses;

namespace Surprisal.Tests.Cli.Loss;

/// <summary>What the command answers on files is what the library answers on spans, bit for bit: every loss, in every type of the scores.</summary>
public sealed class LossOnFilesTests
{
    private static readonly nint[] shape = [4, 3, 2], last = [2, 4, 3];

    public static TheoryData<int> Losses => [.. Enumerable.Range(0, EveryLoss.All.Count * 2)];

    [Theory, MemberData(nameof(Losses))]
    public void In_double(int which) => Check<double>(which, "float64", "float64");

    [Theory, MemberData(nameof(Losses))]
    public void In_float(int which) => Check<float>(which, "float32", "float32");

    [Theory, MemberData(nameof(Losses))]
    public void In_float16(int which) => Check<Half>(which, "float16", "float16");

    [Theory, MemberData(nameof(Losses))]
    public void In_bfloat16(int which) => Check<BFloat16>(which, "bfloat16", "float32");

    [Fact]
    public void Class_probabilities_are_floating_targets()
    {
        var seed = Environment.TickCount;
        var values = EveryLoss.Draw<float>(24, seed);
        using var call = new LossCall();
        call.Write("x", values, shape);
        call.Write("y", Array.ConvertAll(values, static value => 1 - value), shape);
        var (result, gradient, _) = EveryLoss.Numbers(new CrossEntropyLoss { Temperature = 1.5 }, values, shape);
        var (line, value, answer) = call.Evaluate("cross-entropy", "--temperature", "1.5");
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"loss {result.Value:G17} nats, divisor 8\n"), line.ReplaceLineEndings("\n"));
        AssertBits([result.Value], value, $"seed {seed}");
        AssertBits(gradient, answer, $"seed {seed}");

        call.Evaluate("cross-entropy", "--reduction", "none");
        Assert.Equal([4, 2], LossCall.Read(call.Path("o")).Shape);
    }

    /// <summary>The first sample weighs 0, the second twice: as if the rows were counted so.</summary>
    [Fact]
    public void Sample_weights_count_samples()
    {
        using var call = new LossCall();
        call.Write("x", [1f, 2, 3, 1, 0.5f, 0.25f], 3, 2);
        call.Write("y", [0, 1, 1], 3);
        var weighted = call.Evaluate("cross-entropy", "--sample-weights", call.Write("w", [0, 2, 1], 3));
        call.Write("x", [3f, 1, 3, 1, 0.5f, 0.25f], 3, 2);
        call.Write("y", [1, 1, 1], 3);
        Assert.Equal(weighted.Line, call.Evaluate("cross-entropy").Line);
    }

    /// <summary>-w[t] x[t], by hand: (0.5 + 2 3) / (1 + 2).</summary>
    [Fact]
    public void Weights_are_a_list_or_a_file_of_numbers_or_integers()
    {
        using var call = new LossCall();
        call.Write("x", [-0.5, -9, -9, -3], 2, 2);
        call.Write("y", (byte[])[0, 1], 2);
        string[] weights = ["1,2", call.Write("w8", (double[])[1, 2], 2), call.Write("w2", (Half[])[(Half)1, (Half)2], 2), call.Write("wi", (long[])[1, 2], 2)];
        foreach (var given in weights) Assert.Equal("loss 2.1666666666666665 nats, divisor 3", call.Evaluate("nll", "--weight", given).Line.TrimEnd());
    }

    /// <summary>Integer targets of a loss over numbers are these numbers; a weight in two dimensions keeps its shape.</summary>
    [Fact]
    public void Integers_are_numbers_where_numbers_are_meant()
    {
        using var call = new LossCall();
        call.Write("x", [0.5, 0.25, -1.5, 2], 2, 2);
        call.Write("y", (sbyte[])[1, 0, -1, 2], 2, 2);
        Assert.Equal("loss 0.140625, divisor 4", call.Evaluate("mse").Line.TrimEnd()); // (1/4 + 1/16 + 1/4 + 0) / 4
        var rows = call.Write("w", [1.0, 0.0], 2, 1);
        call.Write("y", (long[])[1, 0, 1, 0], 2, 2);
        var (_, _, gradient) = call.Evaluate("bce-with-logits", "--weight", rows);
        Assert.NotEqual(0, gradient[1]);
        Assert.Equal([0, 0], gradient[2..]);
    }

    [Fact]
    public void A_single_number_has_no_dimensions_in_any_file()
    {
        using var call = new LossCall();
        call.Write("x", [3.0]);
        call.Write("y", [1.0]);
        call.Evaluate("mse", "--reduction", "none");
        Assert.Equal([], LossCall.Read(call.Path("o")).Shape);
        Assert.Equal([4.0], LossCall.Read(call.Path("o")).Values);
        var (type, sizes, values) = LossCall.Read(call.Path("g"));
        Assert.Equal(("float64", 0, 4.0), (type, sizes.Length, values.Single()));

        call.Write("x", [0.0, 0, 0, 0], 4);
        call.Write("y", [2L]);
        call.Evaluate("cross-entropy", "--reduction", "none");
        Assert.Equal([], LossCall.Read(call.Path("o")).Shape);
        Assert.Equal(Math.Log(4), LossCall.Read(call.Path("o")).Values[0], 15);
    }

    [Fact]
    public void Arrays_are_found_by_their_names()
    {
        using var call = new LossCall();
        Safetensors.Write(call.Path("all"), new Dictionary<string, Tensor>
        {
            ["logits"] = Tensor.Create<float>([[1, 2], [1, 3], [1, 3]]), ["labels"] = Tensor.Create<int>([0, 1, 1]),
        });
        var line = LossCall.Run("cross-entropy", "--input", call.Path("all:logits"), "--targets", call.Path("all:labels"));
        Assert.StartsWith("loss 0.52237", line, StringComparison.Ordinal); // ln(1 + e) / 3 + 2 ln(1 + e^-2) / 3
    }

    private static void Check<T>(int which, string type, string written) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var each = which >= EveryLoss.All.Count;
        var loss = EveryLoss.All[which % EveryLoss.All.Count] with { };
        if (each) loss = loss with { Reduction = loss is RegionLoss ? Reduction.Sum : Reduction.None };
        var seed = Environment.TickCount;
        var values = EveryLoss.Draw<T>(24, seed);
        var lengths = loss is ClassIndexLoss or RegionLoss ? shape : last;
        using var call = new LossCall();
        call.Write("x", values, lengths);
        LossResult result;
        T[] gradient;
        T[]? losses = null;
        if (loss is ClassIndexLoss indices)
        {
            (result, gradient, losses) = EveryLoss.Indices(indices, values, lengths);
            call.Write("y", (int[])[.. Enumerable.Range(0, 8).Select(static i => i * 5 % 3)], 4, 2);
        }
        else if (loss is RegionLoss regions)
        {
            int[] targets = [.. Enumerable.Range(0, 8).Select(static i => i * 5 % 3)];
            gradient = new T[values.Length];
            result = regions.Evaluate(new ReadOnlyTensorSpan<T>(values, lengths), new ReadOnlyTensorSpan<int>(targets, [4, 2]),
                new TensorSpan<T>(gradient, lengths));
            call.Write("y", targets, 4, 2);
        }
        else
        {
            (result, gradient, _) = EveryLoss.Numbers(loss, values, lengths);
            call.Write("y", Array.ConvertAll(values, static x => T.One - x), lengths);
        }
        var about = $"{loss} in {type}, seed {seed}";
        var (line, output, answer) = call.Evaluate(LossCall.Name(loss.GetType()), LossCall.Arguments(loss));
        var isSum = loss.Reduction == Reduction.None;
        var unit = loss is MseLoss or L1Loss or HuberLoss or SmoothL1Loss or RegionLoss ? "" : " nats";
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{(isSum ? "sum" : "loss")} {result.Value:G17}{unit}, divisor {result.Divisor:G17}"),
            line.TrimEnd());
        AssertBits(gradient, answer, about);
        Assert.Equal(written, LossCall.Read(call.Path("g")).Type);
        Assert.Equal(lengths.Select(static size => (long)size), LossCall.Read(call.Path("g")).Shape);
        if (!isSum) AssertBits([result.Value], output, about);
        else if (losses is not null) AssertBits(losses, output, about);
        else
        {
            // Each loss was rounded once, which shows where they cancel.
            var unitInTheLastPlace = typeof(T) == typeof(double) ? 1e-14 : typeof(T) == typeof(float) ? 1e-6 : 1e-2;
            Near.Equal<double>([result.Value], [output.Sum()], about, 0, unitInTheLastPlace * output.Sum(Math.Abs));
        }
        var lossShape = loss is ClassIndexLoss ? (long[])[4, 2] : loss is MultiLabelSoftMarginLoss ? [2, 4] : [2, 4, 3];
        Assert.Equal(isSum ? lossShape : [], LossCall.Read(call.Path("o")).Shape);
        Assert.Equal(isSum ? written : "float64", LossCall.Read(call.Path("o")).Type);
    }

    private static void AssertBits<T>(T[] expected, double[] actual, string about) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(BitConverter.DoubleToInt64Bits(double.CreateTruncating(expected[i])) == BitConverter.DoubleToInt64Bits(actual[i]),
                $"{about}: [{i}] is {actual[i]:R}, expected {double.CreateTruncating(expected[i]):R}");
    }
}
