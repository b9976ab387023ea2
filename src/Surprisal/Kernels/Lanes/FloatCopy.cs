namespace Surprisal.Kernels;

/// <summary>
/// A rented float buffer that stands for Half or BFloat16 numbers in a kernel; <see cref="WriteBack"/> rounds each result once.
/// </summary>
internal readonly ref struct FloatCopy<T> where T : unmanaged, INumberBase<T>
{
    private readonly Span<T> destination;
    private readonly Scratch<float> scratch;

    /// <summary>Copies an input.</summary>
    public FloatCopy(ReadOnlySpan<T> input)
    {
        if (input.IsEmpty) return;
        scratch = new(input.Length);
        SixteenBit.Widen(input, Span);
    }

    /// <summary>Rents a buffer for results that go to <paramref name="destination"/>.</summary>
    public FloatCopy(Span<T> destination)
    {
        if (destination.IsEmpty) return;
        this.destination = destination;
        scratch = new(destination.Length);
    }

    public Span<float> Span => scratch.Span;

    public void WriteBack() => SixteenBit.Narrow<float, T>(Span, destination);

    public void Dispose() => scratch.Dispose();
}
