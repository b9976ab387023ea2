using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// What a loss over class indices needs to know of each row of logits, [5, rows]: a row is a lane of double, and eight go through the
/// formula at once.
/// </summary>
/// <param name="memory"><see cref="Numbers"/> for each row; the number of rows is a multiple of eight.</param>
internal readonly ref struct RowStatistics(Span<double> memory)
{
    /// <summary>The numbers that are kept of a row.</summary>
    public const int Numbers = 5;

    private readonly RowNumbers numbers = new(memory, Numbers);

    /// <summary>m: the largest logit.</summary>
    public Span<double> Max => numbers[0];

    /// <summary>x_t: the target's logit.</summary>
    public Span<double> TargetLogit => numbers[1];

    /// <summary>The sum of exp(x_c - m) without the largest logit's, which is 1.</summary>
    public Span<double> ExpSum => numbers[2];

    /// <summary>w: the weight of the target's class.</summary>
    public Span<double> Weight => numbers[3];

    /// <summary>
    /// The sum of u_c (m - x_c) that label smoothing needs, of m - x_c where all u are one number; not set without smoothing.
    /// </summary>
    public Span<double> SmoothingSum => numbers[4];

    /// <summary>Where the formula puts its results: the same memory, for it has read a row's statistics before.</summary>
    public RowResults Results => new(numbers);

    /// <summary>The statistics of eight rows from <paramref name="row"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Load(
        int row,
        out Lanes<double> max,
        out Lanes<double> targetLogit,
        out Lanes<double> expSum,
        out Lanes<double> weight,
        out Lanes<double> smoothingSum)
    {
        max = numbers.Load(0, row);
        targetLogit = numbers.Load(1, row);
        expSum = numbers.Load(2, row);
        weight = numbers.Load(3, row);
        smoothingSum = numbers.Load(4, row);
    }
}

/// <summary>
/// What a loss's formula makes of the <see cref="RowStatistics"/> of each row, in their memory, of which four of the five rows are used:
/// see <see cref="ClassGradient"/>.
/// </summary>
internal readonly ref struct RowResults(RowNumbers numbers)
{
    private readonly RowNumbers numbers = numbers;

    /// <summary>What the smoothing term of a class is, for a weight of 1; not set without smoothing.</summary>
    public Span<double> SmoothingTerm => numbers[0];

    /// <summary>The gradient at the target.</summary>
    public Span<double> TargetGradient => numbers[1];

    public Span<double> Loss => numbers[2];

    /// <summary>What each exponential is multiplied by in the gradient.</summary>
    public Span<double> Factor => numbers[4];

    /// <summary>The results of eight rows from <paramref name="row"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int row, Lanes<double> loss, Lanes<double> factor, Lanes<double> targetGradient)
    {
        numbers.Store(1, row, targetGradient);
        numbers.Store(2, row, loss);
        numbers.Store(4, row, factor);
    }

    /// <inheritdoc cref="Store(int, Lanes{double}, Lanes{double}, Lanes{double})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int row, Lanes<double> loss, Lanes<double> factor, Lanes<double> targetGradient, Lanes<double> smoothingTerm)
    {
        Store(row, loss, factor, targetGradient);
        numbers.Store(0, row, smoothingTerm);
    }

    /// <summary>Multiplies what the gradient is made of by each row's scale.</summary>
    public void Scale(ReadOnlySpan<double> scales, bool withSmoothing)
    {
        numbers.Scale(4, scales); // the factor
        numbers.Scale(1, scales); // the gradient at the target
        if (withSmoothing) numbers.Scale(0, scales);
    }
}
