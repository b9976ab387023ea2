using FsCheck;
using FsCheck.Fluent;

namespace Surprisal.Tests.Losses;

/// <summary>The laws of information theory, on drawn distributions.</summary>
public sealed class InformationLawTests
{
    private static readonly Config Quick = Config.QuickThrowOnFailure.WithQuietOnSuccess(true);

    [Fact]
    public void EntropyLiesBetweenZeroAndThatOfTheUniform() => ForAll(static (p, _) =>
        Information.Entropy<double>(p) is var h && h >= 0 && h <= Math.Log(p.Length) + 1e-14);

    [Fact]
    public void TheUniformHasTheMostEntropyAndItsPerplexityIsTheNumberOfOutcomes() =>
        Check.One(Quick, Prop.ForAll(Gen.Choose(1, 5000).ToArbitrary(), static n =>
        {
            var uniform = Enumerable.Repeat(1.0 / n, n).ToArray();
            return Math.Abs(Information.Entropy<double>(uniform) - Math.Log(n)) < 1e-13 && Math.Abs(Information.Perplexity<double>(uniform) / n - 1) < 1e-12;
        }));

    [Fact]
    public void MixingInTheUniformNeverLowersEntropy() => ForAll(static (p, _) =>
        Information.Entropy<double>([.. p.Select(v => 0.5 * v + 0.5 / p.Length)]) >= Information.Entropy<double>(p) - 1e-14);

    [Fact]
    public void DivergenceIsNeverNegative() => ForAll(static (p, q) => Information.KlDivergence<double>(p, q) >= -1e-15);

    [Fact]
    public void DivergenceFromItselfIsExactlyZero() => ForAll(static (p, q) =>
        Information.KlDivergence<double>(p, p) == 0 && Information.KlDivergence<float>(Narrow(q), Narrow(q)) == 0);

    [Fact]
    public void CrossEntropyIsEntropyPlusDivergence() => ForAll(static (p, q) =>
        Close(Information.CrossEntropy<double>(p, q), Information.Entropy<double>(p) + Information.KlDivergence<double>(p, q)) &&
        Information.CrossEntropy<double>(p, p) == Information.Entropy<double>(p));

    [Fact]
    public void BitsAreNatsOverTheLogarithmOfTwo() => ForAll(static (p, q) =>
        Close(Information.Entropy<double>(p, InformationUnit.Bits), Information.Entropy<double>(p) / Math.Log(2)) &&
        Close(Information.CrossEntropy<double>(p, q, InformationUnit.Bits), Information.CrossEntropy<double>(p, q) / Math.Log(2)) &&
        Close(Information.KlDivergence<double>(p, q, InformationUnit.Bits), Information.KlDivergence<double>(p, q) / Math.Log(2)) &&
        Close(Information.SelfInformation(p[0], InformationUnit.Bits), Information.SelfInformation(p[0]) / Math.Log(2)) &&
        Close(Information.PerplexityOfLoss(Information.CrossEntropy<double>(p, q, InformationUnit.Bits), InformationUnit.Bits),
            Information.PerplexityOfLoss(Information.CrossEntropy<double>(p, q))));

    [Fact]
    public void EntropyIsTheMeanSelfInformation() => ForAll(static (p, _) =>
        Close(Information.Entropy<double>(p), p.Where(static v => v > 0).Sum(static v => v * Information.SelfInformation(v))));

    [Fact]
    public void TheOrderOfTheOutcomesDoesNotMatter() => ForAll(static (p, q) =>
        Close(Information.CrossEntropy<double>([.. Enumerable.Reverse(p)], [.. Enumerable.Reverse(q)]), Information.CrossEntropy<double>(p, q)));

    [Fact]
    public void IndependentSourcesAddTheirEntropiesAndMultiplyTheirPerplexities() => ForAll(static (p, q) =>
    {
        double[] joint = [.. p.SelectMany(a => q.Select(b => a * b))];
        return Math.Abs(Information.Entropy<double>(joint) - Information.Entropy<double>(p) - Information.Entropy<double>(q)) < 1e-12 &&
            Math.Abs(Information.Perplexity<double>(joint) / (Information.Perplexity<double>(p) * Information.Perplexity<double>(q)) - 1) < 1e-12;
    });

    /// <summary>Pairs of distributions over 1 to 40 outcomes; the first has zeros.</summary>
    private static void ForAll(Func<double[], double[], bool> law) =>
        Check.One(Quick,
            Prop.ForAll(Gen.Choose(1, 40).SelectMany(static n => Distribution(n, 0).SelectMany(p => Distribution(n, 1).Select(q => (p, q)))).ToArbitrary(),
                pair => law(pair.p, pair.q)));

    private static Gen<double[]> Distribution(int n, int least) =>
        Gen.Choose(least, 1000).Select(static v => v % 5 == 0 && v < 500 ? v / 1e6 : v).ArrayOf(n).Select(static values =>
        {
            var sum = values.Sum();
            return sum == 0 ? [1, .. new double[values.Length - 1]] : Array.ConvertAll(values, v => v / sum);
        });

    private static bool Close(double a, double b) => a == b || Math.Abs(a - b) <= 1e-13 * (1 + Math.Abs(a));

    private static float[] Narrow(double[] values) => Array.ConvertAll(values, static v => (float)v);
}
