using System.Numerics.Tensors;

namespace Surprisal.Cli.Bench;

/// <summary>Something to time. It is only sizes and options; the data is made when it is prepared.</summary>
internal abstract record Work(string Name)
{
    /// <summary>How many logits it works on; 0 where no matrix of logits measures it.</summary>
    public abstract long Logits { get; }

    /// <summary>
    /// How often memory of the logits' size must at least be crossed: logits read, gradient written, and what else there is.
    /// </summary>
    public virtual int Passes => 2;

    /// <summary>The bytes of a logit.</summary>
    public virtual int ElementSize => sizeof(float);

    /// <summary>Whether the logits are read and nothing of their size is written.</summary>
    public virtual bool IsValueAlone => false;

    /// <summary>Makes the data and the memory for the results.</summary>
    public abstract Prepared Prepare();

    /// <summary>What the losses are measured by, from short rows to vocabularies and images.</summary>
    public static IReadOnlyList<Work> All { get; } =
    [
        new CrossEntropyWork("cross-entropy 256 x 10", [256, 10]),
        new CrossEntropyWork("cross-entropy 65,536 x 10", [65_536, 10]),
        new CrossEntropyWork("cross-entropy 8192 x 100", [8192, 100]),
        new CrossEntropyWork("cross-entropy 8192 x 1000", [8192, 1000]),
        new CrossEntropyWork("cross-entropy 2048 x 32,000", [2048, 32_000]),
        new CrossEntropyWork("cross-entropy 512 x 128,256", [512, 128_256]),
        new CrossEntropyWork("label smoothing 2048 x 32,000", [2048, 32_000]) { Smoothing = 0.1 },
        new CrossEntropyWork("class probabilities 2048 x 32,000", [2048, 32_000]) { Probabilities = true },
        new CrossEntropyWork("class probabilities 65,536 x 10", [65_536, 10]) { Probabilities = true },
        new CrossEntropyWork("segmentation 4 x 21 x 512 x 512", [4, 21, 512, 512]),
        new BinaryWork("BCE with logits, 16 M", 1 << 24),
        new LogSoftmaxWork("log_softmax 16,384 x 1024", 16_384, 1024),
        new LogSoftmaxWork("log_softmax 65,536 x 10", 65_536, 10),
    ];

    /// <summary>Whether <paramref name="part"/> is in the name; case and the commas of thousands do not matter.</summary>
    public bool IsNamed(string part) => Plain(Name).Contains(Plain(part), StringComparison.OrdinalIgnoreCase);

    /// <summary>A size as the names of works have it: the thousands apart from 10,000 on.</summary>
    protected static string Named(int size) => size < 10_000 ? $"{size}" : $"{size:#,0}";

    /// <summary>Seeded normal numbers: logits as a network gives them.</summary>
    protected static float[] Normal(nint[] shape) => Repeat(shape, static count => Tensor.Randn<float>([count], new Seed(1)).ToArray());

    /// <summary>Seeded numbers from 0 to 1.</summary>
    protected static float[] Uniform(nint[] shape) => Repeat(shape, static count => Tensor.Rand<float>([count], new Seed(2)).ToArray());

    /// <summary>Seeded whole numbers from 0 to <paramref name="end"/> - 1.</summary>
    protected static long[] Whole(nint end, nint[] shape) =>
        Repeat(shape, count => Tensor.RandInt<long>(0, end, [count], new Seed(2)).ToArray());

    /// <summary>The mean of the squares, so that a number stands for all of them.</summary>
    protected static double MeanSquare(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += (double)value * value;
        return sum / values.Length;
    }

    private static string Plain(string name) => name.Replace(",", "", StringComparison.Ordinal);

    /// <summary>A million random numbers again and again, for making a hundred million would take longer than timing the work.</summary>
    private static T[] Repeat<T>(nint[] shape, Func<int, T[]> make)
    {
        var all = new T[TensorPrimitives.Product<nint>(shape)];
        var some = make(Math.Min(all.Length, 1_000_003));
        for (var start = 0; start < all.Length; start += some.Length)
            some.AsSpan(0, Math.Min(some.Length, all.Length - start)).CopyTo(all.AsSpan(start));
        return all;
    }
}
