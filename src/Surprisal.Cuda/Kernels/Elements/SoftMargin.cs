namespace Surprisal.Cuda;

/// <summary>Soft margin loss of logit x and sign y: softplus(m) with m = -y x; gradient -y sigma(m), with 0 times infinity 0.</summary>
internal readonly struct SoftMargin : IElementFormula
{
    public static string Name => "soft_margin";

    public static (Real<T> Loss, Real<T> Gradient) Apply<T>(PtxWriter writer, ElementOperands<T> operands) where T : struct, IRealFormat
    {
        var (minusY, zero) = (-operands.Y, Real<T>.Zero);
        var m = minusY * operands.X;
        Logistic.AtNegativeAbs(writer, m, out var sigmaNegative, out var softplus);
        var sigma = Real<T>.Select(m > zero, Real<T>.One - sigmaNegative, sigmaNegative);
        return (Real<T>.MaxOrSecond(zero, m) + softplus, Real<T>.Select(Real<T>.Equal(sigma, zero), zero, sigma * minusY));
    }
}
