namespace Surprisal.Cuda;

/// <summary>Soft margin loss of logit x and sign y: softplus(m) with m = -y x; gradient -y sigma(m), with 0 times infinity 0.</summary>
internal readonly struct SoftMargin : IElementFormula
{
    public static string Name => "soft_margin";

    public static (Real<T> Loss, Real<T> Gradient) Apply<T>(PtxWriter writer, ElementOperands<T> operands) where T : struct, IRealFormat
    {
        var minusY = -operands.Y;
        var m = minusY * operands.X;
        Logistic.AtNegativeAbs(writer, m, out var sigmaNegative, out var softplus);
        var sigma = Sigmoid(m, sigmaNegative);
        return (Real<T>.MaxOrSecond(Real<T>.Zero, m) + softplus, UnlessZero(sigma, sigma * minusY));
    }

    public static Real<T> TargetGradient<T>(PtxWriter writer, ElementOperands<T> operands, Real<T> w) where T : struct, IRealFormat
    {
        var m = -operands.Y * operands.X;
        Logistic.AtNegativeAbs(writer, m, out var sigmaNegative, out _);
        var sigma = Sigmoid(m, sigmaNegative);
        return UnlessZero(sigma, sigma * (-operands.X * w));
    }

    private static Real<T> Sigmoid<T>(Real<T> m, Real<T> sigmaNegative) where T : struct, IRealFormat =>
        Real<T>.Select(m > Real<T>.Zero, Real<T>.One - sigmaNegative, sigmaNegative);

    private static Real<T> UnlessZero<T>(Real<T> factor, Real<T> product) where T : struct, IRealFormat =>
        Real<T>.Select(Real<T>.Equal(factor, Real<T>.Zero), Real<T>.Zero, product);
}
