using System.Numerics.Tensors;
using Surprisal.Kernels;

namespace Surprisal;

public static partial class SpanFunctions
{
    /// <summary>How long an axis is, and how many elements lie behind each of its steps.</summary>
    private static (int Along, int Inner) Split<T>(ReadOnlySpan<nint> shape, int axis, string name)
    {
        CheckElement<T>();
        axis = Axis(axis, shape.Length);
        if (shape.Length == 0) return (0, 1);
        TensorLengths.Count(shape, name);
        var inner = TensorLengths.Product(shape[(axis + 1)..]);
        TensorLengths.CheckStrided(shape, axis, inner, name);
        return (TensorLengths.Product(shape.Slice(axis, 1)), inner);
    }

    private static int Axis(int axis, int rank)
    {
        var limit = Math.Max(rank, 1);
        if (axis < -limit || axis >= limit)
            throw new ArgumentOutOfRangeException(nameof(axis), $"Dimension out of range (expected to be in range of [{-limit}, {limit - 1}], but got {axis})");
        return axis < 0 ? axis + limit : axis;
    }

    private static void CheckElement<T>()
    {
        if (!typeof(T).IsFloatingPoint) throw new NotSupportedException($"the spans hold {typeof(T).Name}; functions compute with float, double, Half and BFloat16.");
    }

    private static void CheckShape(ReadOnlySpan<nint> actual, ReadOnlySpan<nint> expected, string name, string like)
    {
        if (!actual.SequenceEqual(expected))
            throw new ArgumentException($"{name} has shape {TensorLengths.Text(actual)}, but {like} has {TensorLengths.Text(expected)}; they must be the same.", name);
    }

    /// <summary>The shape of x without the axis, or with it at size 1; a row of rank 1 becomes one number.</summary>
    private static void CheckReduced(ReadOnlySpan<nint> actual, ReadOnlySpan<nint> shape, int axis, string name)
    {
        axis = Axis(axis, shape.Length);
        var kept = actual.Length == shape.Length && actual[..axis].SequenceEqual(shape[..axis]) && actual[axis..] is [1, .. var behind] && behind.SequenceEqual(shape[(axis + 1)..]);
        var gone = shape.Length > 1 && actual.Length == shape.Length - 1 && actual[..axis].SequenceEqual(shape[..axis]) && actual[axis..].SequenceEqual(shape[(axis + 1)..]);
        if (!kept && !gone)
            throw new ArgumentException($"{name} has shape {TensorLengths.Text(actual)}, but x has {TensorLengths.Text(shape)}; it needs that shape without axis {axis}, or with that axis at size 1.", name);
    }

    private static void Map<T, TOp, TFloat>(in ReadOnlyTensorSpan<T> x, in TensorSpan<T> destination, TOp f, TFloat inFloat)
        where T : unmanaged where TOp : struct, IUnary<T> where TFloat : struct, IUnary<float>
    {
        CheckElement<T>();
        CheckShape(destination.AsReadOnlyTensorSpan().Lengths, x.Lengths, nameof(destination), nameof(x));
        using var from = new Gathered<T>(x, nameof(x));
        using var to = new Scattered<T>(destination, nameof(destination));
        Overlap.CheckPart(to.Span, nameof(destination), from.Span, nameof(x));
        if (typeof(T).Is16Bit) SixteenBitMap.Map(from.Span, to.Span, inFloat);
        else Elementwise.Map(from.Span, to.Span, f);
        to.Store();
    }

    private static void Map<T, TOp, TFloat>(
        in ReadOnlyTensorSpan<T> first, string name, in ReadOnlyTensorSpan<T> upstream, in TensorSpan<T> destination, TOp f, TFloat inFloat)
        where T : unmanaged where TOp : struct, IBinary<T> where TFloat : struct, IBinary<float>
    {
        CheckElement<T>();
        CheckShape(upstream.Lengths, first.Lengths, nameof(upstream), name);
        CheckShape(destination.AsReadOnlyTensorSpan().Lengths, first.Lengths, nameof(destination), name);
        using var left = new Gathered<T>(first, name);
        using var right = new Gathered<T>(upstream, nameof(upstream));
        using var to = new Scattered<T>(destination, nameof(destination));
        Overlap.CheckPart(to.Span, nameof(destination), left.Span, name);
        Overlap.CheckPart(to.Span, nameof(destination), right.Span, nameof(upstream));
        if (typeof(T).Is16Bit) SixteenBitMap.Map(left.Span, right.Span, to.Span, inFloat);
        else Elementwise.Map(left.Span, right.Span, to.Span, f);
        to.Store();
    }
}
