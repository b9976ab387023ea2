using Surprisal.Kernels;

namespace Surprisal;

/// <summary>Classes that stand for all others in one evaluation, drawn log-uniformly from a seed and a step.</summary>
internal sealed class CandidateSample
{
    private readonly LogUniform distribution;
    private readonly double? draws; // null: every class is there
    private readonly bool isUnique;

    /// <summary>Draws the classes of a step.</summary>
    /// <param name="classes">How many there are.</param>
    /// <param name="samples">How many to draw; of unique ones at most all.</param>
    /// <param name="isUnique">Whether each comes once, by rejection.</param>
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
        var (random, found, tries) = (new RandomStream(seed, step), new Dictionary<int, int>(), 0L);
        while (isUnique ? found.Count < samples : tries < samples)
        {
            var drawn = distribution.Draw(ref random);
            found[drawn] = found.GetValueOrDefault(drawn) + 1;
            tries++;
        }
        draws = tries;
        Classes = [.. found.Keys.Order()];
        LogExpected = Array.ConvertAll(Classes, c => LogExpectedOf(c) - (isUnique ? 0 : Scalar.Log(found[c])));
    }

    /// <summary>The classes, rising; each once.</summary>
    public int[] Classes { get; }

    /// <summary>
    /// ln of what the exponential of each is divided by: how often it is expected, over how often it came where it may come again.
    /// </summary>
    public double[] LogExpected { get; }

    /// <summary>
    /// ln of how often a class is expected: draws times P, or, where each comes once, 1 - (1 - P)^draws, the probability of being there.
    /// </summary>
    public double LogExpectedOf(int c)
    {
        if (draws is not { } count) return 0;
        var p = distribution.Probability(c);
        return Scalar.Log(isUnique ? -Scalar.Expm1(count * Scalar.Log1p(-p)) : count * p);
    }
}
