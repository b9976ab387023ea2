using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal;

public abstract partial class Tensor
{
    /// <summary>A tensor of rank 1 with a copy of <paramref name="values"/>: <c>Tensor.Create&lt;float&gt;([1, 2, 3])</c>.</summary>
    /// <param name="values">The elements; none give shape [0].</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it, which integers cannot have. Default false.</param>
    /// <example><code>
    /// Console.WriteLine(Tensor.Create&lt;float>([1, 2, 3]));                     // tensor([1., 2., 3.])
    /// Console.WriteLine(Tensor.Create&lt;long>([0, 1, 1]).Shape);                // [3]
    /// </code></example>
    [OverloadResolutionPriority(1)] // or Create<float>([]) could be a matrix without rows
    public static Tensor<T> Create<T>(ReadOnlySpan<T> values, bool requiresGrad = false) where T : unmanaged, INumber<T> =>
        Create(values, [values.Length], requiresGrad);

    /// <summary>A tensor of the given shape with a copy of <paramref name="values"/> in row-major order.</summary>
    /// <param name="values">As many elements as the shape has.</param>
    /// <param name="shape">The size of each dimension; [] for a single number.</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it, which integers cannot have. Default false.</param>
    /// <exception cref="ArgumentException">The number of values is not the product of the shape.</exception>
    public static Tensor<T> Create<T>(ReadOnlySpan<T> values, TensorShape shape, bool requiresGrad = false)
        where T : unmanaged, INumber<T>
    {
        if (values.Length != shape.ElementCount)
            throw new ArgumentException($"values holds {values.Length} elements, " +
                $"but shape {shape} needs {shape.ElementCount}.", nameof(values));
        return new Tensor<T>(values.ToArray(), shape).WithGrad(requiresGrad);
    }

    /// <summary>A matrix of the given rows, all of one length: <c>Tensor.Create&lt;float&gt;([[1, 2], [1, 3]])</c>.</summary>
    /// <param name="rows">The rows, each as long as the first; none give shape [0, 0].</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it, which integers cannot have. Default false.</param>
    /// <exception cref="ArgumentException">The rows differ in length.</exception>
    /// <example><code>
    /// var x = Tensor.Create&lt;float>([[1, 2], [3, 4], [5, 6]], requiresGrad: true);
    /// Console.WriteLine(x.Shape);                                             // [3, 2]
    /// Console.WriteLine(x[^1]);                                               // tensor([5., 6.], grad_fn=&lt;SelectBackward0>)
    /// </code></example>
    public static Tensor<T> Create<T>(ReadOnlySpan<T[]> rows, bool requiresGrad = false) where T : unmanaged, INumber<T>
    {
        var columns = rows.Length == 0 ? 0 : rows[0].Length;
        var values = new T[Surprisal.Shape.Length([rows.Length, columns])];
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i].Length != columns)
                throw new ArgumentException(
                    $"rows[{i}] has {rows[i].Length} elements, but rows[0] has {columns}; all rows need the same length.", nameof(rows));
            rows[i].CopyTo(values.AsSpan(i * columns));
        }
        return new Tensor<T>(values, [rows.Length, columns]).WithGrad(requiresGrad);
    }

    /// <summary>A copy of a C# array of any rank: <c>Tensor.Create(new float[,] { { 1, 2 }, { 1, 3 } })</c>.</summary>
    /// <param name="values">The elements; the lengths of the array are the shape.</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it, which integers cannot have. Default false.</param>
    public static Tensor<T> Create<T>(T[,] values, bool requiresGrad = false) where T : unmanaged, INumber<T> =>
        FromArray<T>(values, requiresGrad);

    /// <inheritdoc cref="Create{T}(T[,], bool)"/>
    public static Tensor<T> Create<T>(T[,,] values, bool requiresGrad = false) where T : unmanaged, INumber<T> =>
        FromArray<T>(values, requiresGrad);

    /// <inheritdoc cref="Create{T}(T[,], bool)"/>
    public static Tensor<T> Create<T>(T[,,,] values, bool requiresGrad = false) where T : unmanaged, INumber<T> =>
        FromArray<T>(values, requiresGrad);

    /// <summary>A copy of anybody's tensor span, of its shape.</summary>
    /// <param name="values">The elements, of any strides.</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it, which integers cannot have. Default false.</param>
    /// <exception cref="ArgumentException">More elements than a tensor holds.</exception>
    public static Tensor<T> Create<T>(in ReadOnlyTensorSpan<T> values, bool requiresGrad = false) where T : unmanaged, INumber<T>
    {
        var shape = new int[values.Rank];
        for (var i = 0; i < shape.Length; i++)
            shape[i] = values.Lengths[i] <= Array.MaxLength ? (int)values.Lengths[i] : throw TooMany(values.Lengths, nameof(values));
        var data = new T[Surprisal.Shape.Length(shape)];
        values.FlattenTo(data);
        return new Tensor<T>(data, shape).WithGrad(requiresGrad);
    }

    /// <summary>A tensor over the caller's own memory, nothing copied: writes on either side are seen on the other.</summary>
    /// <param name="memory">As many elements as the shape has, in row-major order; what is no array must outlive the tensor.</param>
    /// <param name="shape">The size of each dimension; [] for a single number.</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it, which integers cannot have. Default false.</param>
    /// <exception cref="ArgumentException">The memory's length is not the product of the shape.</exception>
    public static Tensor<T> Wrap<T>(Memory<T> memory, TensorShape shape, bool requiresGrad = false) where T : unmanaged, INumber<T>
    {
        if (memory.Length != shape.ElementCount)
            throw new ArgumentException($"memory holds {memory.Length} elements, " +
                $"but shape {shape} needs {shape.ElementCount}.", nameof(memory));
        return new Tensor<T>(memory, shape).WithGrad(requiresGrad);
    }

    /// <summary>A single number: rank 0.</summary>
    /// <param name="value">Its only element.</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it, which integers cannot have. Default false.</param>
    public static Tensor<T> Scalar<T>(T value, bool requiresGrad = false) where T : unmanaged, INumber<T> => Full([], value, requiresGrad);

    /// <summary>All zeros: <c>Tensor.Zeros&lt;float&gt;(2, 3)</c>, <c>Tensor.Zeros&lt;float&gt;(x.Shape)</c>.</summary>
    /// <param name="shape">The size of each dimension, one by one or as a shape; none make a single number.</param>
    /// <example><code>
    /// Console.WriteLine(Tensor.Zeros&lt;float>(2, 3));
    /// // tensor([[0., 0., 0.],
    /// //         [0., 0., 0.]])
    /// Console.WriteLine(Tensor.Zeros&lt;long>());                                // tensor(0)
    /// </code></example>
    public static Tensor<T> Zeros<T>(params TensorShape shape) where T : unmanaged, INumber<T> => Zeros<T>(shape, requiresGrad: false);

    /// <summary>All zeros.</summary>
    /// <param name="shape">The size of each dimension; [] for a single number.</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it, which integers cannot have.</param>
    public static Tensor<T> Zeros<T>(TensorShape shape, bool requiresGrad) where T : unmanaged, INumber<T> =>
        (StepScope.IsOpen ? PooledZeros<T>(shape) : new Tensor<T>(new T[shape.ElementCount], shape)).WithGrad(requiresGrad);

    /// <summary>All ones: <c>Tensor.Ones&lt;float&gt;(2, 3)</c>, <c>Tensor.Ones&lt;float&gt;(x.Shape)</c>.</summary>
    /// <param name="shape">The size of each dimension, one by one or as a shape; none make a single number.</param>
    public static Tensor<T> Ones<T>(params TensorShape shape) where T : unmanaged, INumber<T> => Full(shape, T.One);

    /// <summary>All ones.</summary>
    /// <param name="shape">The size of each dimension; [] for a single number.</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it, which integers cannot have.</param>
    public static Tensor<T> Ones<T>(TensorShape shape, bool requiresGrad) where T : unmanaged, INumber<T> =>
        Full(shape, T.One, requiresGrad);

    /// <summary>One value everywhere.</summary>
    /// <param name="shape">The size of each dimension; [] for a single number.</param>
    /// <param name="value">What every element is.</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it, which integers cannot have. Default false.</param>
    public static Tensor<T> Full<T>(TensorShape shape, T value, bool requiresGrad = false) where T : unmanaged, INumber<T>
    {
        var result = Uninitialized<T>(shape);
        result.Span.Fill(value);
        return result.WithGrad(requiresGrad);
    }

    /// <summary>Anything in it: for results that are written in whole.</summary>
    internal static Tensor<T> Uninitialized<T>(TensorShape shape) where T : unmanaged, INumber<T>
    {
        var array = TensorPool.Rent<T>(shape.ElementCount);
        var made = new Tensor<T>(array.AsMemory(0, shape.ElementCount), shape, new Storage(array, shape.ElementCount));
        StepScope.Note(made);
        return made;
    }

    /// <summary>Zeros in memory that may have been another tensor's.</summary>
    internal static Tensor<T> PooledZeros<T>(TensorShape shape) where T : unmanaged, INumber<T>
    {
        var zeros = Uninitialized<T>(shape);
        zeros.Span.Clear();
        return zeros;
    }

    private static Tensor<T> FromArray<T>(Array values, bool requiresGrad) where T : unmanaged, INumber<T>
    {
        var shape = new int[values.Rank];
        for (var i = 0; i < shape.Length; i++) shape[i] = values.GetLength(i);
        var data = new T[values.Length];
        if (values.Length > 0)
            MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(values)), values.Length)
                .CopyTo(data);
        return new Tensor<T>(data, shape).WithGrad(requiresGrad);
    }

    private static ArgumentException TooMany(ReadOnlySpan<nint> lengths, string name) =>
        new($"{name} has shape {Surprisal.Shape.Format(lengths)}; a tensor holds at most {Array.MaxLength} elements.", name);
}
