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
        static Real<T> Clamped(Real<T> log) => Real<T>.MaxOrSecond(Real<T>.Constant(-100), log);

        var (x, y, one) = (operands.X, operands.Y, Real<T>.One);
        var loss = (y - one) * Clamped(Logarithm.Log1p(writer, -x)) - y * Clamped(Logarithm.Log(writer, x));
        return (loss, (x - y) / Real<T>.MaxOrSecond(Real<T>.Constant(1e-12f), (one - x) * x));
    }
}
