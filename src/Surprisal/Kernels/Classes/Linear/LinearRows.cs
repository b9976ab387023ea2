namespace Surprisal.Kernels;

/// <summary>
/// What linear cross-entropy keeps of each row, in double: first its statistics, over the tiles so far, then what the loss made of them, in
/// the same memory.
/// </summary>
/// <param name="start">Memory for <see cref="Numbers"/> doubles a row.</param>
/// <param name="pivots">Memory for an integer a row.</param>
/// <param name="capacity">The rows, rounded up to a panel.</param>
internal readonly unsafe struct LinearRows(double* start, int* pivots, int capacity)
{
    /// <summary>The doubles of a row.</summary>
    public const int Numbers = 6;

    public readonly int Capacity = capacity;

    /// <summary>The class whose gradient is not made of its exponential: the target, or of probabilities a largest logit's.</summary>
    public readonly int* Pivots = pivots;

    /// <summary>The largest logit but the target's; then the largest of all.</summary>
    public double* Max => start;

    /// <summary>The sum of exp(z - max) without the pivot's.</summary>
    public double* ExpSum => start + Capacity;

    /// <summary>What an exponential is multiplied by in the gradient.</summary>
    public double* Factor => ExpSum;

    /// <summary>The target's logit; of probabilities the share of a largest logit's class.</summary>
    public double* Pivot => start + 2 * (nint)Capacity;

    /// <summary>The gradient at the pivot.</summary>
    public double* PivotGradient => Pivot;

    /// <summary>Of label smoothing the sum of w z, of probabilities that of q (max - z).</summary>
    public double* Cost => start + 3 * (nint)Capacity;

    /// <summary>What the share of a class is multiplied by in the gradient.</summary>
    public double* Term => Cost;

    /// <summary>Of probabilities the sum of q.</summary>
    public double* Total => start + 4 * (nint)Capacity;

    /// <summary>The loss.</summary>
    public double* Loss => Total;

    /// <summary>The row's scale in every gradient; ln sum exp where only scores are wanted.</summary>
    public double* Scale => start + 5 * (nint)Capacity;

    /// <summary>Nothing summed yet.</summary>
    public void Clear()
    {
        new Span<double>(Max, Capacity).Fill(double.NegativeInfinity);
        new Span<double>(ExpSum, 4 * Capacity).Clear();
    }
}
