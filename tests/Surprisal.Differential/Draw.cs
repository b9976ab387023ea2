namespace Surprisal.Differential;

/// <summary>
/// The decisions that make a case: drawn from a seed the first time, replayed from a list while a case is made smaller. Of every decision 0 is the simplest.
/// </summary>
internal sealed partial class Draw
{
    private static readonly int[] small = [1, 2, 3, 4, 5];

    /// <summary>Around the lane block of 16 floats, and nothing.</summary>
    private static readonly int[] sizes = [1, 2, 0, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65];

    private readonly List<int> taken = [];
    private readonly IReadOnlyList<int>? given;
    private readonly Random? random;

    public Draw(int seed, int number) => random = new Random(unchecked(seed * 1_000_003 + number));

    public Draw(IReadOnlyList<int> choices) => given = choices;

    public IReadOnlyList<int> Taken => taken;

    /// <summary>A number from 0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count)
    {
        var choice = given is null ? random!.Next(count) : taken.Count < given.Count ? Math.Min(given[taken.Count], count - 1) : 0;
        taken.Add(choice);
        return choice;
    }

    /// <summary>True once in so many times; false is the simpler.</summary>
    public bool Chance(int oneIn) => Below(oneIn) == 1;

    public bool Coin() => Chance(2);

    /// <summary>One of these, the first being the simplest.</summary>
    public TOption Of<TOption>(params TOption[] options) => options[Below(options.Length)];

    public int Size(int most = 65) => Math.Min(most, Coin() ? Of(sizes) : Of(small));

    /// <summary>A shape of so many dimensions, of a few thousand elements at most.</summary>
    public int[] Shape(int leastRank = 0, int mostRank = 4)
    {
        var shape = new int[leastRank + Below(mostRank - leastRank + 1)];
        var left = 3000;
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = Size(left);
            left /= Math.Max(1, shape[i]);
        }
        return shape;
    }

    /// <summary>A shape that broadcasts to this one; once in twenty times one that need not.</summary>
    public int[] Broadcasting(int[] shape)
    {
        if (Chance(20)) return Shape();
        var part = shape[Below(shape.Length + 1)..];
        return [.. part.Select(size => Chance(3) ? 1 : size)];
    }

    /// <summary>Whether a shape is repeated to another one, rather than the other way round.</summary>
    public static bool Fits(int[] shape, int[] to) =>
        shape.Length <= to.Length && shape.Select((size, i) => size == 1 || size == to[to.Length - shape.Length + i]).All(static fits => fits);

    /// <summary>A dimension of so many, once in forty times none.</summary>
    public int Dim(int rank) => Chance(40) ? Of(rank, -rank - 1, 7) : rank == 0 ? Of(0, -1) : Below(2 * rank) - rank;

    /// <summary>Distinct dimensions; rarely one twice, or one that is not there.</summary>
    public int[] Dims(int rank)
    {
        if (rank == 0) return [Dim(rank)];
        if (Chance(40)) return [Dim(rank), Dim(rank)];
        var dims = Permutation(rank)[..(1 + Below(rank))];
        return [.. dims.Select(dim => Coin() ? dim - rank : dim)];
    }

    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (var i = count - 1; i > 0; i--)
        {
            var other = i - Below(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }
        return order;
    }

    public int[] Changed(int[] shape)
    {
        int[] other = Chance(4) ? [.. shape, Of(small)] : [.. shape];
        if (other.Length > 0) other[Below(other.Length)] = Size();
        return other;
    }

    public Reduction Reduction() => Of(Surprisal.Reduction.Mean, Surprisal.Reduction.Sum, Surprisal.Reduction.None);
}
