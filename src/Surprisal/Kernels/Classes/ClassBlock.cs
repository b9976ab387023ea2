namespace Surprisal.Kernels;

/// <summary>
/// The positions that a loss over class indices takes at once: logits [positions, classes] as rows or [classes, stride] as columns, one
/// target and one scale a position; one loss a position and the gradient in the logits' layout come out.
/// </summary>
/// <param name="logits">The logits of all positions.</param>
/// <param name="classes">The number of classes.</param>
/// <param name="targets">One for each position: a class, or <see cref="ClassTargets.Ignored"/>.</param>
/// <param name="parameters">The classes' weights, and what else the loss was told.</param>
internal readonly ref struct ClassBlock<T>(
    ReadOnlySpan<T> logits,
    int classes,
    ReadOnlySpan<int> targets,
    ClassParameters<T> parameters)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public ReadOnlySpan<T> Logits { get; } = logits;

    public int Classes { get; } = classes;

    public ReadOnlySpan<int> Targets { get; } = targets;

    public readonly ClassParameters<T> Parameters = parameters; // a field, so that it is passed on without a copy

    /// <summary>How far the classes of a position are apart, in the gradient too: 1 for rows.</summary>
    public int ClassStride { get; init; } = 1;

    /// <summary>How far the positions are apart.</summary>
    public int PositionStride => ClassStride == 1 ? Classes : 1;

    /// <summary>
    /// Whether lanes are positions, as <see cref="ColumnTile.Suits"/> says of the logits' whole shape; else lanes are classes.
    /// </summary>
    public required bool UsesColumns { get; init; }

    /// <summary>What each position's gradient is multiplied by.</summary>
    public ReadOnlySpan<double> Scales { get; init; }

    /// <summary>
    /// Empty, or memory in the layout of the logits, maybe theirs. An ignored position's gradient is 0, whatever its logits are.
    /// </summary>
    public Span<T> Gradient { get; init; }

    /// <summary>Whether the whole gradient is too large to stay in a cache, see <see cref="NonTemporal.Suits"/>.</summary>
    public bool IsGradientFar { get; init; }

    /// <summary>Receives one loss a position, before sample weights; any number for an ignored one.</summary>
    public Span<double> Losses { get; init; }

    /// <summary>
    /// Writes losses and gradients: by columns (<see cref="ClassIndexColumns"/>) or by rows (<see cref="ClassIndexRows"/>).
    /// </summary>
    public void Run<TFormula>(TFormula formula) where TFormula : struct, IClassIndexFormula
    {
        if (UsesColumns) ClassIndexColumns.Run(this, formula);
        else ClassIndexRows.Run(this, formula);
    }
}
