namespace Surprisal.Cuda;

/// <summary>What is kept of each row that counts, in double, an array a number.</summary>
/// <param name="writer">Of the kernel.</param>
/// <param name="numbers">Memory for <see cref="Numbers"/> doubles a row.</param>
/// <param name="capacity">The rows of an array.</param>
internal sealed class LinearRows(PtxWriter writer, Whole<U64> numbers, Whole<U32> capacity)
{
    /// <summary>The doubles of a row.</summary>
    public const int Numbers = 8;

    /// <summary>The largest logit but the target's; then the largest of all.</summary>
    public const int Max = 0;

    /// <summary>The sum of exp(z - max) without the target's.</summary>
    public const int ExpSum = 1;

    /// <summary>Of label smoothing the sum of w z, of probabilities that of q (max - z).</summary>
    public const int Cost = 2;

    /// <summary>The target's logit; of probabilities the share of a largest logit's class.</summary>
    public const int Pivot = 3;

    /// <summary>Of probabilities the sum of q, until there is a factor.</summary>
    public const int Total = Factor;

    /// <summary>Of scores ln sum exp.</summary>
    public const int LogSumExp = Factor;

    /// <summary>What an exponential is multiplied by in the gradient, the gradient at the pivot, and what a class's share is multiplied
    /// by.</summary>
    public const int Factor = 4, PivotGradient = 5, Term = 6;

    /// <summary>The loss times the row's sample weight.</summary>
    public const int Loss = 7;

    public Real<F64> Load(int number, Whole<U32> row) => writer.Load<F64>(At(number, row));

    public void Store(int number, Whole<U32> row, Real<F64> value) => writer.Store(At(number, row), value);

    /// <summary>Where a number of the first row is; those of the others follow.</summary>
    public Whole<U64> Start(int number) => writer.At(numbers, capacity * number, 8);

    /// <summary>How many rows count from a row on.</summary>
    public static Whole<U32> Left(PtxWriter writer, Whole<U64> count, Whole<U32> firstRow)
    {
        var rows = writer.LoadWhole<U32>(count);
        return rows - Whole<U32>.Min(rows, firstRow);
    }

    private Whole<U64> At(int number, Whole<U32> row) => writer.At(numbers, number == 0 ? row : row + capacity * number, 8);
}
