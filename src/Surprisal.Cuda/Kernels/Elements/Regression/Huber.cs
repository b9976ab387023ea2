namespace Surprisal.Cuda;

/// <summary>Huber's loss: d^2 / 2 up to |d| = delta, then delta (|d| - delta / 2). The options are delta and its half.</summary>
internal readonly struct Huber : IElementFormula
{
    public static string Name => "huber";

    public static bool IsDifference => true;

    public static (Real<T> Loss, Real<T> Gradient) Apply<T>(PtxWriter writer, ElementOperands<T> operands) where T : struct, IRealFormat
    {
        var (d, delta, abs) = (operands.X, operands.Options[0], operands.X.Abs());
        var isLinear = abs > delta;
        return (Real<T>.Select(isLinear, delta * (abs - operands.Options[1]), d * Real<T>.Constant(0.5) * d),
            Real<T>.Select(isLinear, Real<T>.Select(d > Real<T>.Zero, delta, -delta), d));
    }
}
