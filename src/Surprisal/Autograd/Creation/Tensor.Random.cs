using Surprisal.Kernels;

namespace Surprisal;

public abstract partial class Tensor
{
    /// <summary>Uniform in [0, 1).</summary>
    /// <param name="shape">The size of each dimension; [] for a single number.</param>
    /// <param name="seed">Where the numbers come from: the next ones of this seed.</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it. Default false.</param>
    public static Tensor<T> Rand<T>(TensorShape shape, Seed seed, bool requiresGrad = false)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Sample(shape, new RandomStream(Seed.Draw(seed)), static (ref r) => BelowOne<T>(ref r)).WithGrad(requiresGrad);

    /// <summary>Standard normal: mean 0, variance 1.</summary>
    /// <inheritdoc cref="Rand{T}" path="/param"/>
    /// <example><code>
    /// var random = new Seed(0);
    /// var x = Tensor.Randn&lt;float>([1000, 100], random);
    /// Console.WriteLine($"{x.Shape} {x.Std().Item():F2}");                    // [1000, 100] 1.00
    /// var again = Tensor.Randn&lt;float>([1000, 100], new Seed(0));
    /// Console.WriteLine(x.ToArray().SequenceEqual(again.ToArray()));          // True
    /// </code></example>
    public static Tensor<T> Randn<T>(TensorShape shape, Seed seed, bool requiresGrad = false)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Sample(shape, new RandomStream(Seed.Draw(seed)), static (ref r) => T.CreateTruncating(r.Normal())).WithGrad(requiresGrad);

    /// <summary>Whole numbers, uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    /// <param name="low">The smallest number that may come.</param>
    /// <param name="high">The first that does not; above <paramref name="low"/>. The element type must hold all before it.</param>
    /// <param name="shape">The size of each dimension; [] for a single number.</param>
    /// <param name="seed">Where the numbers come from: the next ones of this seed.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty, or the element type does not hold all of it.</exception>
    public static Tensor<T> RandInt<T>(long low, long high, TensorShape shape, Seed seed) where T : unmanaged, INumber<T>
    {
        if (high <= low)
            throw new ArgumentOutOfRangeException(nameof(high), high,
                $"the range [{low}, {high}) is empty; high must be greater than low.");
        CheckHeld<T>(low, nameof(low));
        CheckHeld<T>(high - 1, nameof(high));
        return Sample(shape, new RandomStream(Seed.Draw(seed)), (ref r) => T.CreateChecked(low + (long)r.Below((ulong)(high - low))));
    }

    private static void CheckHeld<T>(long bound, string name) where T : unmanaged, INumber<T>
    {
        var held = T.CreateSaturating(bound);
        if (!T.IsFinite(held) || (!typeof(T).IsFloatingPoint && Int128.CreateChecked(held) != bound))
            throw new ArgumentOutOfRangeException(name, $"the range reaches {bound}, which {typeof(T).Name} does not hold.");
    }

    /// <summary>The numbers 0 .. <paramref name="n"/> - 1 in random order, each order as probable as the others.</summary>
    /// <param name="n">How many.</param>
    /// <param name="seed">Where the order comes from: the next number of this seed.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative number.</exception>
    public static Tensor<long> RandPerm(int n, Seed seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        var order = Arange<long>(n);
        new RandomStream(Seed.Draw(seed)).Shuffle(order.Span);
        return order;
    }

    /// <summary>Uniform in [0, 1); a 16-bit type that would round up to 1 draws again.</summary>
    private static T BelowOne<T>(ref RandomStream random) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T sample;
        do sample = T.CreateTruncating(random.Uniform());
        while (sample == T.One);
        return sample;
    }

    private delegate T Sampler<T>(ref RandomStream random);

    private static Tensor<T> Sample<T>(TensorShape shape, RandomStream random, Sampler<T> sampler) where T : unmanaged, INumber<T>
    {
        var result = Uninitialized<T>(shape);
        foreach (ref var value in result.Span) value = sampler(ref random);
        return result;
    }
}
