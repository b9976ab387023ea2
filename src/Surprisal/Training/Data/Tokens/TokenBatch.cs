namespace Surprisal.Training;

/// <summary>Sequences of tokens of any length side by side, with the next token of each position as its target.</summary>
/// <example><code>
/// var padded = TokenBatch.Pad([[5, 6, 7], [8, 9]]);
/// Console.WriteLine(padded.Targets);
/// // tensor([[   6,    7, -100],
/// //         [   9, -100, -100]])
/// var packed = TokenBatch.Pack([[5, 6, 7], [8, 9], [1]], length: 5);
/// Console.WriteLine($"{packed.Tokens.Shape} {packed.Segments}");
/// // [2, 5] tensor([[ 0,  0,  0,  1,  1],
/// //         [ 0, -1, -1, -1, -1]])
/// </code></example>
public sealed record TokenBatch
{
    /// <summary>The target of a position that has no next token: what losses ignore.</summary>
    public const long NoTarget = -100;

    /// <summary>[N, L].</summary>
    public required Tensor<long> Tokens { get; init; }

    /// <summary>[N, L]: the next token of the same sequence; <see cref="NoTarget"/> at its end and in padding.</summary>
    public required Tensor<long> Targets { get; init; }

    /// <summary>[N, L]: which sequence of its row a position belongs to, -1 for padding: what attention takes, so that none sees
    /// another.</summary>
    public required Tensor<long> Segments { get; init; }

    /// <summary>A row for each sequence, as long as the longest.</summary>
    /// <param name="sequences">Each with at least one token.</param>
    /// <param name="padding">The token behind the end; it is read, but nothing is learned of it. Default 0.</param>
    /// <exception cref="ArgumentException">A sequence without tokens.</exception>
    public static TokenBatch Pad(IReadOnlyList<IReadOnlyList<long>> sequences, long padding = 0)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        CheckLengths(sequences, int.MaxValue);
        var longest = sequences.Select(static sequence => sequence.Count).DefaultIfEmpty(0).Max();
        return Make([.. sequences.Select(static sequence => new[] { sequence })], longest, padding);
    }

    /// <summary>Several sequences a row, in their order: each goes behind the one before while it fits, else into the next row.</summary>
    /// <param name="sequences">Each with 1 to <paramref name="length"/> tokens.</param>
    /// <param name="length">The length of a row; at least 1.</param>
    /// <param name="padding">The token behind the last of a row. Default 0.</param>
    /// <exception cref="ArgumentException">A sequence without tokens, or one that no row holds.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No length.</exception>
    public static TokenBatch Pack(IReadOnlyList<IReadOnlyList<long>> sequences, int length, long padding = 0)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        CheckLengths(sequences, length);
        var (rows, used) = (new List<List<IReadOnlyList<long>>>(), length);
        foreach (var sequence in sequences)
        {
            if (used + sequence.Count > length)
            {
                rows.Add([]);
                used = 0;
            }
            rows[^1].Add(sequence);
            used += sequence.Count;
        }
        return Make([.. rows.Select(static row => row.ToArray())], length, padding);
    }

    private static void CheckLengths(IReadOnlyList<IReadOnlyList<long>> sequences, int length)
    {
        for (var i = 0; i < sequences.Count; i++)
            if (sequences[i].Count == 0 || sequences[i].Count > length)
                throw new ArgumentException($"sequence {i} has {sequences[i].Count} tokens; it needs at least 1" +
                    $"{(length == int.MaxValue ? "" : $", and at most {length}, the length of a row")}.", nameof(sequences));
    }

    private static TokenBatch Make(IReadOnlyList<long>[][] rows, int length, long padding)
    {
        var (tokens, targets, segments) = (Tensor.Full<long>([rows.Length, length], padding),
            Tensor.Full<long>([rows.Length, length], NoTarget), Tensor.Full<long>([rows.Length, length], -1));
        for (var row = 0; row < rows.Length; row++)
        {
            var at = row * length;
            for (var segment = 0; segment < rows[row].Length; segment++)
            {
                var sequence = rows[row][segment];
                for (var i = 0; i < sequence.Count; i++, at++)
                {
                    (tokens.Span[at], segments.Span[at]) = (sequence[i], segment);
                    if (i + 1 < sequence.Count) targets.Span[at] = sequence[i + 1];
                }
            }
        }
        return new() { Tokens = tokens, Targets = targets, Segments = segments };
    }
}
