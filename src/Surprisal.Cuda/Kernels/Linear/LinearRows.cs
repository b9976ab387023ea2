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

    /// <summary>Of label smoothing the sum of w z.</summary>
    public const int Cost = 2;

    /// <summary>The target's logit.</summary>
    public const int Target = 3;

    /// <summary>What an exponential is multiplied by in the gradient, the gradient at the target, and what a class of weight 1
    /// subtracts.</summary>
    public const int Factor = 4, TargetGradient = 5, Term = 6;

    /// <summary>The loss times the row's sample weight.</summary>
    public const int Loss = 7;

    public Real<F64> Load(int number, Whole<U32> row) => writer.Load<F64>(At(number, row));

    public void Store(int number, Whole<U32> row, Real<F64> value) => writer.Store(At(number, row), value);

    /// <summary>How many rows count from a row on.</summary>
    public static Whole<U32> Left(PtxWriter writer, Whole<U64> count, Whole<U32> firstRow)
    {
        var rows = writer.LoadWhole<U32>(count);
        return rows - Whole<U32>.Min(rows, firstRow);
    }

    private Whole<U64> At(int number, Whole<U32> row) => writer.At(numbers, number == 0 ? row : row + capacity * number, 8);
}
