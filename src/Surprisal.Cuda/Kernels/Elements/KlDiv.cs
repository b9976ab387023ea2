namespace Surprisal.Cuda;

/// <summary>
/// Kullback-Leibler divergence of log-probability x from probability t: t (log t - x), and 0 - t x at t = 0; gradient -t. The option is not
/// 0 where 0 times infinity is 0.
/// </summary>
internal readonly struct KlDiv : IElementFormula
{
    public static string Name => "kl_div";

    public static (Real<T> Loss, Real<T> Gradient) Apply<T>(PtxWriter writer, ElementOperands<T> operands) where T : struct, IRealFormat
    {
        var (x, t, zero) = (operands.X, operands.Y, Real<T>.Zero);
        var product = Real<T>.Select(IsSafe(operands), Logistic.ZeroSafeProduct(t, x), t * x);
        return (Real<T>.Select(Real<T>.Equal(t, zero), zero - product, t * (Logarithm.Log(writer, t) - x)), -t);
    }

    private static Predicate IsSafe<T>(ElementOperands<T> operands) where T : struct, IRealFormat => operands.Options[0] > Real<T>.Zero;

    /// <summary>The same from log-probability t: exp(t) (t - x), computed halved; gradient -exp(t).</summary>
    public readonly struct OfLogarithm : IElementFormula
    {
        public static string Name => "kl_div_of_logarithm";

        public static (Real<T> Loss, Real<T> Gradient) Apply<T>(PtxWriter writer, ElementOperands<T> operands) where T : struct, IRealFormat
        {
            var probability = Exponential.Of(writer, operands.Y);
            var (a, b) = (operands.Y * Real<T>.Constant(0.5), operands.X * Real<T>.Constant(0.5));
            var half = Real<T>.Select(IsSafe(operands) & Real<T>.Equal(probability, Real<T>.Zero),
                Logistic.ZeroSafeProduct(probability, a) - Logistic.ZeroSafeProduct(probability, b), probability * (a - b));
            return (half + half, -probability);
        }
    }
}
