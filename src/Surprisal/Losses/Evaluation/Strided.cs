using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal;

/// <summary>Elements that lie strides apart, to and from row-major order: transposed, repeated, every second column.</summary>
internal static class Strided
{
    public static void Gather<T>(in ReadOnlyTensorSpan<T> tensor, Span<T> to) where T : unmanaged =>
        Walk(ref Unsafe.AsRef(in TensorMarshal.GetReference(tensor)), tensor.Lengths, tensor.Strides, ref MemoryMarshal.GetReference(to), back: false);

    public static void Scatter<T>(ReadOnlySpan<T> from, in TensorSpan<T> tensor) where T : unmanaged =>
        Walk(ref TensorMarshal.GetReference(tensor), tensor.Lengths, tensor.Strides, ref MemoryMarshal.GetReference(from), back: true);

    /// <summary>How many elements lie between the first and the last, both counted; refuses two elements in one place, of which only the last would be kept.</summary>
    /// <exception cref="ArgumentException">Strides that meet.</exception>
    public static int Extent(ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides, string name)
    {
        var (keys, sizes) = (strides.ToArray(), lengths.ToArray());
        Array.Sort(keys, sizes);
        nint extent = 1;
        for (var axis = 0; axis < keys.Length; axis++)
        {
            if (sizes[axis] == 1) continue;
            if (keys[axis] < extent)
                throw new ArgumentException($"{name} has several elements in one place (strides {TensorLengths.Text(strides)} for shape {TensorLengths.Text(lengths)}), and only one could be kept; give it memory of its own.", name);
            extent += (sizes[axis] - 1) * keys[axis];
        }
        return checked((int)extent);
    }

    /// <summary>Copies row by row, one way or <paramref name="back"/>; the rows go through in order.</summary>
    private static void Walk<T>(ref T strided, ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides, ref T dense, bool back) where T : unmanaged
    {
        var (rank, length, stride) = (lengths.Length, lengths[^1], strides[^1]);
        var index = new nint[rank];
        for (nint at = 0, place = 0, axis = 0; axis >= 0; place += length)
        {
            ref var row = ref Unsafe.Add(ref strided, at);
            ref var other = ref Unsafe.Add(ref dense, place);
            if (back) for (nint i = 0; i < length; i++) Unsafe.Add(ref row, i * stride) = Unsafe.Add(ref other, i);
            else for (nint i = 0; i < length; i++) Unsafe.Add(ref other, i) = Unsafe.Add(ref row, i * stride);
            for (axis = rank - 2; axis >= 0; axis--)
            {
                at += strides[(int)axis];
                if (++index[axis] < lengths[(int)axis]) break;
                at -= index[axis] * strides[(int)axis];
                index[axis] = 0;
            }
        }
    }
}
