using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// What cross-entropy needs to know of each row of logits and class probabilities, [6, rows]: a row is a lane of double, eight go through
/// the formula at once.
/// </summary>
/// <param name="memory"><see cref="Numbers"/> for each row; the number of rows is a multiple of eight.</param>
internal readonly ref struct ProbabilityStatistics(Span<double> memory)
{
    /// <summary>The numbers that are kept of a row.</summary>
    public const int Numbers = 6;

    private readonly RowNumbers numbers = new(memory, Numbers);

    /// <summary>m: the largest logit.</summary>
    public Span<double> Max => numbers[0];

    /// <summary>How many exponentials are 1.</summary>
    public Span<double> Ones => numbers[1];

    /// <summary>The sum of the exponentials below 1.</summary>
    public Span<double> ExpSum => numbers[2];

    /// <summary>The sum of q below the largest logit.</summary>
    public Span<double> Rest => numbers[3];

    /// <summary>The sum of q at the largest logit.</summary>
    public Span<double> Top => numbers[4];

    /// <summary>The sum of q (m - x).</summary>
    public Span<double> Cost => numbers[5];

    /// <summary>Where the formula puts its results: the same memory, for it has read a row's statistics before.</summary>
    public ProbabilityResults Results => new(numbers);

    /// <summary>The statistics of eight rows from <paramref name="row"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Load(
        int row,
        out Lanes<double> max,
        out Lanes<double> ones,
        out Lanes<double> expSum,
        out Lanes<double> rest,
        out Lanes<double> top,
        out Lanes<double> cost)
    {
        max = numbers.Load(0, row);
        ones = numbers.Load(1, row);
        expSum = numbers.Load(2, row);
        rest = numbers.Load(3, row);
        top = numbers.Load(4, row);
        cost = numbers.Load(5, row);
    }
}

/// <summary>
/// What the formula makes of the <see cref="ProbabilityStatistics"/> of each row, [6, rows], in their memory: see
/// <see cref="CrossEntropyOfProbabilities"/>.
/// </summary>
internal readonly ref struct ProbabilityResults(RowNumbers numbers)
{
    private readonly RowNumbers numbers = numbers;

    /// <summary>Free for what the gradients are multiplied by.</summary>
    public Span<double> Scales => numbers[0];

    /// <summary>How many exponentials are 1: what is left of the statistics.</summary>
    public Span<double> Ones => numbers[1];

    /// <summary>log1p(E).</summary>
    public Span<double> LogSum => numbers[2];

    /// <summary>The gradient at the largest logit, where it has no equal.</summary>
    public Span<double> AtLargest => numbers[3];

    /// <summary>What each exponential is multiplied by in the gradient.</summary>
    public Span<double> Factor => numbers[4];

    public Span<double> Loss => numbers[5];

    /// <summary>The results of eight rows from <paramref name="row"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int row, Lanes<double> loss, Lanes<double> logSum, Lanes<double> factor, Lanes<double> atLargest)
    {
        numbers.Store(2, row, logSum);
        numbers.Store(3, row, atLargest);
        numbers.Store(4, row, factor);
        numbers.Store(5, row, loss);
    }

    /// <summary>Multiplies what the gradient of the logits is made of by each row's scale.</summary>
    public void Scale(ReadOnlySpan<double> scales)
    {
        numbers.Scale(4, scales); // the factor
        numbers.Scale(3, scales); // the gradient at the largest logit
    }
}
