using System.Numerics.Tensors;

namespace Surprisal;

/// <content>Copies of what other libraries hold numbers in; <see cref="Wrap"/> copies nothing.</content>
public abstract partial class Tensor
{
    /// <summary>A tensor of rank 1 with a copy of a list, an immutable array, the result of a query.</summary>
    /// <param name="values">The elements; gone through once.</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it, which integers cannot have. Default false.</param>
    public static Tensor<T> Create<T>(IEnumerable<T> values, bool requiresGrad = false) where T : unmanaged, INumber<T>
    {
        ArgumentNullException.ThrowIfNull(values);
        return Create<T>(values.ToArray(), requiresGrad);
    }

    /// <summary>A tensor of rank 1 with a copy of the memory.</summary>
    /// <param name="values">The elements. <see cref="Wrap"/> does without the copy.</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it, which integers cannot have. Default false.</param>
    public static Tensor<T> Create<T>(ReadOnlyMemory<T> values, bool requiresGrad = false) where T : unmanaged, INumber<T> =>
        Create(values.Span, requiresGrad);

    /// <summary>A tensor of rank 1 with a copy of the memory.</summary>
    /// <param name="values">The elements. <see cref="Wrap"/> does without the copy.</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it, which integers cannot have. Default false.</param>
    public static Tensor<T> Create<T>(Memory<T> values, bool requiresGrad = false) where T : unmanaged, INumber<T> =>
        Create<T>(values.Span, requiresGrad);

    /// <summary>A copy of anybody's tensor span, of its shape.</summary>
    /// <param name="values">The elements, of any strides.</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it, which integers cannot have. Default false.</param>
    /// <exception cref="ArgumentException">More elements than a tensor holds.</exception>
    public static Tensor<T> Create<T>(in TensorSpan<T> values, bool requiresGrad = false) where T : unmanaged, INumber<T> =>
        Create<T>((ReadOnlyTensorSpan<T>)values, requiresGrad);

    /// <summary>A copy of a tensor of the base library, of its shape.</summary>
    /// <param name="values">The elements, of any strides.</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it, which integers cannot have. Default false.</param>
    /// <exception cref="ArgumentException">More elements than a tensor holds.</exception>
    public static Tensor<T> Create<T>(System.Numerics.Tensors.Tensor<T> values, bool requiresGrad = false) where T : unmanaged, INumber<T>
    {
        ArgumentNullException.ThrowIfNull(values);
        return Create(values.AsReadOnlyTensorSpan(), requiresGrad);
    }

    /// <summary>A copy of a C# array of any rank and of the elements' type.</summary>
    /// <param name="values">The elements; the lengths of the array are the shape.</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it, which integers cannot have. Default false.</param>
    /// <exception cref="ArgumentException">Its elements are of another type.</exception>
    public static Tensor<T> Create<T>(Array values, bool requiresGrad = false) where T : unmanaged, INumber<T>
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.GetType().GetElementType() == typeof(T) ? FromArray<T>(values, requiresGrad)
            : throw new ArgumentException($"values is a {values.GetType().Name}; an array of {typeof(T).Name} is needed.", nameof(values));
    }
}
