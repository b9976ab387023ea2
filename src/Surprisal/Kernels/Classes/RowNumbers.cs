using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>Some doubles of each row, [numbers, rows]: one kind of number lies side by side, so that a lane is a row.</summary>
/// <param name="memory">As long as both together; the number of rows is a multiple of eight.</param>
/// <param name="numbers">How many are kept of a row.</param>
internal readonly ref struct RowNumbers(Span<double> memory, int numbers)
{
    private readonly int rows = memory.Length / numbers;
    private readonly Span<double> memory = memory;

    /// <summary>One kind of number, of all rows.</summary>
    public Span<double> this[int kind] => memory.Slice(kind * rows, rows);

    /// <summary>One kind of number, of eight rows from <paramref name="row"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<double> Load(int kind, int row) => Lanes<double>.Load(ref MemoryMarshal.GetReference(memory), kind * rows + row);

    /// <inheritdoc cref="Load"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int kind, int row, Lanes<double> value) => value.Store(ref MemoryMarshal.GetReference(memory), kind * rows + row);

    /// <summary>Multiplies one kind of number by each row's scale.</summary>
    public void Scale(int kind, ReadOnlySpan<double> scales)
    {
        var values = this[kind][..scales.Length];
        Elementwise.Map<double, Formulas<double>.Multiply>(values, scales, values, default);
    }
}
