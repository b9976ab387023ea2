using System.Buffers;
using Surprisal.Kernels;

namespace Surprisal;

/// <summary>A float copy of Half or BFloat16 numbers for the kernels, in rented memory; results are rounded once on the way back.</summary>
internal readonly ref struct Widened<T> where T : unmanaged, INumberBase<T>
{
    private readonly Span<T> narrow;
    private readonly float[]? rented;

    /// <summary>A copy to read.</summary>
    public Widened(ReadOnlySpan<T> numbers)
    {
        if (numbers.IsEmpty) return;
        rented = ArrayPool<float>.Shared.Rent(numbers.Length);
        Span = rented.AsSpan(0, numbers.Length);
        NarrowNumbers.Widen(numbers, Span);
    }

    /// <summary>Room for results, which <see cref="WriteBack"/> rounds into <paramref name="numbers"/>.</summary>
    public Widened(Span<T> numbers)
    {
        if (numbers.IsEmpty) return;
        narrow = numbers;
        rented = ArrayPool<float>.Shared.Rent(numbers.Length);
        Span = rented.AsSpan(0, numbers.Length);
    }

    public Span<float> Span { get; }

    public void WriteBack() => NarrowNumbers.Narrow<float, T>(Span, narrow);

    public void Dispose()
    {
        if (rented is not null) ArrayPool<float>.Shared.Return(rented);
    }
}
