using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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

    private readonly int rows = memory.Length / Numbers;
    private readonly Span<double> memory = memory;

    /// <summary>m: the largest logit.</summary>
    public Span<double> Max => memory[..rows];

    /// <summary>How many exponentials are 1.</summary>
    public Span<double> Ones => memory[rows..(2 * rows)];

    /// <summary>The sum of the exponentials below 1.</summary>
    public Span<double> ExpSum => memory[(2 * rows)..(3 * rows)];

    /// <summary>The sum of q below the largest logit.</summary>
    public Span<double> Rest => memory[(3 * rows)..(4 * rows)];

    /// <summary>The sum of q at the largest logit.</summary>
    public Span<double> Top => memory[(4 * rows)..(5 * rows)];

    /// <summary>The sum of q (m - x).</summary>
    public Span<double> Cost => memory[(5 * rows)..];

    /// <summary>Where the formula puts its results: the same memory, for it has read a row's statistics before.</summary>
    public ProbabilityResults Results => new(memory);

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
        ref var from = ref MemoryMarshal.GetReference(memory);
        max = Lanes<double>.Load(ref from, row);
        ones = Lanes<double>.Load(ref from, rows + row);
        expSum = Lanes<double>.Load(ref from, 2 * rows + row);
        rest = Lanes<double>.Load(ref from, 3 * rows + row);
        top = Lanes<double>.Load(ref from, 4 * rows + row);
        cost = Lanes<double>.Load(ref from, 5 * rows + row);
    }
}

/// <summary>
/// What the formula makes of the <see cref="ProbabilityStatistics"/> of each row, [6, rows], in their memory: see
/// <see cref="CrossEntropyOfProbabilities"/>.
/// </summary>
internal readonly ref struct ProbabilityResults(Span<double> memory)
{
    private readonly int rows = memory.Length / ProbabilityStatistics.Numbers;
    private readonly Span<double> memory = memory;

    /// <summary>Free for what the gradients are multiplied by.</summary>
    public Span<double> Scales => memory[..rows];

    /// <summary>How many exponentials are 1: what is left of the statistics.</summary>
    public Span<double> Ones => memory[rows..(2 * rows)];

    /// <summary>log1p(E).</summary>
    public Span<double> LogSum => memory[(2 * rows)..(3 * rows)];

    /// <summary>The gradient at the largest logit, where it has no equal.</summary>
    public Span<double> AtLargest => memory[(3 * rows)..(4 * rows)];

    /// <summary>What each exponential is multiplied by in the gradient.</summary>
    public Span<double> Factor => memory[(4 * rows)..(5 * rows)];

    public Span<double> Loss => memory[(5 * rows)..];

    /// <summary>The results of eight rows from <paramref name="row"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int row, Lanes<double> loss, Lanes<double> logSum, Lanes<double> factor, Lanes<double> atLargest)
    {
        ref var to = ref MemoryMarshal.GetReference(memory);
        logSum.Store(ref to, 2 * rows + row);
        atLargest.Store(ref to, 3 * rows + row);
        factor.Store(ref to, 4 * rows + row);
        loss.Store(ref to, 5 * rows + row);
    }
}
