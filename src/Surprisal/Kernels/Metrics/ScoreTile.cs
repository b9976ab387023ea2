namespace Surprisal.Kernels;

/// <summary>
/// Scores of some rows as [classes, pitch] in double, with lanes over rows: every row is computed alone, so it has the same bits wherever
/// it
/// stands. Scores become odds, and beside them stand the probabilities.
/// </summary>
/// <param name="scores">[classes, pitch]: the scores; receives the odds of each class against all others, where those are wanted.</param>
/// <param name="probabilities">[classes, pitch]: receives the exponentials, and the probabilities where the odds are wanted.</param>
/// <param name="classes">The number of classes, at least 1.</param>
/// <param name="pitch">How far classes are apart: a multiple of the lanes.</param>
internal readonly ref struct ScoreTile(Span<double> scores, Span<double> probabilities, int classes, int pitch)
{
    public Span<double> Scores { get; } = scores;

    public Span<double> Probabilities { get; } = probabilities;

    public int Classes { get; } = classes;

    public int Pitch { get; } = pitch;

    /// <summary>Whether odds and probabilities of each class are wanted.</summary>
    public bool EachClass { get; init; }

    /// <summary>
    /// Transposes rows [count, classes] into the columns from <paramref name="first"/> on; what fills the last lanes is 0.
    /// </summary>
    public void Load<T>(ReadOnlySpan<T> rows, int first, int count) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var padded = (count + Lanes<double>.Count - 1) / Lanes<double>.Count * Lanes<double>.Count;
        for (var c = 0; c < Classes; c++)
        {
            var column = Scores.Slice(c * Pitch + first, padded);
            var from = c;
            for (var i = 0; i < count; i++, from += Classes) column[i] = double.CreateTruncating(rows[from]);
            column[count..].Clear();
        }
    }
}
