namespace Surprisal;

public static partial class Operations
{
    /// <summary>1 at each class index and 0 elsewhere, in a new last dimension of size <paramref name="classes"/>.</summary>
    /// <param name="indices">Class indices, each at least 0.</param>
    /// <param name="classes">The number of classes; -1, the default, takes the largest index plus 1.</param>
    /// <exception cref="ArgumentException">No classes can be inferred from an empty tensor.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index that is no class.</exception>
    public static Tensor<long> OneHot<T>(this Tensor<T> indices, int classes = -1) where T : unmanaged, IBinaryInteger<T>
    {
        if (indices.Length == 0 && classes <= 0) throw new ArgumentException("Can not infer total number of classes from empty tensor.", nameof(indices));
        var largest = -1L;
        for (var i = 0; i < indices.Length; i++)
        {
            var index = long.CreateSaturating(indices.Span[i]);
            if (index < 0) throw new ArgumentOutOfRangeException(nameof(indices), $"Class values must be non-negative: {index} at flat position {i}.");
            largest = Math.Max(largest, index);
        }
        var count = classes == -1 ? checked((int)largest + 1) : classes;
        if (count <= largest) throw new ArgumentOutOfRangeException(nameof(classes), $"Class values must be smaller than num_classes: the largest is {largest}, num_classes is {classes}.");
        var y = Tensor.Zeros<long>([.. indices.Shape, count]);
        for (var i = 0; i < indices.Length; i++) y.Span[i * count + int.CreateTruncating(indices.Span[i])] = 1;
        return y;
    }
}
