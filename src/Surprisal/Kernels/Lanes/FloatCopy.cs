namespace Surprisal.Kernels;

/// <summary>A float copy of Half or BFloat16 numbers for the kernels, in rented memory; results are rounded once on the way back.</summary>
internal readonly ref struct FloatCopy<T> where T : unmanaged, INumberBase<T>
{
    private readonly Span<T> narrow;
    private readonly Scratch<float> scratch;

    /// <summary>A copy to read.</summary>
    public FloatCopy(ReadOnlySpan<T> numbers)
    {
        if (numbers.IsEmpty) return;
        scratch = new(numbers.Length);
        SixteenBit.Widen(numbers, Span);
    }

    /// <summary>Room for results, which <see cref="WriteBack"/> rounds into <paramref name="numbers"/>.</summary>
    public FloatCopy(Span<T> numbers)
    {
        if (numbers.IsEmpty) return;
        narrow = numbers;
        scratch = new(numbers.Length);
    }

    public Span<float> Span => scratch.Span;

    public void WriteBack() => SixteenBit.Narrow<float, T>(Span, narrow);

    public void Dispose() => scratch.Dispose();
}
