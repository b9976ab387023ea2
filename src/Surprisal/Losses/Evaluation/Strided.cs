using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal;

/// <summary>Copies elements that lie strides apart (transposed, repeated, every second column) to row-major order, and back.</summary>
internal static class Strided
{
    public static void Gather<T>(in ReadOnlyTensorSpan<T> tensor, Span<T> destination) where T : unmanaged =>
        Walk(ref Unsafe.AsRef(in TensorMarshal.GetReference(tensor)), tensor.Lengths, tensor.Strides,
            ref MemoryMarshal.GetReference(destination), isScatter: false);

    public static void Scatter<T>(ReadOnlySpan<T> source, in TensorSpan<T> tensor) where T : unmanaged =>
        Walk(ref TensorMarshal.GetReference(tensor), tensor.Lengths, tensor.Strides, ref MemoryMarshal.GetReference(source),
            isScatter: true);

    /// <summary>
    /// How many elements lie between the first and the last, both counted; refuses two elements in one place, of which only the last would
    /// be kept.
    /// </summary>
    /// <exception cref="ArgumentException">Strides that meet.</exception>
    public static int Extent(ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides, string name)
    {
        var (sorted, sizes) = (strides.ToArray(), lengths.ToArray());
        Array.Sort(sorted, sizes);
        nint extent = 1;
        for (var axis = 0; axis < sorted.Length; axis++)
        {
            if (sizes[axis] == 1) continue;
            if (sorted[axis] < extent) throw SeveralInOnePlace(lengths, strides, name);
            extent += (sizes[axis] - 1) * sorted[axis];
        }
        return checked((int)extent);
    }

    /// <summary>Copies row by row in row-major order: from the strides, or to them where <paramref name="isScatter"/>.</summary>
    private static void Walk<T>(ref T strided, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides, ref T contiguous, bool isScatter)
        where T : unmanaged
    {
        var (rank, length, stride) = (lengths.Length, lengths[^1], strides[^1]);
        var index = new nint[rank];
        for (nint offset = 0, start = 0, axis = 0; axis >= 0; start += length)
        {
            ref var row = ref Unsafe.Add(ref strided, offset);
            ref var other = ref Unsafe.Add(ref contiguous, start);
            if (isScatter) for (nint i = 0; i < length; i++) Unsafe.Add(ref row, i * stride) = Unsafe.Add(ref other, i);
            else for (nint i = 0; i < length; i++) Unsafe.Add(ref other, i) = Unsafe.Add(ref row, i * stride);
            for (axis = rank - 2; axis >= 0; axis--)
            {
                offset += strides[(int)axis];
                if (++index[axis] < lengths[(int)axis]) break;
                offset -= index[axis] * strides[(int)axis];
                index[axis] = 0;
            }
        }
    }

    private static ArgumentException SeveralInOnePlace(ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides, string name) =>
        new($"{name} has several elements in one place (strides {Shape.Format(strides)} for shape {Shape.Format(lengths)}), " +
            "and only one could be kept; " +
            "give it memory of its own.", name);
}
