using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Surprisal;

/// <summary>
/// The elements of a tensor span in row-major order, to read: its own memory where that is contiguous, else a rented copy.
/// </summary>
internal readonly ref struct Gathered<T> where T : unmanaged
{
    private readonly T[]? rented;

    public Gathered(in ReadOnlyTensorSpan<T> tensor, string name)
    {
        var count = TensorLengths.Count(tensor.Lengths, name);
        if (count == 0 || tensor.IsEmpty) return;
        if (tensor.IsDense)
        {
            Span = MemoryMarshal.CreateReadOnlySpan(in TensorMarshal.GetReference(tensor), count);
            return;
        }
        rented = ArrayPool<T>.Shared.Rent(count);
        Strided.Gather(tensor, rented);
        Span = rented.AsSpan(0, count);
    }

    public ReadOnlySpan<T> Span { get; }

    public void Dispose()
    {
        if (rented is not null) ArrayPool<T>.Shared.Return(rented);
    }
}
