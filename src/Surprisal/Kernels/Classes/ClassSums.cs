using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>What a loss over class indices needs of rows, one in each lane of double: their sums, and then, in the same places, what follows from them.</summary>
/// <param name="room">Five numbers for each row; the number of rows is a multiple of eight.</param>
internal readonly ref struct ClassSums(Span<double> room)
{
    private readonly int rows = room.Length / 5;
    private readonly Span<double> room = room;

    /// <summary>The largest logit.</summary>
    public Span<double> Max => room[..rows];

    /// <summary>The target's logit; then the gradient there.</summary>
    public Span<double> AtTarget => room[rows..(2 * rows)];

    /// <summary>The sum of the others' exponentials; then the loss.</summary>
    public Span<double> Others => room[(2 * rows)..(3 * rows)];

    /// <summary>The weight of the target's class.</summary>
    public Span<double> Weight => room[(3 * rows)..(4 * rows)];

    /// <summary>The sum of the shares; then the factor of every exponential in the gradient.</summary>
    public Span<double> Spread => room[(4 * rows)..];

    /// <summary>The sums of eight rows from <paramref name="row"/> on; the gap is how far the target is below the maximum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Load(int row, out Lanes<double> max, out Lanes<double> gap, out Lanes<double> others, out Lanes<double> weight, out Lanes<double> spread)
    {
        ref var from = ref MemoryMarshal.GetReference(room);
        max = Lanes<double>.Load(ref from, row);
        gap = max - Lanes<double>.Load(ref from, rows + row);
        others = Lanes<double>.Load(ref from, 2 * rows + row);
        weight = Lanes<double>.Load(ref from, 3 * rows + row);
        spread = Lanes<double>.Load(ref from, 4 * rows + row);
    }

    /// <summary>Puts what follows into the places of the sums, for eight rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int row, Lanes<double> loss, Lanes<double> factor, Lanes<double> atTarget)
    {
        ref var to = ref MemoryMarshal.GetReference(room);
        atTarget.Store(ref to, rows + row);
        loss.Store(ref to, 2 * rows + row);
        factor.Store(ref to, 4 * rows + row);
    }
}
