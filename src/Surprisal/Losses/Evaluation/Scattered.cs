using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Surprisal;

/// <summary>
/// Where to write the elements of a tensor span in row-major order: its own memory where that is contiguous, else a rented buffer that
/// <see cref="Store"/> scatters.
/// </summary>
/// <remarks>Storing at the end cannot overwrite an input that is still needed: all of them have been read.</remarks>
internal readonly ref struct Scattered<T> where T : unmanaged
{
    private readonly TensorSpan<T> tensor;
    private readonly T[]? rented;

    /// <exception cref="ArgumentException">Two elements in one place.</exception>
    public Scattered(in TensorSpan<T> tensor, string name)
    {
        var count = TensorLengths.Count(tensor.Lengths, name);
        if (count == 0 || tensor.IsEmpty) return;
        ref var first = ref TensorMarshal.GetReference(tensor);
        if (tensor.IsDense)
        {
            Span = MemoryMarshal.CreateSpan(ref first, count);
            Memory = Span;
            return;
        }
        this.tensor = tensor;
        Memory = MemoryMarshal.CreateReadOnlySpan(ref first, Strided.Extent(tensor.Lengths, tensor.Strides, name));
        rented = ArrayPool<T>.Shared.Rent(count);
        Span = rented.AsSpan(0, count);
    }

    public Span<T> Span { get; }

    /// <summary>From the first element to the last, with what lies between.</summary>
    public ReadOnlySpan<T> Memory { get; }

    public void Store()
    {
        if (rented is not null) Strided.Scatter(rented, tensor);
    }

    public void Dispose()
    {
        if (rented is not null) ArrayPool<T>.Shared.Return(rented);
    }
}
