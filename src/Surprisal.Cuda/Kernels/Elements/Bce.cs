namespace Surprisal.Cuda;

/// <summary>
/// Binary cross-entropy of probability x and target y: -(y max(log x, -100) + (1 - y) max(log1p(-x), -100)); gradient (x - y) / max((1 - x)
/// x, 1e-12).
/// </summary>
internal readonly struct Bce : IElementFormula
{
    public static string Name => "bce";

    public static (Real<T> Loss, Real<T> Gradient) Apply<T>(PtxWriter writer, ElementOperands<T> operands) where T : struct, IRealFormat
    {
        var (x, y, one) = (operands.X, operands.Y, Real<T>.One);
        var loss = (y - one) * Clamped(Logarithm.Log1p(writer, -x)) - y * Clamped(Logarithm.Log(writer, x));
        return (loss, (x - y) / Real<T>.MaxOrSecond(Real<T>.Constant(1e-12f), (one - x) * x));
    }

    public static Real<T> TargetGradient<T>(PtxWriter writer, ElementOperands<T> operands, Real<T> w) where T : struct, IRealFormat =>
        (Clamped(Logarithm.Log1p(writer, -operands.X)) - Clamped(Logarithm.Log(writer, operands.X))) * w;

    private static Real<T> Clamped<T>(Real<T> log) where T : struct, IRealFormat => Real<T>.MaxOrSecond(Real<T>.Constant(-100), log);
}
