namespace Surprisal.Cuda;

/// <summary>Absolute error: |d|, with the slope sign(d), which is 0 at 0 and at NaN.</summary>
internal readonly struct L1 : IElementFormula
{
    public static string Name => "l1";

    public static bool IsDifference => true;

    public static (Real<T> Loss, Real<T> Gradient) Apply<T>(PtxWriter writer, ElementOperands<T> operands) where T : struct, IRealFormat
    {
        var (d, zero) = (operands.X, Real<T>.Zero);
        return (d.Abs(), Real<T>.Select(d > zero, Real<T>.One, Real<T>.Select(d < zero, Real<T>.Constant(-1), zero)));
    }
}
