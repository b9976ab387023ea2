namespace Surprisal.Cuda;

/// <summary>Where the operands of linear cross-entropy are, and the memory of an evaluation; 0 for what is not there.</summary>
internal sealed record LinearBuffers
{
    public required LinearSizes Sizes { get; init; }

    public required LinearPlan Plan { get; init; }

    public required ElementType Type { get; init; }

    /// <summary>An <see cref="EvaluationState"/>.</summary>
    public required ulong State { get; init; }

    /// <summary>How many rows count, as a uint.</summary>
    public required ulong Count { get; init; }

    /// <summary>The rows that count, one after the other, as elements.</summary>
    public required ulong Hidden { get; init; }

    /// <summary>[classes, features] as the caller has it.</summary>
    public required ulong Weight { get; init; }

    /// <summary>[classes of a block, rows of a block] in what is computed in.</summary>
    public required ulong Logits { get; init; }

    /// <summary>The gradients of logits as elements of 16 bits, multiplied by <see cref="Lift"/>; or 0.</summary>
    public ulong Narrow { get; init; }

    /// <summary>A power of two that keeps small gradients in the range of their type.</summary>
    public double Lift { get; init; } = 1;

    /// <summary>The gradient of the rows that count, in what is computed in.</summary>
    public ulong HiddenGradient { get; init; }

    /// <summary>The caller's.</summary>
    public ulong WeightGradient { get; init; }

    /// <summary>Bytes of a number that is computed.</summary>
    public int WideSize => Type.IsDouble ? 8 : 4;

    /// <summary>Rows of a block's logits, from one class to the next.</summary>
    public int Pitch => Plan.Rows;

    /// <summary>A class of the weight, or of its gradient.</summary>
    public ulong ClassOf(ulong array, int c) => array + (ulong)c * (ulong)Sizes.Features * (ulong)Type.Size;

    /// <summary>A row of those that count, of elements of that size.</summary>
    public ulong RowOf(ulong array, int row, int size) => array + (ulong)row * (ulong)Sizes.Features * (ulong)size;
}
