using System.Numerics.Tensors;
using Surprisal.Kernels;

namespace Surprisal;

public static partial class SpanFunctions
{
    /// <summary>How long an axis is, and how many elements lie behind each of its steps.</summary>
    private static (int Along, int Inner) Split<T>(ReadOnlySpan<nint> shape, int axis)
    {
        CheckElement<T>();
        axis = Axis(axis, shape.Length);
        nint inner = 1;
        for (var i = axis + 1; i < shape.Length; i++) inner *= shape[i];
        return shape.Length == 0 ? (0, 1) : ((int)shape[axis], (int)inner);
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
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            throw new NotSupportedException($"the spans hold {typeof(T).Name}; functions compute in float and double.");
    }

    private static void CheckShape(ReadOnlySpan<nint> actual, ReadOnlySpan<nint> expected, string name, string like)
    {
        if (!actual.SequenceEqual(expected))
            throw new ArgumentException($"{name} has shape {Dense.Text(actual)}, but {like} has {Dense.Text(expected)}; they must be the same.", name);
    }

    /// <summary>The shape of x without the axis, or with it at size 1; a row of rank 1 becomes one number.</summary>
    private static void CheckReduced(ReadOnlySpan<nint> actual, ReadOnlySpan<nint> shape, int axis, string name)
    {
        axis = Axis(axis, shape.Length);
        var kept = actual.Length == shape.Length && actual[..axis].SequenceEqual(shape[..axis]) && actual[axis..] is [1, .. var behind] && behind.SequenceEqual(shape[(axis + 1)..]);
        var gone = shape.Length > 1 && actual.Length == shape.Length - 1 && actual[..axis].SequenceEqual(shape[..axis]) && actual[axis..].SequenceEqual(shape[(axis + 1)..]);
        if (!kept && !gone)
            throw new ArgumentException($"{name} has shape {Dense.Text(actual)}, but x has {Dense.Text(shape)}; it needs that shape without axis {axis}, or with that axis at size 1.", name);
    }

    /// <summary>The same memory is written where it was just read; memory that is shifted would be overwritten before.</summary>
    private static void CheckOverlap<T>(ReadOnlySpan<T> read, ReadOnlySpan<T> destination, string name)
    {
        if (read.Overlaps(destination, out var offset) && (offset != 0 || read.Length != destination.Length))
            throw new ArgumentException($"destination overlaps a part of {name}, which it would overwrite before it is read; give it exactly the memory of {name}, or other memory.", nameof(destination));
    }

    private static void Map<T, TOp>(in ReadOnlyTensorSpan<T> x, in TensorSpan<T> destination, TOp f) where T : unmanaged where TOp : struct, IUnary<T>
    {
        CheckElement<T>();
        CheckShape(destination.AsReadOnlyTensorSpan().Lengths, x.Lengths, nameof(destination), nameof(x));
        var from = Dense.Span(x, nameof(x));
        var to = Dense.Span(destination, nameof(destination));
        CheckOverlap(from, to, nameof(x));
        Elementwise.Map(from, to, f);
    }

    private static void Map<T, TOp>(in ReadOnlyTensorSpan<T> first, string name, in ReadOnlyTensorSpan<T> upstream, in TensorSpan<T> destination, TOp f) where T : unmanaged where TOp : struct, IBinary<T>
    {
        CheckElement<T>();
        CheckShape(upstream.Lengths, first.Lengths, nameof(upstream), name);
        CheckShape(destination.AsReadOnlyTensorSpan().Lengths, first.Lengths, nameof(destination), name);
        var left = Dense.Span(first, name);
        var right = Dense.Span(upstream, nameof(upstream));
        var to = Dense.Span(destination, nameof(destination));
        CheckOverlap(left, to, name);
        CheckOverlap(right, to, nameof(upstream));
        Elementwise.Map(left, right, to, f);
    }
}
