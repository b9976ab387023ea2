namespace Surprisal.Cuda;

/// <summary>Smooth absolute error: d^2 / (2 beta) below |d| = beta, then |d| - beta / 2. The options are beta and its half.</summary>
internal readonly struct SmoothL1 : IElementFormula
{
    public static string Name => "smooth_l1";

    public static bool IsDifference => true;

    public static (Real<T> Loss, Real<T> Gradient) Apply<T>(PtxWriter writer, ElementOperands<T> operands) where T : struct, IRealFormat
    {
        var (d, beta, abs, zero) = (operands.X, operands.Options[0], operands.X.Abs(), Real<T>.Zero);
        var quotient = d / beta;
        var isQuadratic = abs < beta;
        return (Real<T>.Select(isQuadratic, d * Real<T>.Constant(0.5) * quotient, abs - operands.Options[1]),
            Real<T>.Select(isQuadratic, quotient,
                Real<T>.Select(d > zero, Real<T>.One, Real<T>.Select(d < zero, Real<T>.Constant(-1), d))));
    }
}
