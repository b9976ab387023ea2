using Surprisal.Kernels;

namespace Surprisal;

/// <summary>Classes that stand for all others in one evaluation, drawn log-uniformly from a seed and a step.</summary>
/// <remarks>
/// <para>
/// Each once: draws go on until one more class than is wanted has come, at draw n. Were they the events of a Poisson process, that draw at
/// the time t, a class would be there by then with the probability 1 - exp(-P t), whatever the others, and a sum over the sample of what is
/// divided by it would have the expectation of the whole sum (rank conditioning: Cohen and Kaplan 2007, Duffield, Lund and Thorup 2007).
/// The mean of 1 / (1 - exp(-P t)) over t, which has the gamma distribution of n, takes the noise of the times away (Rao and Blackwell):
/// the sum over k = 0, 1 .. of (1 + k P)^-n.
/// </para>
/// <para>
/// 1 / (1 - (1 - P)^draws) up to the last class that is wanted, which TensorFlow takes, makes the sum 4 % too large with 8 of 50.
/// </para>
/// </remarks>
internal sealed class CandidateSample
{
    private readonly LogUniform distribution;
    private readonly double? draws; // null: every class is there
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
        var (random, found, count) = (new RandomStream(seed, step), new Dictionary<int, int>(), 0);
        while (isUnique ? found.Count <= samples : count < samples)
        {
            var drawn = distribution.Draw(ref random);
            count++;
            if (isUnique && found.Count == samples && !found.ContainsKey(drawn)) break;
            found[drawn] = found.GetValueOrDefault(drawn) + 1;
        }
        draws = count;
        Classes = [.. found.Keys.Order()];
        LogExpected = Array.ConvertAll(Classes, c => LogExpectedOf(c) - (isUnique ? 0 : Scalar.Log(found[c])));
    }

    /// <summary>The classes, rising; each once.</summary>
    public int[] Classes { get; }

    /// <summary>
    /// ln of what the exponential of each is divided by: how often it is expected, over how often it came where it may come again.
    /// </summary>
    public double[] LogExpected { get; }

    /// <summary>ln of how often a class is expected: draws times P, or, where each comes once, what makes a sum expected.</summary>
    public double LogExpectedOf(int c)
    {
        if (draws is not { } count) return 0;
        var p = distribution.Probability(c);
        return isUnique ? -Scalar.Log(Inverse(p, count)) : Scalar.Log(count * p);
    }

    /// <summary>The sum over k = 0, 1 .. of (1 + k p)^-n, n > 1: 32 terms, then Euler and Maclaurin's formula.</summary>
    private static double Inverse(double p, double n)
    {
        const int Terms = 32;
        double Term(int k) => Scalar.Exp(-n * Scalar.Log1p(k * p));
        var sum = 0.0;
        for (var k = 0; k < Terms; k++) sum += Term(k);
        var h = p / (1 + Terms * p);
        return sum + Term(Terms) * (1 / (h * (n - 1)) + 0.5 + n * h / 12 - n * (n + 1) * (n + 2) * h * h * h / 720);
    }
}
