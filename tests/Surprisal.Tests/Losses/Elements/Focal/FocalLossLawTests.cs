using FsCheck;
using FsCheck.Fluent;

namespace Surprisal.Tests.Losses;

/// <summary>Question 4: does it obey the laws of the focal loss, on drawn logits and targets?</summary>
public sealed class FocalLossLawTests
{
    private static readonly Config Quick = Config.QuickThrowOnFailure.WithQuietOnSuccess(true);
    private static readonly FocalLoss Plain = new();

    private static void ForAll(Func<double[], double[], double, bool> law) => Check.One(Quick, Prop.ForAll(
        Gen.Choose(0, 100_000).ToArbitrary(), Gen.Choose(1, 50).ToArbitrary(), Gen.Elements(0, 0.3, 1, 2, 3.25).ToArbitrary(), (seed, length, gamma) =>
        {
            var (inputs, targets) = FocalEvaluated<double>.Draw(seed, length);
            return law(inputs, targets, gamma);
        }));

    [Fact]
    public void WithoutGammaAndAlphaItIsTheBinaryCrossEntropy() => ForAll(static (z, y, _) =>
    {
        var (a, b) = (Tensor.Create<double>(z, [z.Length], requiresGrad: true), Tensor.Create<double>(z, [z.Length], requiresGrad: true));
        var (focal, plain) =
            (Functional.Focal(a, Tensor.Create<double>(y), alpha: -1, gamma: 0, Reduction.Mean), Functional.BceWithLogits(b, Tensor.Create<double>(y)));
        focal.Backward();
        plain.Backward();
        return Close([plain.Item(), .. b.Grad!.ToArray()], [focal.Item(), .. a.Grad!.ToArray()]);
    });

    [Fact]
    public void SwappingTheClassesSwapsTheSigns() => ForAll(static (z, y, gamma) =>
    {
        var loss = Plain with { Gamma = gamma };
        var swapped = FocalEvaluated<double>.Of(loss with { Alpha = 1 - loss.Alpha }, Negated(z), [.. y.Select(static v => 1 - v)]);
        var there = FocalEvaluated<double>.Of(loss, z, y);
        return Close(there.Losses, swapped.Losses) && Close(there.Gradient, Negated(swapped.Gradient))
            && Close(there.TargetGradient, Negated(swapped.TargetGradient));
    });

    [Fact]
    public void TheGradientOfHardTargetsIsThePapers() => ForAll(static (z, y, gamma) =>
    {
        // Lin et al., appendix B, with t = 1 or -1 and p = sigma(t z): t (1 - p)^g (g p ln p + p - 1)
        double[] hard = [.. y.Select(static v => Math.Round(v))];
        var gradient = FocalEvaluated<double>.Of(Plain with { Alpha = -1, Gamma = gamma }, z, hard).Gradient;
        return Close([.. z.Zip(hard, (x, t) => (2 * t - 1, 1 / (1 + Math.Exp(-(2 * t - 1) * x))))
            .Select(s => s.Item1 * Math.Pow(1 - s.Item2, gamma) * (gamma * s.Item2 * Math.Log(s.Item2) + s.Item2 - 1))], gradient);
    });

    [Fact]
    public void MoreGammaNeverCostsMore() => ForAll(static (z, y, gamma) =>
        FocalEvaluated<double>.Of(Plain with { Gamma = gamma + 1 }, z, y).Losses
            .Zip(FocalEvaluated<double>.Of(Plain with { Gamma = gamma }, z, y).Losses)
            .All(static pair => pair.First <= pair.Second * (1 + 1e-14)));

    [Fact]
    public void SumIsTheSumOfNoneAndMeanDividesByTheirNumber() => ForAll(static (z, y, gamma) =>
    {
        var none = FocalEvaluated<double>.Of(Plain with { Gamma = gamma }, z, y);
        var sum = FocalEvaluated<double>.Of(Plain with { Gamma = gamma, Reduction = Reduction.Sum }, z, y);
        var mean = FocalEvaluated<double>.Of(Plain with { Gamma = gamma, Reduction = Reduction.Mean }, z, y);
        return Close([none.Losses.Sum(), none.Losses.Sum() / z.Length], [sum.Value, mean.Value])
            && Close(sum.Gradient, [.. mean.Gradient.Select(g => g * z.Length)]) && sum.Gradient.SequenceEqual(none.Gradient);
    });

    [Fact]
    public void IgnoringAnElementIsRemovingItWhateverItHolds() => ForAll(static (z, y, gamma) =>
    {
        var loss = Plain with { Gamma = gamma, Reduction = Reduction.Mean };
        var input = Tensor.Create<double>([double.NaN, .. z], [z.Length + 1], requiresGrad: true);
        var output = loss.Forward(input, Tensor.Create<double>([1, .. y]), Tensor.Create<double>([0, .. Enumerable.Repeat(1.0, z.Length)]));
        output.Backward();
        var kept = FocalEvaluated<double>.Of(loss, z, y);
        return Close([kept.Value, 0, .. kept.Gradient], [output.Item(), .. input.Grad!.ToArray()]);
    });

    [Fact]
    public void TheDefaultsAreTorchvisions() => Assert.Equal((0.25, 2.0, Reduction.None), (Plain.Alpha, Plain.Gamma, Plain.Reduction));

    private static double[] Negated(double[] values) => Array.ConvertAll(values, static v => -v);

    private static bool Close(double[] expected, double[] actual) =>
        expected.Zip(actual).All(static pair => Math.Abs(pair.First - pair.Second) <= 1e-12 * (1 + Math.Abs(pair.First)));
}
