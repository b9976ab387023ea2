using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>A sum of doubles that keeps what rounding takes (Knuth, TAOCP 2, 4.2.2) and puts it back at the end, so that a million of them are as exact as two.</summary>
internal struct CarriedSum
{
    private double sum, lost;

    /// <summary>The sum; where it is infinite or NaN, what was lost is NaN and is left out.</summary>
    public readonly double Value => double.IsFinite(sum) ? sum + lost : sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double x)
    {
        var next = sum + x;
        var added = next - sum;
        lost += sum - (next - added) + (x - added);
        sum = next;
    }
}
