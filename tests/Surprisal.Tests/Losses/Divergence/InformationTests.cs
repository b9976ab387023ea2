using System.Text.Json;

namespace Surprisal.Tests.Losses;

/// <summary>Information on spans: against PyTorch and SciPy (information.py), textbook values, limits, and what it refuses.</summary>
public sealed class InformationTests
{
    private static readonly JsonElement[] Pairs = [.. Golden.Open("Losses/Goldens/information.json").GetProperty("rows").EnumerateArray()];

    public static TheoryData<int> Rows() => [.. Enumerable.Range(0, Pairs.Length)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void MatchesPyTorchAndSciPy(int row)
    {
        var (p, q) = (Numbers(Pairs[row], "p"), Numbers(Pairs[row], "q"));
        Same("entropy", Information.Entropy<double>(p));
        Same("bits", Information.Entropy<double>(p, InformationUnit.Bits));
        Same("crossEntropy", Information.CrossEntropy<double>(p, q));
        Same("klDivergence", Information.KlDivergence<double>(p, q));

        void Same(string name, double actual) => Near.Equal<double>([Number(Pairs[row].GetProperty(name))], [actual], $"{name} of row {row}", 1e-13, 1e-15);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void FloatsAndHalvesAreWidenedFirst(int row)
    {
        var (p, q) = (Numbers(Pairs[row], "p"), Numbers(Pairs[row], "q"));
        Check(Array.ConvertAll(p, static v => (float)v), Array.ConvertAll(q, static v => (float)v));
        Check(Array.ConvertAll(p, static v => (Half)v), Array.ConvertAll(q, static v => (Half)v));

        static void Check<T>(T[] p, T[] q) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var (wideP, wideQ) = (Array.ConvertAll(p, double.CreateChecked), Array.ConvertAll(q, double.CreateChecked));
            Assert.Equal(Information.Entropy<double>(wideP), Information.Entropy<T>(p));
            Assert.Equal(Information.CrossEntropy<double>(wideP, wideQ), Information.CrossEntropy<T>(p, q));
            Assert.Equal(Information.KlDivergence<double>(wideP, wideQ), Information.KlDivergence<T>(p, q));
        }
    }

    [Fact]
    public void EveryLengthCountsEachOutcomeOnce()
    {
        for (var n = 0; n <= 70; n++)
        {
            var (p, q) = (Draw(n, 1), Draw(n, 2));
            var (cross, divergence) = (0.0, 0.0);
            for (var i = 0; i < n; i++) (cross, divergence) = (cross - p[i] * Math.Log(q[i]), divergence + p[i] * (Math.Log(p[i]) - Math.Log(q[i])));
            Assert.Equal(cross, Information.CrossEntropy<double>(p, q), 1e-13 * (1 + cross));
            Assert.Equal(divergence, Information.KlDivergence<double>(p, q), 1e-12);
            Assert.Equal(p.Sum(static v => -v * Math.Log(v)), Information.Entropy<double>(p), 1e-13 * (1 + n));
        }
    }

    [Fact]
    public void TextbookValues()
    {
        Assert.Equal(1, Information.SelfInformation(0.5, InformationUnit.Bits));
        Assert.Equal(3, Information.SelfInformation(1.0 / 8, InformationUnit.Bits), 1e-15);
        Assert.Equal(1, Information.SelfInformation(1 / Math.E), 1e-15);
        Assert.Equal(1, Information.Entropy([0.5, 0.5], InformationUnit.Bits));
        Assert.Equal(Math.Log(2), Information.Entropy([0.5, 0.5]));
        Assert.Equal(1.75, Information.Entropy([0.5, 0.25, 0.125, 0.125], InformationUnit.Bits), 1e-15); // Cover, Thomas, example 2.1.1
        // their horse race, 1.1
        Assert.Equal(2, Information.Entropy([0.5, 0.25, 1.0 / 8, 1.0 / 16, 1.0 / 64, 1.0 / 64, 1.0 / 64, 1.0 / 64], InformationUnit.Bits), 1e-15);
        Assert.Equal(0.2075, Information.KlDivergence([0.5, 0.5], [0.75, 0.25], InformationUnit.Bits), 5e-5); // their example 2.3.1
        Assert.Equal(0.1887, Information.KlDivergence([0.75, 0.25], [0.5, 0.5], InformationUnit.Bits), 5e-5);
        Assert.Equal(6, Information.Perplexity([1.0 / 6, 1.0 / 6, 1.0 / 6, 1.0 / 6, 1.0 / 6, 1.0 / 6]), 1e-14);
    }

    [Fact]
    public void TheLossIsTheSurpriseAtTheTarget()
    {
        double[] logits = [1, 2, 3], probabilities = Tensor.Create(logits).Softmax(0).ToArray();
        var loss = new CrossEntropyLoss().Forward(Tensor.Create(logits), Tensor.Scalar(2L)).Item();
        Assert.Equal(loss, Information.SelfInformation(probabilities[2]), 1e-15);
        Assert.Equal(loss, Information.CrossEntropy<double>([0, 0, 1], probabilities), 1e-15);
        Assert.Equal(loss, Information.KlDivergence<double>([0, 0, 1], probabilities), 1e-15); // one-hot targets have no entropy of their own
        Assert.Equal(1 / probabilities[2], Information.PerplexityOfLoss(loss), 1e-14);
    }

    [Fact]
    public void CertaintyIsZeroWithoutASign()
    {
        foreach (var zero in new[] { Information.SelfInformation(1), Information.Entropy([1.0]), Information.Entropy([0.0, 1, 0]),
            Information.Entropy<double>([]), Information.CrossEntropy([0.0, 1], [0.0, 1]), Information.KlDivergence([0.0, 1], [0.0, 1]) })
            Assert.Equal(0L, BitConverter.DoubleToInt64Bits(zero));
        Assert.Equal(1, Information.Perplexity([0.0, 1, 0]));
        Assert.Equal(1, Information.PerplexityOfLoss(0));
    }

    [Fact]
    public void WhatTheModelRulesOutIsInfinitelySurprising()
    {
        Assert.Equal(double.PositiveInfinity, Information.SelfInformation(0));
        Assert.Equal(double.PositiveInfinity, Information.CrossEntropy([0.5f, 0.5f], [1, 0]));
        Assert.Equal(double.PositiveInfinity, Information.KlDivergence([0.5f, 0.5f], [1, 0], InformationUnit.Bits));
        Assert.Equal(double.PositiveInfinity, Information.PerplexityOfLoss(double.PositiveInfinity));
        Assert.Equal(0.6931471805599453, Information.KlDivergence([1.0, 0], [0.5, 0.5]));
    }

    [Fact]
    public void DenormalProbabilitiesStayFinite()
    {
        Assert.Equal(-Math.Log(double.Epsilon), Information.KlDivergence([1.0, 0], [double.Epsilon, 1]), 1e-12);
        Assert.Equal(-Math.Log(float.Epsilon), Information.KlDivergence([1f, 0], [float.Epsilon, 1]), 1e-12);
        Assert.Equal(0, Information.KlDivergence([double.Epsilon, 1], [double.Epsilon, 1]));
        Assert.Equal(-Math.Log(double.Epsilon), Information.SelfInformation(double.Epsilon), 1e-12);
    }

    [Fact]
    public void NaNIsData()
    {
        Assert.Equal(double.NaN, Information.SelfInformation(double.NaN));
        Assert.Equal(double.NaN, Information.Entropy([0.5, double.NaN]));
        Assert.Equal(double.NaN, Information.Perplexity([0.5, double.NaN]));
        foreach (var (p, q) in new[] { (double.NaN, 0.5), (0.5, double.NaN), (0, double.NaN), (double.NaN, 0) })
        {
            Assert.Equal(double.NaN, Information.CrossEntropy([p, 0.5], [q, 0.5]));
            Assert.Equal(double.NaN, Information.KlDivergence([p, 0.5], [q, 0.5]));
        }
    }

    [Fact]
    public void RejectsWithTheWholeMessage()
    {
        Says<ArgumentOutOfRangeException>("probability = -0.1 is not a probability: it must be in [0, 1]. (Parameter 'probability')",
            static () => Information.SelfInformation(-0.1));
        Says<ArgumentOutOfRangeException>("probability = Infinity is not a probability: it must be in [0, 1]. (Parameter 'probability')",
            static () => Information.SelfInformation(double.PositiveInfinity));
        Says<ArgumentOutOfRangeException>("p[2] = 1.5 is not a probability: every element must be in [0, 1]. (Parameter 'p')",
            static () => Information.Entropy([0, 1, 1.5f]));
        Says<ArgumentOutOfRangeException>("p[0] = -3 is not a probability: every element must be in [0, 1]. (Parameter 'p')",
            static () => Information.Perplexity([-3.0]));
        Says<ArgumentOutOfRangeException>("p[1] = 2 is not a probability: every element must be in [0, 1]. (Parameter 'p')",
            static () => Information.CrossEntropy([0.0, 2], [1, 0]));
        Says<ArgumentOutOfRangeException>("q[1] = 2 is not a probability: every element must be in [0, 1]. (Parameter 'q')",
            static () => Information.KlDivergence([0.0, 1], [1, 2]));
        Says<ArgumentException>("q has 1 elements, but p has 2: both must list the same outcomes. (Parameter 'q')",
            static () => Information.CrossEntropy([0.5, 0.5], [1.0]));
        Says<ArgumentException>("q has 3 elements, but p has 2: both must list the same outcomes. (Parameter 'q')",
            static () => Information.KlDivergence([0.5, 0.5], [1.0, 0, 0]));
        Action[] calls =
        [
            static () => Information.SelfInformation(1, (InformationUnit)7), static () => Information.Entropy([1.0], (InformationUnit)7),
            static () => Information.CrossEntropy([1.0], [1.0], (InformationUnit)7), static () => Information.KlDivergence([1.0], [1.0], (InformationUnit)7),
            static () => Information.PerplexityOfLoss(1, (InformationUnit)7),
        ];
        foreach (var call in calls) Says<ArgumentOutOfRangeException>("7 is not a valid value for unit; it is Nats or Bits. (Parameter 'unit')", call);
    }

    [Fact]
    public void AllocatesNothing()
    {
        float[] p = [0.25f, 0.75f], q = [0.5f, 0.5f];
        Run(p, q);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(p, q);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static double Run(float[] p, float[] q) => Information.SelfInformation(0.5) + Information.Entropy<float>(p) + Information.CrossEntropy<float>(p, q)
            + Information.KlDivergence<float>(p, q) + Information.Perplexity<float>(p);
    }

    private static void Says<TError>(string message, Action call) where TError : Exception => Assert.Equal(message, Assert.Throws<TError>(call).Message);

    private static double[] Draw(int n, long seed) => (Tensor.Rand<double>([n], new Seed(seed)) * 0.99 + 0.01).ToArray();

    private static double[] Numbers(JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(Number)];

    private static double Number(JsonElement json) => json.ValueKind == JsonValueKind.String ? double.Parse(json.GetString()!) : json.GetDouble();
}
