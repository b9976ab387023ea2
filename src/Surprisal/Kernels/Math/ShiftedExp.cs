using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>exp(x - m) for x up to m: the distance is rounded, and what its rounding takes is put back, or logits far below m would lose digits.</summary>
internal interface IShiftedExp<T> where T : unmanaged
{
    /// <summary>exp(x - m), 1 exactly where x is m, and the distance x - m.</summary>
    Lanes<T> Apply(Lanes<T> x, Lanes<T> m, out Lanes<T> d);
}

/// <summary>The two of them, with the same bits: of any numbers, or of those whose exponential is a normal number.</summary>
internal static class ShiftedExp<T> where T : unmanaged
{
    public readonly struct General : IShiftedExp<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> m, out Lanes<T> d)
        {
            var lost = Lost(x, m, out d);
            var e = d.ExpNonPositive();
            return Lanes<T>.Fma(e, Lanes<T>.Select(Lanes<T>.Equal(lost, lost), lost, Lanes<T>.Zero), e); // infinities lose nothing
        }
    }

    /// <remarks>A NaN that the search for the maximum passed over stays NaN: the distance's rounding carries it.</remarks>
    public readonly struct NoUnderflow : IShiftedExp<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> m, out Lanes<T> d)
        {
            var lost = Lost(x, m, out d);
            var e = d.ExpNoUnderflow();
            return Lanes<T>.Fma(e, lost, e);
        }
    }

    /// <summary>x - m = d + lost exactly (Knuth's two-sum).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Lost(Lanes<T> x, Lanes<T> m, out Lanes<T> d)
    {
        d = x - m;
        var back = x - d;
        return x - (d + back) + (back - m);
    }
}
