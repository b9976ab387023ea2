using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Surprisal.Tests.Losses;

/// <summary>Class weights from data: against scikit-learn and NumPy (classweights.py), their laws, classes that never occur, and what they refuse.</summary>
public sealed class ClassWeightsFromDataTests
{
    private static readonly JsonElement Data = Golden.Open("Losses/Goldens/classweights.json");
    private static readonly Config Quick = Config.QuickThrowOnFailure.WithQuietOnSuccess(true);

    [Fact]
    public void MatchesScikitLearnAndTheFormulas()
    {
        foreach (var item in Data.GetProperty("weights").EnumerateArray())
        {
            long[] targets = [.. item.GetProperty("targets").EnumerateArray().Select(static v => v.GetInt64())],
                counts = [.. item.GetProperty("counts").EnumerateArray().Select(static v => v.GetInt64())];
            var classes = item.GetProperty("classes").GetInt32();
            Assert.Equal(counts, ClassWeights.CountTargets<long>(targets, classes));
            Same(item.GetProperty("inverse"), ClassWeights.InverseFrequency<long>(targets, classes));
            Same(item.GetProperty("balanced"), ClassWeights.Balanced<long>(targets, classes));
            foreach (var effective in item.GetProperty("effective").EnumerateArray())
                // NumPy subtracts the power from 1
                Same(effective.GetProperty("weights"), ClassWeights.EffectiveNumber<long>(targets, classes, effective.GetProperty("beta").GetDouble()), 1e-11);
        }
    }

    [Fact]
    public void PositiveWeightsMatchTheFormula()
    {
        foreach (var item in Data.GetProperty("positives").EnumerateArray())
        {
            int[] targets = item.GetProperty("targets").ReadInts();
            var columns = item.GetProperty("columns").GetInt32();
            double[] expected = [.. item.GetProperty("weights").EnumerateArray().Select(static v => v.GetDouble())];
            Near.Equal<double>(expected, [.. PositiveWeights.FromTargets<int>(targets, columns)], "int", 1e-15, 0);
            Near.Equal<double>(expected, [.. PositiveWeights.FromTargets<float>(Array.ConvertAll(targets, static v => (float)v), columns)], "float", 1e-15, 0);
            Near.Equal<double>(expected, [.. PositiveWeights.FromTargets<byte>(Array.ConvertAll(targets, static v => (byte)v), columns)], "byte", 1e-15, 0);
        }
    }

    [Fact]
    public void EveryIntegerTypeIsCountedAndTheIgnoredTargetIsNot()
    {
        Assert.Equal([2L, 1, 3], ClassWeights.CountTargets<byte>([2, 0, 255, 1, 2, 255, 0, 2], 3, ignoreIndex: 255));
        Assert.Equal([2L, 1, 3], ClassWeights.CountTargets<short>([2, 0, -100, 1, 2, -100, 0, 2], 3));
        Assert.Equal([2L, 0, 3], ClassWeights.CountTargets<int>([2, 0, 1, 2, 0, 2], 3, ignoreIndex: 1)); // also in the range of the classes
        Assert.Equal([0L, 0], ClassWeights.CountTargets<long>([], 2));
        Assert.Equal([3, 6, 2], ClassWeights.InverseFrequency<byte>([2, 0, 255, 1, 2, 255, 0, 2], 3, ignoreIndex: 255));
        Assert.Equal([1, 2, 2.0 / 3], ClassWeights.Balanced<byte>([2, 0, 255, 1, 2, 255, 0, 2], 3, ignoreIndex: 255));
        Assert.Equal([1, 1, 1.0], ClassWeights.EffectiveNumber<byte>([2, 0, 255, 1, 2, 255, 0, 2], 3, beta: 0, ignoreIndex: 255));
    }

    [Fact]
    public void AClassThatNeverOccursWeighsNothingAndTheOthersAreAsWithoutIt()
    {
        long[] counts = [6, 0, 2], without = [6, 2];
        foreach (var from in new Func<long[], ClassWeights>[] { c => ClassWeights.InverseFrequency(c), c => ClassWeights.Balanced(c),
            c => ClassWeights.EffectiveNumber(c, 0.9) })
        {
            Assert.Equal([from(without)[0], 0, from(without)[1]], from(counts));
            Assert.Equal([0, 0.0], from([0, 0]));
        }
        var smoothed = new CrossEntropyLoss { Weight = ClassWeights.Balanced(counts), LabelSmoothing = 0.1 }
            .Forward(Tensor.Create<float>([[1, 2, 3], [0, 1, 0]]), Tensor.Create<long>([0, 2]));
        Assert.True(float.IsFinite(smoothed.Item()));
    }

    [Fact]
    public void EveryClassWeighsTheSameInSumUnderInverseFrequency() => ForAll(static counts =>
        ClassWeights.InverseFrequency(counts).Select((w, c) => w * counts[c] / counts.Sum()).All(static share => Math.Abs(share - 1) < 1e-14));

    [Fact]
    public void TheMeanWeightOfASampleIsOneWhenBalanced() => ForAll(static counts =>
        Math.Abs(ClassWeights.Balanced(counts).Select((w, c) => w * counts[c]).Sum() / counts.Sum() - 1) < 1e-14);

    [Fact]
    public void EffectiveWeightsHaveMeanOneAndFallWithTheCount() => ForAll(static counts => new[] { 0, 0.5, 0.9, 0.999, 1 - 1e-9 }.All(beta =>
    {
        var weights = ClassWeights.EffectiveNumber(counts, beta);
        return Math.Abs(weights.Average() - 1) < 1e-13 && Enumerable.Range(1, counts.Length - 1)
            .All(c => counts[c] == counts[c - 1] ? weights[c] == weights[c - 1] : (weights[c] - weights[c - 1]) * (counts[c] - counts[c - 1]) <= 0);
    }));

    [Fact]
    public void BetaZeroWeighsAllClassesTheSame() => ForAll(static counts => ClassWeights.EffectiveNumber(counts, 0).All(static w => w == 1));

    [Fact]
    public void BetaTowardsOneApproachesTheInverseFrequency() => ForAll(static counts =>
    {
        var (inverse, near) = (ClassWeights.InverseFrequency(counts), ClassWeights.EffectiveNumber(counts, Math.BitDecrement(1)));
        return near.Zip(inverse).All(pair => Math.Abs(pair.First / (pair.Second / inverse.Average()) - 1) < 1e-9);
    });

    [Fact]
    public void EffectiveNumbersKeepTheirDigitsNearOne()
    {
        // 1 + b + b^2, added in decimal: 1 - b^3 alone would have lost half of the digits of 1e-8.
        Assert.Equal((double)(1 + 0.99999999m + 0.99999999m * 0.99999999m), Surprisal.Kernels.EffectiveNumber.Of(3, 0.99999999), 4e-15);
        Assert.Equal(1, Surprisal.Kernels.EffectiveNumber.Of(1, 0.9999), 1e-15);
        Assert.Equal(1, Surprisal.Kernels.EffectiveNumber.Of(1_000_000, 0));
        Assert.Equal(1e12, Surprisal.Kernels.EffectiveNumber.Of(1_000_000_000_000, Math.BitDecrement(1)), 1e9);
    }

    [Fact]
    public void CountsOfPiecesAddUp() =>
        Check.One(Quick, Prop.ForAll(Gen.Choose(0, 6).ArrayOf().ToArbitrary(), Gen.Choose(0, 6).ArrayOf().ToArbitrary(), static (first, second) =>
            ClassWeights.CountTargets<int>([.. first, .. second], 7)
                .SequenceEqual(ClassWeights.CountTargets<int>(first, 7).Zip(ClassWeights.CountTargets<int>(second, 7), static (a, b) => a + b))));

    [Fact]
    public void PositivesAndNegativesOfAColumnWeighTheSame() => Check.One(Quick, Prop.ForAll(Gen.Choose(0, 1).ArrayOf().ToArbitrary(), static answers =>
    {
        int[] targets = [.. answers, 1];
        return Math.Abs(PositiveWeights.FromTargets<int>(targets, 1)[0] * targets.Sum() - targets.Count(static t => t == 0)) < 1e-9;
    }));

    [Fact]
    public void PositiveWeightsAtTheEdges()
    {
        Assert.Equal([1.0, 0, 1], PositiveWeights.FromTargets<int>([0, 1, 0, 0, 1, 1], 3)); // no positives; no negatives; one of each
        Assert.Equal([1.0, 1], PositiveWeights.FromTargets<float>([], 2));
        Assert.Equal([3.0], PositiveWeights.FromTargets<float>([0.25f, 0.25f, 0.5f, 0], 1));
        Assert.Equal([double.NaN, 1], PositiveWeights.FromTargets<double>([double.NaN, 0, 1, 1], 2));
    }

    [Fact]
    public void RejectsWithTheWholeMessage()
    {
        Says<ArgumentOutOfRangeException>("targets[7] = 12 is out of bounds: classes are 0..9 and ignore_index is -100. (Parameter 'targets')",
            static () => ClassWeights.CountTargets([0, 1, 2, 3, 4, 5, 6, 12], 10));
        Says<ArgumentOutOfRangeException>("targets[1] = -100 is out of bounds: classes are 0..1 and ignore_index is 255. (Parameter 'targets')",
            static () => ClassWeights.InverseFrequency([0, -100], 2, 255));
        Says<ArgumentOutOfRangeException>("targets[0] = -1 is out of bounds: classes are 0..1 and ignore_index is -100. (Parameter 'targets')",
            static () => ClassWeights.Balanced([-1L], 2));
        Says<ArgumentOutOfRangeException>("targets[0] = 18446744073709551615 is out of bounds: classes are 0..1 and ignore_index is -100. " +
            "(Parameter 'targets')", static () => ClassWeights.EffectiveNumber([ulong.MaxValue], 2, 0.9));
        Says<ArgumentOutOfRangeException>("classes is 0; it must be 1 or more. (Parameter 'classes')", static () => ClassWeights.Balanced([0], 0));
        Says<ArgumentOutOfRangeException>("counts[1] = -3 is negative; a count is 0 or more. (Parameter 'counts')",
            static () => ClassWeights.InverseFrequency([1, -3]));
        Says<ArgumentOutOfRangeException>("counts[0] = -1 is negative; a count is 0 or more. (Parameter 'counts')", static () => ClassWeights.Balanced([-1L]));
        Says<ArgumentOutOfRangeException>("counts[0] = -1 is negative; a count is 0 or more. (Parameter 'counts')",
            static () => ClassWeights.EffectiveNumber([-1L], 0.9));
        foreach (var (beta, text) in new[] { (1.0, "1"), (-0.1, "-0.1"), (double.NaN, "NaN") })
        {
            Says<ArgumentOutOfRangeException>($"beta is {text}; it must be at least 0 and below 1. (Parameter 'beta')",
                () => ClassWeights.EffectiveNumber([1L], beta));
            Says<ArgumentOutOfRangeException>($"beta is {text}; it must be at least 0 and below 1. (Parameter 'beta')",
                () => ClassWeights.EffectiveNumber([0], 1, beta));
        }
        Says<ArgumentOutOfRangeException>("columns is 0; it must be 1 or more. (Parameter 'columns')", static () => PositiveWeights.FromTargets([1], 0));
        Says<ArgumentException>("targets has 7 elements, which is no whole number of rows of 3 columns. (Parameter 'targets')",
            static () => PositiveWeights.FromTargets(new int[7], 3));
        Says<ArgumentOutOfRangeException>("targets[1, 2] = 255 is not a binary target: every element must be in [0, 1]. (Parameter 'targets')",
            static () => PositiveWeights.FromTargets<byte>([0, 1, 0, 0, 1, 255], 3));
    }

    private static void Says<TError>(string message, Action call) where TError : Exception => Assert.Equal(message, Assert.Throws<TError>(call).Message);

    private static void Same(JsonElement expected, ClassWeights actual, double tolerance = 1e-15) =>
        Near.Equal<double>([.. expected.EnumerateArray().Select(static v => v.GetDouble())], [.. actual], expected.ToString(), tolerance, 0);

    /// <summary>Counts of 1 to 12 classes that all occur.</summary>
    private static void ForAll(Func<long[], bool> law) =>
        Check.One(Quick, Prop.ForAll(
            Gen.Choose(1, 12).SelectMany(static classes => Gen.Choose(1, 1000).Select(static count => (long)count).ArrayOf(classes)).ToArbitrary(), law));
}
