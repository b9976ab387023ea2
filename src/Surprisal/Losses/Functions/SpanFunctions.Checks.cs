using System.Numerics.Tensors;
using Surprisal.Kernels;

namespace Surprisal;

public static partial class SpanFunctions
{
    /// <summary>How long a dimension is, and how many elements lie behind each of its steps.</summary>
    private static (int Along, int Inner) Split<T>(ReadOnlySpan<nint> shape, int dim, string name)
    {
        CheckElement<T>();
        dim = Shape.Axis(dim, shape.Length);
        if (shape.Length == 0) return (0, 1);
        TensorLengths.Count(shape, name);
        var inner = TensorLengths.Product(shape[(dim + 1)..]);
        TensorLengths.CheckStrided(shape, dim, inner, name);
        return (TensorLengths.Product(shape.Slice(dim, 1)), inner);
    }

    private static void CheckElement<T>() => typeof(T).CheckFloatingPoint("spans", "functions");

    private static void CheckShape(ReadOnlySpan<nint> actual, ReadOnlySpan<nint> expected, string name, string like) =>
        TensorLengths.CheckShape(actual, expected, name, like, have: "has");

    /// <summary>
    /// Refuses a shape that is neither that of x without the dimension nor that with the dimension at size 1; a row of rank 1 becomes one
    /// number.
    /// </summary>
    private static void CheckReduced(ReadOnlySpan<nint> actual, ReadOnlySpan<nint> shape, int dim, string name)
    {
        dim = Shape.Axis(dim, shape.Length);
        if (IsReduced(actual, shape, dim)) return;
        throw new ArgumentException(
            $"{name} has shape {Shape.Format(actual)}, but x has {Shape.Format(shape)}; " +
            $"it needs that shape without dim {dim}, or with that dim at size 1.", name);
    }

    private static bool IsReduced(ReadOnlySpan<nint> actual, ReadOnlySpan<nint> shape, int dim)
    {
        if (actual.Length < dim || shape.Length == 0 || !actual[..dim].SequenceEqual(shape[..dim])) return false;
        ReadOnlySpan<nint> rest = actual[dim..], behind = shape[(dim + 1)..];
        var isKept = rest is [1, .. var others] && others.SequenceEqual(behind);
        return isKept || (shape.Length > 1 && rest.SequenceEqual(behind));
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
