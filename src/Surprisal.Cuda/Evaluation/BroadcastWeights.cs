namespace Surprisal.Cuda;

/// <summary>
/// Weights of elements as kernels read them: element i has number i / <paramref name="Repeat"/> of <paramref name="Values"/>, around and
/// around.
/// </summary>
/// <param name="Values">At least one.</param>
/// <param name="Repeat">How many neighbours share a weight.</param>
/// <param name="RunLength">How many elements the library adds up at once: their weights are neighbours, or one.</param>
internal sealed record BroadcastWeights(double[] Values, int Repeat, int RunLength)
{
    /// <summary>Weights that every element of the shape has one of; null where they do not broadcast to it.</summary>
    public static BroadcastWeights? Of(ElementWeights weights, TensorShape shape)
    {
        if (weights.Shape.Rank > shape.Rank) return null;
        var sizes = new int[shape.Rank]; // those of the weights, 1 where they have no dimension
        Array.Fill(sizes, 1);
        weights.Shape.AsSpan().CopyTo(sizes.AsSpan(shape.Rank - weights.Shape.Rank));
        for (var dim = 0; dim < sizes.Length; dim++)
            if (sizes[dim] != 1 && sizes[dim] != shape[dim]) return null;

        var (first, last) = (Array.FindIndex(sizes, static size => size != 1), Array.FindLastIndex(sizes, static size => size != 1));
        if (first < 0) return new([weights[0]], 1, int.MaxValue);
        var repeat = shape.AsSpan()[(last + 1)..].ToArray().Aggregate(1, static (product, size) => product * size);
        var contiguous = repeat == 1 ? Contiguous(sizes, shape) : 1;
        return new(Expand(weights, sizes, shape, first, last), repeat, Math.Max(contiguous, repeat));
    }

    /// <summary>How many weights lie as the elements do, from the back.</summary>
    private static int Contiguous(int[] sizes, TensorShape shape)
    {
        var count = 1;
        for (var dim = sizes.Length - 1; dim >= 0 && sizes[dim] == shape[dim]; dim--) count *= shape[dim];
        return count;
    }

    /// <summary>The weights of the dimensions from first to last, those that are 1 between them repeated.</summary>
    private static double[] Expand(ElementWeights weights, int[] sizes, TensorShape shape, int first, int last)
    {
        double[] values = [.. weights];
        var (length, inner) = (values.Length, 1); // from the back: inner numbers lie behind each index of a dimension
        for (var dim = last; dim >= first; inner *= shape[dim--])
        {
            if (sizes[dim] == shape[dim]) continue;
            var (repeats, wider) = (shape[dim], new double[length * shape[dim]]);
            for (var i = 0; i < wider.Length; i++) wider[i] = values[i / (inner * repeats) * inner + i % inner];
            (values, length) = (wider, wider.Length);
        }
        return values;
    }
}
