namespace Surprisal;

/// <summary>The weight of the positive answer in binary losses, from data: what PyTorch calls pos_weight.</summary>
public static class PositiveWeights
{
    /// <summary>
    /// negatives / positives of each column: with these weights the positives of a column weigh as much as its negatives.
    /// </summary>
    /// <param name="targets">
    /// (N, columns) in row-major order, each 1 for yes and 0 for no, in any number type; a soft target between counts in part on both
    /// sides. With one column the shape does not matter, such as a mask of (N, 1, H, W).
    /// </param>
    /// <param name="columns">The number of binary questions, 1 or more.</param>
    /// <returns>
    /// One weight a column: 0 without negatives; 1, which changes nothing, without positives, where it has nothing to weigh. A NaN target
    /// gives NaN.
    /// </returns>
    /// <exception cref="ArgumentException">The targets are no whole number of rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target outside [0, 1]; the message gives its row and column. Or no
    /// columns.</exception>
    /// <example><c>new BceWithLogitsLoss { PosWeight = PositiveWeights.FromTargets&lt;float&gt;(targets, columns: 3) }</c></example>
    /// <remarks>Formula: the documentation of PyTorch's <c>BCEWithLogitsLoss</c>.</remarks>
    public static ElementWeights FromTargets<T>(ReadOnlySpan<T> targets, int columns) where T : unmanaged, INumber<T>
    {
        if (columns < 1) throw new ArgumentOutOfRangeException(nameof(columns), $"columns is {columns}; it must be 1 or more.");
        if (targets.Length % columns != 0)
            throw new ArgumentException($"targets has {targets.Length} elements, which is no whole number of rows of {columns} columns.",
                nameof(targets));
        for (var i = 0; i < targets.Length; i++)
            if (targets[i] < T.Zero || targets[i] > T.One)
                throw new ArgumentOutOfRangeException(nameof(targets),
                    $"targets[{i / columns}, {i % columns}] = {targets[i]} is not a binary target: every element must be in [0, 1].");

        var positives = new double[columns];
        for (var start = 0; start < targets.Length; start += columns) Kernels.Reductions.AddTo(targets.Slice(start, columns), positives);
        return FromSums(positives, targets.Length / columns);
    }

    /// <summary>negatives / positives of each column, from the number of its positives.</summary>
    /// <param name="positives">How often each column is answered with yes, each 0 .. <paramref name="rows"/>.</param>
    /// <param name="rows">How often it is asked.</param>
    /// <returns>One weight a column: 0 without negatives, and 1 without positives.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count that is negative or more than the rows.</exception>
    public static ElementWeights FromCounts(ReadOnlySpan<long> positives, long rows)
    {
        for (var i = 0; i < positives.Length; i++)
            if (positives[i] < 0 || positives[i] > rows)
                throw new ArgumentOutOfRangeException(nameof(positives),
                    $"positives[{i}] = {positives[i]}, but a column is answered 0..{rows} times.");
        return FromSums(Array.ConvertAll(positives.ToArray(), static count => (double)count), rows);
    }

    private static ElementWeights FromSums(double[] positives, long rows) =>
        Array.ConvertAll(positives, sum => sum == 0 ? 1 : (rows - sum) / sum);
}
