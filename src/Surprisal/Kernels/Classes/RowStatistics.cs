using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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

    private readonly int rows = memory.Length / Numbers;
    private readonly Span<double> memory = memory;

    /// <summary>m: the largest logit.</summary>
    public Span<double> Max => memory[..rows];

    /// <summary>x_t: the target's logit.</summary>
    public Span<double> TargetLogit => memory[rows..(2 * rows)];

    /// <summary>The sum of exp(x_c - m) without the largest logit's, which is 1.</summary>
    public Span<double> ExpSum => memory[(2 * rows)..(3 * rows)];

    /// <summary>w: the weight of the target's class.</summary>
    public Span<double> Weight => memory[(3 * rows)..(4 * rows)];

    /// <summary>
    /// The sum of u_c (m - x_c) that label smoothing needs, of m - x_c where all u are one number; not set without smoothing.
    /// </summary>
    public Span<double> SmoothingSum => memory[(4 * rows)..];

    /// <summary>Where the formula puts its results: the same memory, for it has read a row's statistics before.</summary>
    public RowResults Results => new(memory);

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
        ref var from = ref MemoryMarshal.GetReference(memory);
        max = Lanes<double>.Load(ref from, row);
        targetLogit = Lanes<double>.Load(ref from, rows + row);
        expSum = Lanes<double>.Load(ref from, 2 * rows + row);
        weight = Lanes<double>.Load(ref from, 3 * rows + row);
        smoothingSum = Lanes<double>.Load(ref from, 4 * rows + row);
    }
}

/// <summary>
/// What a loss's formula makes of the <see cref="RowStatistics"/> of each row, in their memory, of which four of the five rows are used:
/// see <see cref="ClassGradient"/>.
/// </summary>
internal readonly ref struct RowResults(Span<double> memory)
{
    private readonly int rows = memory.Length / RowStatistics.Numbers;
    private readonly Span<double> memory = memory;

    /// <summary>What the smoothing term of a class is, for a weight of 1; not set without smoothing.</summary>
    public Span<double> SmoothingTerm => memory[..rows];

    /// <summary>The gradient at the target.</summary>
    public Span<double> TargetGradient => memory[rows..(2 * rows)];

    public Span<double> Loss => memory[(2 * rows)..(3 * rows)];

    /// <summary>What each exponential is multiplied by in the gradient.</summary>
    public Span<double> Factor => memory[(4 * rows)..];

    /// <summary>The results of eight rows from <paramref name="row"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int row, Lanes<double> loss, Lanes<double> factor, Lanes<double> targetGradient)
    {
        ref var to = ref MemoryMarshal.GetReference(memory);
        targetGradient.Store(ref to, rows + row);
        loss.Store(ref to, 2 * rows + row);
        factor.Store(ref to, 4 * rows + row);
    }

    /// <inheritdoc cref="Store(int, Lanes{double}, Lanes{double}, Lanes{double})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int row, Lanes<double> loss, Lanes<double> factor, Lanes<double> targetGradient, Lanes<double> smoothingTerm)
    {
        Store(row, loss, factor, targetGradient);
        smoothingTerm.Store(ref MemoryMarshal.GetReference(memory), row);
    }

    /// <summary>Multiplies what the gradient is made of by each row's scale.</summary>
    [MethodImpl(Compile.Separately)]
    public void Scale(ReadOnlySpan<double> scales)
    {
        ref var from = ref MemoryMarshal.GetReference(scales);
        var row = 0;
        for (; row <= scales.Length - Lanes<double>.Count; row += Lanes<double>.Count) Scale(row, Lanes<double>.Load(ref from, row));
        if (row < scales.Length) Scale(row, Lanes<double>.LoadPartial(ref from, row, scales.Length - row));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Scale(int row, Lanes<double> scale)
    {
        ref var at = ref Unsafe.Add(ref MemoryMarshal.GetReference(memory), row);
        (Lanes<double>.Load(ref at, 0) * scale).Store(ref at, 0); // the smoothing term
        (Lanes<double>.Load(ref at, rows) * scale).StoreResult(ref at, rows); // the gradient at the target, which has the one NaN
        (Lanes<double>.Load(ref at, 4 * rows) * scale).Store(ref at, 4 * rows); // the factor
    }
}
