using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>exp(x - m) for x up to m.</summary>
/// <remarks>
/// The difference is rounded; its rounding error goes back into the result to first order, or logits far below m would lose digits.
/// </remarks>
internal interface IShiftedExp<T> where T : unmanaged
{
    /// <summary>exp(x - m), exactly 1 where x is m, and the difference d = x - m.</summary>
    Lanes<T> Apply(Lanes<T> x, Lanes<T> m, out Lanes<T> d);
}

/// <summary>Implementations of <see cref="IShiftedExp{T}"/>, which give the same bits where both may be used.</summary>
internal static class ShiftedExp<T> where T : unmanaged
{
    /// <summary>For any x up to m, infinities and NaN included.</summary>
    public readonly struct General : IShiftedExp<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> m, out Lanes<T> d)
        {
            var error = Lanes<T>.TwoDifference(x, m, out d);
            var e = d.ExpNonPositive();
            // of infinities the error is NaN: there is none
            return Lanes<T>.Fma(e, Lanes<T>.Select(Lanes<T>.Equal(error, error), error, Lanes<T>.Zero), e);
        }
    }

    /// <summary>
    /// For x so near m that the result is a normal number: see <see cref="Exponential.NoneUnderflows{T}(Lanes{T}, Lanes{T})"/>.
    /// </summary>
    /// <remarks>A NaN that the search for the maximum passed over stays NaN: the rounding error carries it.</remarks>
    public readonly struct NoUnderflow : IShiftedExp<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> m, out Lanes<T> d)
        {
            var error = Lanes<T>.TwoDifference(x, m, out d);
            var e = d.ExpNoUnderflow();
            return Lanes<T>.Fma(e, error, e);
        }
    }
}
