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

    /// <summary>How far the target is below it; then the gradient at the target.</summary>
    public Span<double> Gap => room[rows..(2 * rows)];

    /// <summary>The sum of the others' exponentials; then the loss.</summary>
    public Span<double> Others => room[(2 * rows)..(3 * rows)];

    /// <summary>The weight of the target's class.</summary>
    public Span<double> Weight => room[(3 * rows)..(4 * rows)];

    /// <summary>The sum of the shares; then the factor of every exponential in the gradient.</summary>
    public Span<double> Spread => room[(4 * rows)..];

    /// <summary>Eight rows of one of the sums.</summary>
    public static Lanes<double> Load(ReadOnlySpan<double> sums, int row) => Lanes<double>.Load(ref MemoryMarshal.GetReference(sums), row);

    /// <summary>Puts what follows into the places of the sums, for eight rows.</summary>
    public void Store(int row, Lanes<double> loss, Lanes<double> factor, Lanes<double> atTarget)
    {
        loss.Store(ref MemoryMarshal.GetReference(Others), row);
        factor.Store(ref MemoryMarshal.GetReference(Spread), row);
        atTarget.Store(ref MemoryMarshal.GetReference(Gap), row);
    }
}
