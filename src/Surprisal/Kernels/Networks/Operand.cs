using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>The rows of A, or the columns of B, as the micro-kernel reads them: where they lie, or packed into micro-panels.</summary>
internal readonly unsafe struct Operand<T> where T : unmanaged
{
    public readonly T* Start;

    /// <summary>How many rows, or columns.</summary>
    public readonly int Length;

    /// <summary>From one row, or column, to the next; of packed ones on the average, for a micro-panel is whole.</summary>
    public readonly nint Stride;

    /// <summary>From one to the next within a micro-panel.</summary>
    public readonly nint InnerStride;

    /// <summary>From one product to the next.</summary>
    public readonly nint Step;

    private readonly bool isPacked;

    private Operand(T* start, int length, nint stride, nint innerStride, nint step, bool isPacked)
    {
        Start = start;
        (Length, Stride, InnerStride, Step) = (length, stride, innerStride, step);
        this.isPacked = isPacked;
    }

    public static Operand<T> InPlace(T* start, int length, nint stride, nint step) =>
        new(start, length, stride, stride, step, isPacked: false);

    /// <summary>Memory that may be read a tile behind the end.</summary>
    public static Operand<T> Padded(T* start, int length, nint stride) => new(start, length, stride, stride, 0, isPacked: true);

    /// <summary>Micro-panels of <paramref name="width"/> rows, or columns, and <paramref name="kc"/> products.</summary>
    public static Operand<T> Panels(T* panels, int length, int width, int kc) =>
        new(panels, length, stride: kc, innerStride: 1, step: width, isPacked: true);

    /// <summary>
    /// Where a tile of <paramref name="size"/> begins that holds number <paramref name="i"/>: there, where the padding of a micro-panel
    /// follows the end; else early enough to read nothing behind it, be it before <see cref="Start"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int First(int i, int size) => isPacked ? i : Math.Min(i, Length - size);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T* At(int i) => Start + i * Stride;

    /// <summary>Where the factors of the first products lie, from where a row, or column, begins.</summary>
    public void Steps(nint* steps, int count)
    {
        for (var p = 0; p < count; p++) steps[p] = p * Step;
    }

    /// <summary>The same rows, or columns, a few elements further on.</summary>
    public Operand<T> From(nint offset) => new(Start + offset, Length, Stride, InnerStride, Step, isPacked);
}
