namespace Surprisal;

public abstract partial class Tensor
{
    /// <summary>
    /// The elements of <paramref name="input"/> where the condition is not 0, those of <paramref name="other"/> elsewhere.
    /// </summary>
    /// <param name="condition">A mask, such as a comparison returns.</param>
    /// <param name="input">What to take where the condition is not 0.</param>
    /// <param name="other">What to take where it is 0.</param>
    /// <returns>The bits of the elements taken, in the shape that all three broadcast to.</returns>
    /// <remarks>
    /// The gradient goes to what was taken, and exactly 0 to what was not. An operation before it may still turn that 0 into NaN: at x = 0
    /// the gradient of <c>Where(x.Greater(0), x.Sqrt(), 0)</c> is 0 times infinity. Put the condition inside:
    /// <c>Where(x.Greater(0), x, 1).Sqrt()</c>.
    /// </remarks>
    /// <example><code>
    /// var x = Tensor.Create&lt;float>([-2, 0, 3]);
    /// Console.WriteLine(Tensor.Where(x.Greater(0), x, 0.1f * x));     // tensor([-0.2000,  0.0000,  3.0000])
    /// </code></example>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor<T> Where<T>(Tensor<byte> condition, Tensor<T> input, Tensor<T> other) where T : unmanaged, INumber<T>
    {
        var zero = Scalar(T.Zero);
        return Broadcasting.Select(condition, input, other).Record("WhereBackward0", [condition],
            input.MakeEdge(g => Broadcasting.Select(condition, g, zero).SumTo(input.Shape)),
            other.MakeEdge(g => Broadcasting.Select(condition, zero, g).SumTo(other.Shape)));
    }

    /// <summary>The elements of <paramref name="input"/> where the condition is not 0, one number elsewhere.</summary>
    /// <inheritdoc cref="Where{T}(Tensor{byte}, Tensor{T}, Tensor{T})"/>
    public static Tensor<T> Where<T>(Tensor<byte> condition, Tensor<T> input, T other) where T : unmanaged, INumber<T> =>
        Where(condition, input, Scalar(other));

    /// <summary>One number where the condition is not 0, the elements of <paramref name="other"/> elsewhere.</summary>
    /// <inheritdoc cref="Where{T}(Tensor{byte}, Tensor{T}, Tensor{T})"/>
    public static Tensor<T> Where<T>(Tensor<byte> condition, T input, Tensor<T> other) where T : unmanaged, INumber<T> =>
        Where(condition, Scalar(input), other);
}
