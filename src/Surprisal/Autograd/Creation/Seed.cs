using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Surprisal.Kernels;

namespace Surprisal;

/// <summary>Where random numbers come from: layers, shuffles and random tensors draw from one in order, each its own numbers.</summary>
/// <remarks>
/// The same value and the same order of draws give the same numbers on every machine and runtime (SplitMix64, Steele, Lea, Flood 2014);
/// they are not PyTorch's. What is drawn is a seed of its own, so how many numbers one layer takes does not change the next layer's. There
/// is no global one: nothing is random unless it is given a seed.
/// </remarks>
/// <param name="value">Decides all numbers.</param>
/// <example><code>
/// var random = new Seed(0);
/// var model = new Sequential(new Linear(64, 48, random), new Relu(), new Linear(48, 10, random));
/// Console.WriteLine(random);                                              // seed 0, draw 2
/// var same = new Linear(64, 48, new Seed(0));
/// Console.WriteLine(((Linear)model[0]).Weight.Equal(same.Weight).Sum());  // tensor(3072)
/// </code></example>
public sealed class Seed(long value)
{
    private long drawn;

    /// <summary>What decides all numbers.</summary>
    public long Value => value;

    /// <summary>How often something was drawn from it so far.</summary>
    public long Drawn => Volatile.Read(ref drawn);

    /// <summary>
    /// The next of its numbers: the seed of one layer, one shuffle, or of another library's generator. The first is the value itself, the
    /// others have 64 random bits. From several threads at once each gets another number.
    /// </summary>
    public long Next()
    {
        var number = Interlocked.Increment(ref drawn);
        return number == 1 ? value : (long)new RandomStream(value, stream: number).Next();
    }

    /// <summary>Its value and how often something was drawn: seed 0, draw 2.</summary>
    public override string ToString() => FormattableString.Invariant($"seed {value}, draw {Drawn}");

    /// <summary>Draws from a seed that a method was given.</summary>
    internal static long Draw([NotNull] Seed? seed, [CallerArgumentExpression(nameof(seed))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(seed, name);
        return seed.Next();
    }
}
