using Surprisal.Kernels;

namespace Surprisal;

/// <summary>Classes that stand for all others in one evaluation, drawn log-uniformly from a seed and a step.</summary>
/// <remarks>
/// Each once: draws come at the events of a Poisson process until one more class than is wanted has come, at the time t; a class was there
/// by then with the probability 1 - exp(-P t), independent of the others, and a sum over the sample of what is divided by it has the
/// expectation of the whole sum (rank conditioning: Cohen and Kaplan 2007, Duffield, Lund and Thorup 2007). 1 - (1 - P)^draws, which
/// TensorFlow takes, is larger on average than how often a class is there: the sum is 4 % off with 8 of 50.
/// </remarks>
internal sealed class CandidateSample
{
    private readonly LogUniform distribution;
    private readonly double? exposure; // the draws, or the time; null: every class is there
    private readonly bool isUnique;

    /// <summary>Draws the classes of a step.</summary>
    /// <param name="classes">How many there are.</param>
    /// <param name="samples">How many to draw; of unique ones at most all.</param>
    /// <param name="isUnique">Whether each comes once.</param>
    /// <param name="seed">What decides the numbers.</param>
    /// <param name="step">Which of its samples.</param>
    public CandidateSample(int classes, int samples, bool isUnique, long seed, long step)
    {
        (distribution, this.isUnique) = (new(classes), isUnique);
        if (isUnique && samples >= classes)
        {
            Classes = [.. Enumerable.Range(0, classes)];
            LogExpected = new double[classes];
            return;
        }
        var (random, found, time) = (new RandomStream(seed, step), new Dictionary<int, int>(), 0.0);
        for (var draws = 0; isUnique || draws < samples; draws++)
        {
            var drawn = distribution.Draw(ref random);
            if (isUnique) time += LogUniform.Wait(ref random);
            if (isUnique && found.Count == samples && !found.ContainsKey(drawn)) break;
            found[drawn] = found.GetValueOrDefault(drawn) + 1;
        }
        exposure = isUnique ? time : samples;
        Classes = [.. found.Keys.Order()];
        LogExpected = Array.ConvertAll(Classes, c => LogExpectedOf(c) - (isUnique ? 0 : Scalar.Log(found[c])));
    }

    /// <summary>The classes, rising; each once.</summary>
    public int[] Classes { get; }

    /// <summary>
    /// ln of what the exponential of each is divided by: how often it is expected, over how often it came where it may come again.
    /// </summary>
    public double[] LogExpected { get; }

    /// <summary>ln of how often a class is expected: draws times P, or, where each comes once, the probability of being there.</summary>
    public double LogExpectedOf(int c)
    {
        if (exposure is not { } count) return 0;
        var expected = count * distribution.Probability(c);
        return Scalar.Log(isUnique ? -Scalar.Expm1(-expected) : expected);
    }
}
