namespace Surprisal.Cuda;

/// <summary>
/// Binary cross-entropy of logit z and target y: q |z| + softplus(-|z|), with q = 1 - y for positive z, else y; gradient sign(z) (q -
/// sigma(-|z|)).
/// </summary>
internal readonly struct BceWithLogits : IElementFormula
{
    public static string Name => "bce_with_logits";

    public static (Real<T> Loss, Real<T> Gradient) Apply<T>(PtxWriter writer, ElementOperands<T> operands) where T : struct, IRealFormat
    {
        var (z, y) = (operands.X, operands.Y);
        Logistic.AtNegativeAbs(writer, z, out var sigma, out var softplus);
        var isPositive = z > Real<T>.Zero;
        var q = Real<T>.Select(isPositive, Real<T>.One - y, y);
        return (Logistic.ZeroSafeProduct(q, z.Abs()) + softplus, Real<T>.Select(isPositive, q - sigma, sigma - q));
    }

    public static Real<T> TargetGradient<T>(PtxWriter writer, ElementOperands<T> operands, Real<T> w) where T : struct, IRealFormat =>
        -operands.X * w;

    /// <summary>
    /// With a weight p of the positive part: q |z| + (p y + 1 - y) softplus(-|z|), with q = 1 - y or p y; gradient (1 - y) sigma(z) - p y
    /// sigma(-z). For an infinite y the form that PyTorch has.
    /// </summary>
    public readonly struct Weighted : IElementFormula
    {
        public static string Name => "bce_with_logits_weighted";

        public static (Real<T> Loss, Real<T> Gradient) Apply<T>(PtxWriter writer, ElementOperands<T> operands) where T : struct, IRealFormat
        {
            var (z, y, p, one, zero) = (operands.X, operands.Y, operands.PosWeight(), Real<T>.One, Real<T>.Zero);
            Logistic.AtNegativeAbs(writer, z, out var sigma, out var softplus);
            var (sigmaPositive, isNegative) = (one - sigma, z < zero);
            var (positivePart, negativePart) = (p * y, one - y);
            var finite = Logistic.ZeroSafeProduct(Real<T>.Select(isNegative, positivePart, negativePart), z.Abs())
                + Logistic.ZeroSafeProduct(softplus, positivePart + negativePart);
            var infinite = negativePart * z + (p - one) * y * (Real<T>.MaxOrSecond(-z, zero) + softplus);
            var loss = Real<T>.Select(Real<T>.Equal(y - y, zero), finite, infinite);
            return (loss, negativePart * Real<T>.Select(isNegative, sigma, sigmaPositive)
                - positivePart * Real<T>.Select(isNegative, sigmaPositive, sigma));
        }

        /// <summary>(p - 1) softplus(-|z|) - (z if z is 0 or more, else p z), which may overflow where w p z does not.</summary>
        public static Real<T> TargetGradient<T>(PtxWriter writer, ElementOperands<T> operands, Real<T> w) where T : struct, IRealFormat
        {
            var (z, p, zero) = (operands.X, operands.PosWeight(), Real<T>.Zero);
            Logistic.AtNegativeAbs(writer, z, out _, out var softplus);
            var isNegative = z < zero;
            var softplusTerm = Logistic.ZeroSafeProduct(softplus, p - Real<T>.One);
            var weightedLast = (softplusTerm - Real<T>.Select(isNegative, Logistic.ZeroSafeProduct(p, z), z)) * w;
            var weightedZ = z * w;
            var weightedFirst = softplusTerm * w - Real<T>.Select(isNegative, p * weightedZ, weightedZ);
            return Real<T>.Select(Real<T>.Equal(weightedZ - weightedZ, zero), weightedFirst, weightedLast);
        }
    }
}
