using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Surprisal;

/// <summary>From tensor spans to flat spans, for memory without gaps; and the errors about their shapes.</summary>
internal static class Dense
{
    public static ReadOnlySpan<T> Span<T>(in ReadOnlyTensorSpan<T> tensor, string name)
    {
        if (tensor.IsEmpty) return default;
        if (!tensor.IsDense) throw new ArgumentException($"{name} has gaps between its elements (strides {Text(tensor.Strides)} for shape {Text(tensor.Lengths)}); copy it to dense memory first.", name);
        if (tensor.FlattenedLength > Array.MaxLength) throw new ArgumentException($"{name} has {tensor.FlattenedLength} elements; at most {Array.MaxLength} fit one call: split it along its first dimension.", name);
        return MemoryMarshal.CreateReadOnlySpan(in TensorMarshal.GetReference(tensor), (int)tensor.FlattenedLength);
    }

    public static Span<T> Span<T>(in TensorSpan<T> tensor, string name)
    {
        var read = Span(tensor.AsReadOnlyTensorSpan(), name);
        return MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(read), read.Length);
    }

    public static void CheckShape(ReadOnlySpan<nint> actual, ReadOnlySpan<nint> expected, string name, string like)
    {
        if (!actual.SequenceEqual(expected)) throw new ArgumentException($"{name} has shape {Text(actual)}, but {like} have {Text(expected)}; they must be the same.", name);
    }

    public static string Text(ReadOnlySpan<nint> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
