using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Surprisal.Kernels;

namespace Surprisal;

public abstract partial class Tensor
{
    /// <summary>A tensor of rank 1 with a copy of <paramref name="values"/>.</summary>
    public static Tensor<T> Create<T>(ReadOnlySpan<T> values, bool requiresGrad = false) where T : unmanaged, INumber<T> =>
        Create(values, [values.Length], requiresGrad);

    /// <summary>A tensor of the given shape with a copy of <paramref name="values"/> in row-major order.</summary>
    /// <exception cref="ArgumentException">The number of values is not the product of the shape.</exception>
    public static Tensor<T> Create<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> shape, bool requiresGrad = false) where T : unmanaged, INumber<T>
    {
        if (values.Length != Surprisal.Shape.Length(shape))
            throw new ArgumentException($"values holds {values.Length} elements, but shape {Surprisal.Shape.Format(shape)} needs {Surprisal.Shape.Length(shape)}.", nameof(values));
        return new Tensor<T>(values.ToArray(), shape.ToArray()).Requires(requiresGrad);
    }

    /// <summary>A matrix of the given rows, all of one length: <c>Tensor.Create&lt;float&gt;([[1, 2], [1, 3]])</c>.</summary>
    /// <exception cref="ArgumentException">The rows differ in length.</exception>
    public static Tensor<T> Create<T>(ReadOnlySpan<T[]> rows, bool requiresGrad = false) where T : unmanaged, INumber<T>
    {
        var columns = rows.Length == 0 ? 0 : rows[0].Length;
        var values = new T[Surprisal.Shape.Length([rows.Length, columns])];
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i].Length != columns)
                throw new ArgumentException($"rows[{i}] has {rows[i].Length} elements, but rows[0] has {columns}; all rows need the same length.", nameof(rows));
            rows[i].CopyTo(values.AsSpan(i * columns));
        }
        return new Tensor<T>(values, [rows.Length, columns]).Requires(requiresGrad);
    }

    /// <summary>A copy of a C# array of any rank: <c>Tensor.Create(new float[,] { { 1, 2 }, { 1, 3 } })</c>.</summary>
    public static Tensor<T> Create<T>(T[,] values, bool requiresGrad = false) where T : unmanaged, INumber<T> => FromArray<T>(values, requiresGrad);

    /// <inheritdoc cref="Create{T}(T[,], bool)"/>
    public static Tensor<T> Create<T>(T[,,] values, bool requiresGrad = false) where T : unmanaged, INumber<T> => FromArray<T>(values, requiresGrad);

    /// <inheritdoc cref="Create{T}(T[,], bool)"/>
    public static Tensor<T> Create<T>(T[,,,] values, bool requiresGrad = false) where T : unmanaged, INumber<T> => FromArray<T>(values, requiresGrad);

    /// <summary>A copy of anybody's tensor span, of its shape.</summary>
    public static Tensor<T> Create<T>(in ReadOnlyTensorSpan<T> values, bool requiresGrad = false) where T : unmanaged, INumber<T>
    {
        var shape = new int[values.Rank];
        for (var i = 0; i < shape.Length; i++)
            shape[i] = values.Lengths[i] <= Array.MaxLength ? (int)values.Lengths[i] : throw new ArgumentException($"values has shape [{string.Join(", ", values.Lengths.ToArray())}]; a tensor holds at most {Array.MaxLength} elements.", nameof(values));
        var data = new T[Surprisal.Shape.Length(shape)];
        values.FlattenTo(data);
        return new Tensor<T>(data, shape).Requires(requiresGrad);
    }

    /// <summary>A tensor over the caller's own memory, nothing copied: writes on either side are seen on the other.</summary>
    /// <exception cref="ArgumentException">The memory's length is not the product of the shape.</exception>
    public static Tensor<T> Wrap<T>(Memory<T> memory, ReadOnlySpan<int> shape, bool requiresGrad = false) where T : unmanaged, INumber<T>
    {
        if (memory.Length != Surprisal.Shape.Length(shape))
            throw new ArgumentException($"memory holds {memory.Length} elements, but shape {Surprisal.Shape.Format(shape)} needs {Surprisal.Shape.Length(shape)}.", nameof(memory));
        return new Tensor<T>(memory, shape.ToArray()).Requires(requiresGrad);
    }

    /// <summary>A single number: rank 0.</summary>
    public static Tensor<T> Scalar<T>(T value, bool requiresGrad = false) where T : unmanaged, INumber<T> => Full([], value, requiresGrad);

    /// <summary>All zeros.</summary>
    public static Tensor<T> Zeros<T>(ReadOnlySpan<int> shape, bool requiresGrad = false) where T : unmanaged, INumber<T> =>
        new Tensor<T>(new T[Surprisal.Shape.Length(shape)], shape.ToArray()).Requires(requiresGrad);

    /// <summary>All ones.</summary>
    public static Tensor<T> Ones<T>(ReadOnlySpan<int> shape, bool requiresGrad = false) where T : unmanaged, INumber<T> => Full(shape, T.One, requiresGrad);

    /// <summary>The same value everywhere.</summary>
    public static Tensor<T> Full<T>(ReadOnlySpan<int> shape, T value, bool requiresGrad = false) where T : unmanaged, INumber<T>
    {
        var result = Uninitialized<T>(shape);
        result.Span.Fill(value);
        return result.Requires(requiresGrad);
    }

    /// <summary>The whole numbers 0 .. <paramref name="end"/> - 1.</summary>
    public static Tensor<T> Arange<T>(T end) where T : unmanaged, INumber<T> => Arange(T.Zero, end, T.One);

    /// <summary>start, start + step, ... up to but without <paramref name="end"/>.</summary>
    /// <remarks>Whole numbers are counted exactly. Others are computed in double and rounded once, and a float is read as its shortest decimal: 0.1f is 0.1.</remarks>
    /// <exception cref="ArgumentException">A step that is zero or leads away from the end, a number that is not finite, or more elements than a tensor holds.</exception>
    public static Tensor<T> Arange<T>(T start, T end, T step) where T : unmanaged, INumber<T>
    {
        if (!T.IsFinite(start) || !T.IsFinite(end)) throw new ArgumentException($"from {start} to {end} there is no last number; both must be finite.", T.IsFinite(start) ? nameof(end) : nameof(start));
        if (!T.IsFinite(step) || T.IsZero(step) || (end != start && end > start != step > T.Zero))
            throw new ArgumentException($"step is {step}, which does not lead from {start} to {end}.", nameof(step));
        var (from, by) = (Decimal(start), Decimal(step));
        var isWhole = T.IsInteger(start) && T.IsInteger(end) && T.IsInteger(step);
        var count = isWhole ? Steps(BigInteger.CreateChecked(end) - BigInteger.CreateChecked(start), BigInteger.CreateChecked(step)) : double.Ceiling((Decimal(end) - from) / by);
        if (count > Array.MaxLength) throw new ArgumentException($"from {start} to {end} by {step} are {count} elements; a tensor holds at most {Array.MaxLength}.", nameof(end));
        var values = new T[(int)count];
        for (var i = 0; i < values.Length; i++) values[i] = typeof(T).IsFloatingPoint ? T.CreateTruncating(from + i * by) : start + T.CreateTruncating(i) * step; // wrapping, the sum fits again
        return new Tensor<T>(values, [values.Length]);
    }

    /// <summary>How many steps fit before the end.</summary>
    private static double Steps(BigInteger span, BigInteger step) => span.IsZero ? 0 : (double)((span + step - span.Sign) / step);

    /// <summary>The number that was meant: the shortest decimal that rounds to it.</summary>
    private static double Decimal<T>(T value) where T : INumber<T>
    {
        var exact = double.CreateTruncating(value);
        for (var digits = 0; digits < 9 && typeof(T) != typeof(double); digits++)
            if (double.Parse(exact.ToString($"E{digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) is var shorter && T.CreateTruncating(shorter) == value)
                return shorter;
        return exact;
    }

    /// <summary>Uniform in [0, 1).</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="seed">The same seed gives the same numbers on every machine (not PyTorch's numbers).</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it.</param>
    public static Tensor<T> Rand<T>(ReadOnlySpan<int> shape, long seed, bool requiresGrad = false) where T : unmanaged, IFloatingPointIeee754<T> =>
        Sample(shape, new RandomStream(seed), static (ref r) => BelowOne<T>(ref r)).Requires(requiresGrad);

    /// <summary>Standard normal: mean 0, variance 1.</summary>
    /// <inheritdoc cref="Rand{T}" path="/param"/>
    public static Tensor<T> Randn<T>(ReadOnlySpan<int> shape, long seed, bool requiresGrad = false) where T : unmanaged, IFloatingPointIeee754<T> =>
        Sample(shape, new RandomStream(seed), static (ref r) => T.CreateTruncating(r.Normal())).Requires(requiresGrad);

    /// <summary>Whole numbers, uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty.</exception>
    public static Tensor<T> RandInt<T>(long low, long high, ReadOnlySpan<int> shape, long seed) where T : unmanaged, INumber<T>
    {
        if (high <= low) throw new ArgumentOutOfRangeException(nameof(high), high, $"the range [{low}, {high}) is empty; high must be greater than low.");
        return Sample(shape, new RandomStream(seed), (ref r) => T.CreateChecked(low + (long)r.Below((ulong)(high - low))));
    }

    internal static Tensor<T> Uninitialized<T>(ReadOnlySpan<int> shape) where T : unmanaged, INumber<T> =>
        new(TensorPool.Rent<T>(Surprisal.Shape.Length(shape)), shape.ToArray());

    /// <summary>Uniform in [0, 1); a 16-bit type that would round up to 1 draws again.</summary>
    private static T BelowOne<T>(ref RandomStream random) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T sample;
        do sample = T.CreateTruncating(random.Uniform());
        while (sample == T.One);
        return sample;
    }

    private delegate T Sampler<T>(ref RandomStream random);

    private static Tensor<T> Sample<T>(ReadOnlySpan<int> shape, RandomStream random, Sampler<T> sampler) where T : unmanaged, INumber<T>
    {
        var result = Uninitialized<T>(shape);
        foreach (ref var value in result.Span) value = sampler(ref random);
        return result;
    }

    private static Tensor<T> FromArray<T>(Array values, bool requiresGrad) where T : unmanaged, INumber<T>
    {
        var shape = new int[values.Rank];
        for (var i = 0; i < shape.Length; i++) shape[i] = values.GetLength(i);
        var result = Uninitialized<T>(shape);
        if (values.Length > 0) MemoryMarshal.CreateReadOnlySpan(ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(values)), values.Length).CopyTo(result.Span);
        return result.Requires(requiresGrad);
    }
}
