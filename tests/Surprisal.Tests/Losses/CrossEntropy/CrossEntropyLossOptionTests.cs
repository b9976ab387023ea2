using Surprisal.Kernels;

namespace Surprisal.Tests.Losses;

/// <summary>The options beyond PyTorch: each against the plain loss of logits bent by hand, its gradient against differences.</summary>
public sealed class CrossEntropyLossOptionTests
{
    private const int Classes = 5;

    private static readonly int[][] All = [[Classes], [4, Classes], [2, Classes, 3], [2, Classes, 2, 10]];

    public static TheoryData<int[]> Shapes => new(All);

    private static readonly CrossEntropyLoss Weighted = new() { Weight = [0.5, 2, 1.25, 3, 1], LabelSmoothing = 0.1 };

    private static readonly Dictionary<string, CrossEntropyLoss> Options = new(StringComparer.Ordinal)
    {
        ["cap"] = Weighted with { SoftCap = 1.5 },
        ["temperature"] = Weighted with { Temperature = 2.5 },
        ["prior"] = Weighted with { Prior = [0.1, 0.2, 0.3, 0.15, 0.25], PriorStrength = 0.7 },
        ["z"] = Weighted with { ZLoss = 0.3 },
        ["z alone"] = new CrossEntropyLoss { ZLoss = 0.3 },
        ["per target"] = Weighted with { SmoothingWeight = SmoothingWeight.PerTarget },
        ["all"] = Weighted with
        {
            SoftCap = 2, Temperature = 0.8, Prior = [0.1, 0.2, 0.3, 0.15, 0.25], ZLoss = 0.2, SmoothingWeight = SmoothingWeight.PerTarget
        },
    };

    public static TheoryData<string> Names => new(Options.Keys);

    [Theory, MemberData(nameof(Shapes))]
    public void BentLogitsAreThePlainLossOfLogitsBentByHand(int[] shape)
    {
        foreach (var name in new[] { "cap", "temperature", "prior" })
        {
            var loss = Options[name];
            var (logits, targets) = CrossEntropyReference.Draw(21, shape, loss.IgnoreIndex);
            var bent = logits.Select((x, i) => Bend(loss, x, Class(shape, i))).ToArray();
            var expected = CrossEntropyReference.Of(Weighted, bent, shape, targets);
            var actual = Evaluated<double>.Of(loss, logits, shape, targets);
            Near.Equal<double>([expected.Value], [actual.Value], name, 1e-13, 1e-13);
            Near.Equal<double>(expected.Losses, actual.Losses, name, 1e-13, 1e-13);
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void ZLossAddsTheSquareOfTheLogSumTimesTheTargetsWeight(int[] shape)
    {
        var loss = Options["z"];
        var (logits, targets) = CrossEntropyReference.Draw(22, shape, loss.IgnoreIndex);
        var inner = logits.Length / targets.Length / Classes * (shape.Length > 2 ? shape[2..].Aggregate(1, (a, b) => a * b) : 1);
        var plain = CrossEntropyReference.Of(Weighted, logits, shape, targets);
        var expected = plain.Losses.ToArray();
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i] == loss.IgnoreIndex) continue;
            var first = i / inner * Classes * inner + i % inner;
            var logSum = Math.Log(Enumerable.Range(0, Classes).Sum(c => Math.Exp(logits[first + c * inner])));
            expected[i] += 0.3 * loss.Weight![(int)targets[i]] * logSum * logSum;
        }
        Near.Equal<double>(expected, Evaluated<double>.Of(loss, logits, shape, targets).Losses, "z-loss", 1e-13, 1e-13);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void SmoothingByTheTargetsWeightIsTheUnweightedLossTimesThatWeight(int[] shape)
    {
        var loss = Options["per target"];
        var (logits, targets) = CrossEntropyReference.Draw(23, shape, loss.IgnoreIndex);
        var unweighted = CrossEntropyReference.Of(new() { LabelSmoothing = 0.1 }, logits, shape, targets);
        var expected = unweighted.Losses.Select((l, i) => targets[i] == loss.IgnoreIndex ? 0 : l * loss.Weight![(int)targets[i]]).ToArray();
        Near.Equal<double>(expected, Evaluated<double>.Of(loss, logits, shape, targets).Losses, "per target", 1e-13, 1e-13);
    }

    [Theory, MemberData(nameof(Names))]
    public void GradientsAreTheSlopesOfTheLoss(string name)
    {
        foreach (var shape in All)
        foreach (var reduction in Reductions.All)
        {
            var loss = Options[name] with { Reduction = reduction };
            var (_, targets) = CrossEntropyReference.Draw(24, shape, loss.IgnoreIndex);
            var target = Tensor.Create<long>(targets, shape.Length == 1 ? [] : [shape[0], .. shape[2..]]);
            GradientCheck.Run(24, inputs => loss.Forward(inputs[0], target), shape);
            GradientCheck.Run(25, inputs => loss.Forward(inputs[0], inputs[1]), shape, shape);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void FloatAgreesWithDoubleAndInPlaceWithApart(string name)
    {
        foreach (var shape in All)
        {
            var loss = Options[name];
            var (logits, targets) = CrossEntropyReference.Draw(26, shape, loss.IgnoreIndex);
            var wide = Evaluated<double>.Of(loss, logits, shape, targets);
            var narrow = Evaluated<float>.Of(loss, Array.ConvertAll(logits, static v => (float)v), shape, targets);
            Near.Equal<float>(wide.Gradient, narrow.Gradient, name, 4e-6, 1e-6);
            Near.Equal<float>(wide.Losses, narrow.Losses, name, 4e-6, 1e-6);
            Assert.Equal(wide.Gradient, Evaluated<double>.InPlace(loss, logits, shape, targets));
        }
    }

    [Fact]
    public void AnIgnoredRowStaysZeroWhateverItHoldsAlsoUnderACap()
    {
        var loss = Options["all"];
        foreach (var shape in new int[][] { [2, Classes], [1, Classes, 2] })
        {
            var logits = CrossEntropyReference.Draw(27, shape, -100).Logits;
            var inner = shape.Length > 2 ? 2 : 1;
            for (var c = 0; c < Classes; c++) logits[inner == 1 ? Classes + c : c * 2 + 1] = double.NaN;
            var result = Evaluated<double>.Of(loss, logits, shape, [1L, -100]);
            Assert.True(double.IsFinite(result.Value));
            for (var c = 0; c < Classes; c++) Assert.Equal(0, result.Gradient[inner == 1 ? Classes + c : c * 2 + 1]);
        }
    }

    [Fact]
    public void AProbabilityOfZeroAtInfinityIsZeroWhereAskedFor()
    {
        var loss = new CrossEntropyLoss();
        foreach (var shape in new int[][] { [3], [1, 3], [1, 3, 1], [3, 3], [1, 3, 2] })
        {
            var copies = Shape.Length(shape) / 3;
            double[] Spread(double[] values) =>
                shape is [1, 3, 2] ? [.. values.SelectMany(v => new[] { v, v })] : [.. Enumerable.Repeat(values, copies).SelectMany(v => v)];
            var input = Tensor.Create<double>(Spread([0.5, double.NegativeInfinity, 1.5]), shape);
            var target = Tensor.Create<double>(Spread([0.25, 0, 0.75]), shape);
            Assert.Equal(double.NaN, loss.Forward(input, target).Item());
            var expected = Math.Log(Math.Exp(0.5) + Math.Exp(1.5)) - 0.25 * 0.5 - 0.75 * 1.5;
            Assert.Equal(expected, (loss with { ZeroTimesInfinityIsZero = true }).Forward(input, target).Item(), 1e-15);
        }
    }

    private static double Bend(CrossEntropyLoss loss, double x, int c)
    {
        if (loss.SoftCap is { } cap) x = cap * Math.Tanh(x / cap);
        x /= loss.Temperature;
        return loss.Prior is { } prior ? x + loss.PriorStrength * Math.Log(prior[c]) : x;
    }

    private static int Class(int[] shape, int i) => shape.Length == 1 ? i : i / shape[2..].Aggregate(1, static (a, b) => a * b) % Classes;
}
