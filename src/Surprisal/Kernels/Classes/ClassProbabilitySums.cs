using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>What cross-entropy needs of rows of logits and class probabilities, one in each lane of double: their sums, and then, in the same places, what follows from them.</summary>
/// <param name="room">Six numbers for each row; the number of rows is a multiple of eight.</param>
internal readonly ref struct ClassProbabilitySums(Span<double> room)
{
    private readonly int rows = room.Length / 6;
    private readonly Span<double> room = room;

    /// <summary>The largest logit; then, of columns, what their gradients are multiplied by.</summary>
    public Span<double> Max => room[..rows];

    /// <summary>How many exponentials are 1.</summary>
    public Span<double> Ones => room[rows..(2 * rows)];

    /// <summary>The sum of the exponentials below 1; then the logarithm of all of them.</summary>
    public Span<double> Below => room[(2 * rows)..(3 * rows)];

    /// <summary>The sum of q below the largest logit; then the gradient there without cancellation, where it has no equal.</summary>
    public Span<double> Rest => room[(3 * rows)..(4 * rows)];

    /// <summary>The sum of q at the largest logit; then what turns an exponential into its part of the gradient.</summary>
    public Span<double> Top => room[(4 * rows)..(5 * rows)];

    /// <summary>The sum of q (max - x); then the loss.</summary>
    public Span<double> Cost => room[(5 * rows)..];

    /// <summary>Puts what follows into the places of the sums, for eight rows. NaN where the maximum is not finite.</summary>
    [MethodImpl(Compile.Separately)]
    public void Finish(int row, double z)
    {
        ref var at = ref Unsafe.Add(ref MemoryMarshal.GetReference(room), row);
        var (one, max, rest, top) = (Lanes<double>.All(1), Lanes<double>.Load(ref at, 0), Lanes<double>.Load(ref at, 3 * rows), Lanes<double>.Load(ref at, 4 * rows));
        var invalid = max - max;
        var others = Lanes<double>.Load(ref at, 2 * rows) + (Lanes<double>.Load(ref at, rows) - one);
        var total = rest + top;
        var logSum = others.Log1p() + invalid;
        var (lse, norm) = (max + logSum, one + others);
        var pull = z == 0 ? Lanes<double>.Zero : Lanes<double>.All(2 * z) * lse;
        var isFinite = Lanes<double>.Equal(total - total, Lanes<double>.Zero);
        // an infinite q below the largest has its infinity in the cost already, also where nothing but the largest counts
        var loss = Lanes<double>.Load(ref at, 5 * rows) + Lanes<double>.Select(Lanes<double>.Equal(logSum, Lanes<double>.Zero), top, total) * logSum;
        if (z != 0) loss += pull * lse * Lanes<double>.All(0.5);
        logSum.Store(ref at, 2 * rows);
        (Lanes<double>.Select(isFinite, rest - total * (others / norm), total / norm - top) + pull / norm + invalid).Store(ref at, 3 * rows);
        ((total + pull) / norm + invalid).Store(ref at, 4 * rows);
        loss.Store(ref at, 5 * rows);
    }
}
