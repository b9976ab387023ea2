using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>Absolute error: |d|, with the slope sign(d), which is 0 at 0 and at NaN.</summary>
internal readonly struct L1 : IDifference
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(Lanes<double> d, out Lanes<double> loss, out Lanes<double> slope)
    {
        loss = d.Abs();
        var negative = Lanes<double>.Select(Lanes<double>.Greater(Lanes<double>.Zero, d), Lanes<double>.All(-1), Lanes<double>.Zero);
        slope = Lanes<double>.Select(Lanes<double>.Greater(d, Lanes<double>.Zero), Lanes<double>.All(1), negative);
    }
}
