namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>1 at each class index and 0 elsewhere, in a new last dimension of size <paramref name="numClasses"/>.</summary>
    /// <param name="indices">Class indices, each at least 0.</param>
    /// <param name="numClasses">The number of classes; -1, the default, takes the largest index plus 1.</param>
    /// <exception cref="ArgumentException">No classes can be inferred from an empty tensor.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index that is no class.</exception>
    /// <example><code>
    /// var targets = Tensor.Create&lt;byte>([0, 2]);
    /// Console.WriteLine(targets.OneHot());
    /// // tensor([[1, 0, 0],
    /// //         [0, 0, 1]])
    /// Console.WriteLine(targets.OneHot(numClasses: 10).Shape);        // [2, 10]
    /// </code></example>
    public static Tensor<long> OneHot<T>(this Tensor<T> indices, int numClasses = -1) where T : unmanaged, IBinaryInteger<T>
    {
        if (indices.Length == 0 && numClasses <= 0)
            throw new ArgumentException("Can not infer total number of classes from empty tensor.", nameof(indices));
        string At(int i) => $"the index at flat position {i} is {indices.Span[i]}";
        var legal = numClasses switch
        {
            -1 => "classes begin at 0", > 0 => $"classes are 0..{numClasses - 1}", _ => "there are no classes"
        };
        var negative = Kernels.OneHot.FirstOutside<T>(indices.Span, long.MaxValue);
        if (negative >= 0 && T.IsNegative(indices.Span[negative]))
            throw new ArgumentOutOfRangeException(nameof(indices), $"Class values must be non-negative: {At(negative)}; {legal}.");
        if (numClasses == -1)
        {
            var largest = Kernels.OneHot.Largest<T>(indices.Span);
            if (long.CreateSaturating(indices.Span[largest]) >= Array.MaxLength)
                throw new ArgumentOutOfRangeException(nameof(indices),
                    $"{At(largest)}; at most {Array.MaxLength} classes fit a tensor, so classes are 0..{Array.MaxLength - 1}.");
            numClasses = int.CreateTruncating(indices.Span[largest]) + 1;
        }
        else if (Kernels.OneHot.FirstOutside<T>(indices.Span, numClasses) is >= 0 and var outside)
        {
            throw new ArgumentOutOfRangeException(nameof(numClasses),
                $"Class values must be smaller than num_classes: {At(outside)}, num_classes is {numClasses}; {legal}.");
        }
        var y = Tensor.Uninitialized<long>([.. indices.Shape, numClasses]);
        Kernels.OneHot.Rows<T, long>(indices.Span, numClasses, y.Span);
        return y;
    }
}
