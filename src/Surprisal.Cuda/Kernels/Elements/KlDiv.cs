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

    /// <summary>log t + t / t - x: t / t is 1, but NaN at 0.</summary>
    public static Real<T> TargetGradient<T>(PtxWriter writer, ElementOperands<T> operands, Real<T> w) where T : struct, IRealFormat =>
        (Logarithm.Log(writer, operands.Y) - operands.X + operands.Y / operands.Y) * w;

    private static Predicate IsSafe<T>(ElementOperands<T> operands) where T : struct, IRealFormat => operands.Options[0] > Real<T>.Zero;

    /// <summary>The same from log-probability t: exp(t) (t - x), computed halved; gradient -exp(t).</summary>
    public readonly struct OfLogarithm : IElementFormula
    {
        public static string Name => "kl_div_of_logarithm";

        public static (Real<T> Loss, Real<T> Gradient) Apply<T>(PtxWriter writer, ElementOperands<T> operands) where T : struct, IRealFormat
        {
            var probability = Exponential.Of(writer, operands.Y);
            var half = Half(operands, probability);
            return (half + half, -probability);
        }

        public static Real<T> TargetGradient<T>(PtxWriter writer, ElementOperands<T> operands, Real<T> w) where T : struct, IRealFormat
        {
            var factor = Exponential.Of(writer, operands.Y) * w;
            var half = Half(operands, factor);
            return half + half + factor;
        }

        /// <summary>factor (t - x) / 2.</summary>
        private static Real<T> Half<T>(ElementOperands<T> operands, Real<T> factor) where T : struct, IRealFormat
        {
            var (a, b) = (operands.Y * Real<T>.Constant(0.5), operands.X * Real<T>.Constant(0.5));
            return Real<T>.Select(IsSafe(operands) & Real<T>.Equal(factor, Real<T>.Zero),
                Logistic.ZeroSafeProduct(factor, a) - Logistic.ZeroSafeProduct(factor, b), factor * (a - b));
        }
    }
}
