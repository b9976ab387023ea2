using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>Sigmoid focal loss of logit z and target y: alpha_t (1 - p_t)^gamma ce, with ce the binary cross-entropy.</summary>
/// <remarks>
/// 1 - p_t = sigma(z) (1 - y) + sigma(-z) y; alpha_t = alpha y + (1 - alpha) (1 - y), or 1 for a negative alpha. With e = exp(-|z|) and q
/// the target's probability of the class that the sign of z is against: 1 - p_t = (q + e (1 - q)) / (1 + e) and ce = q |z| + log1p(e), so
/// nothing cancels where z is right. Gradients: alpha_t (1 - p_t)^gamma (ce' + gamma ce (1 - p_t)' / (1 - p_t)), with the limits of the
/// quotients where 1 - p_t is 0, and 0 times infinity 0.
/// </remarks>
internal readonly struct Focal<T>(double alpha, double gamma) : IPointwise<T> where T : unmanaged, INumberBase<T>
{
    private readonly T exponent = T.CreateTruncating(Math.Min(gamma, float.MaxValue));
    // gamma - exponent
    private readonly T exponentError = T.CreateTruncating(Math.Min(gamma, float.MaxValue)
        - double.CreateTruncating(T.CreateTruncating(Math.Min(gamma, float.MaxValue))));
    private readonly T positives = T.CreateTruncating(alpha < 0 ? 1 : alpha);
    private readonly T negatives = T.CreateTruncating(alpha < 0 ? 1 : 1 - alpha);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(Lanes<T> z, Lanes<T> y, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient)
    {
        Terms(z, y, out var sigmaNeg, out var sigmaPos, out var softplusNeg, out var q, out var oneMinusQ, out var isQZero,
            out var numerator, out var power);
        var ce = Logistic<T>.ZeroSafeProduct(q, z.Abs()) + softplusNeg;
        var factor = AlphaT(y) * power;
        loss = Logistic<T>.ZeroSafeProduct(factor, ce);
        var quotient = Lanes<T>.Select(isQZero, sigmaPos, sigmaNeg / numerator); // |(1 - p_t)'| / (1 - p_t)
        // by |z|
        var derivative = q * sigmaPos - oneMinusQ * sigmaNeg
            + Lanes<T>.All(exponent) * (q - oneMinusQ) * Logistic<T>.ZeroSafeProduct(quotient, ce);
        gradient = factor * Lanes<T>.Select(Lanes<T>.Greater(z, Lanes<T>.Zero), derivative, -derivative);
    }

    /// <summary>
    /// (1 - p_t)^gamma (|z| slope + constant), so that an infinite z has one sign; w (1 - p_t)^gamma first where |z| slope is more than
    /// |z|.
    /// </summary>
    public Lanes<T> TargetGradient(Lanes<T> z, Lanes<T> y, Lanes<T> p, Lanes<T> w)
    {
        Terms(z, y, out var sigmaNeg, out var sigmaPos, out var softplusNeg, out var q, out _, out var isQZero, out var numerator,
            out var power);
        var oneMinusPt = numerator * sigmaPos;
        var positive = Lanes<T>.Greater(z, Lanes<T>.Zero);
        var alphaDerivative = Lanes<T>.All(positives - negatives);
        var alphaT = AlphaT(y);
        // the last is d(1 - p_t) / dy
        var powerTerm = alphaT * Lanes<T>.All(exponent) * Lanes<T>.Select(positive, sigmaNeg - sigmaPos, sigmaPos - sigmaNeg);
        var slope = alphaDerivative * q + Lanes<T>.Select(positive, -alphaT, alphaT)
            + powerTerm * Lanes<T>.Select(isQZero, Lanes<T>.Zero, q / oneMinusPt);
        var constant = alphaDerivative * softplusNeg
            + powerTerm * Lanes<T>.Select(Lanes<T>.Equal(oneMinusPt, Lanes<T>.Zero), Lanes<T>.All(T.One), softplusNeg / oneMinusPt);
        var (abs, factor) = (z.Abs(), power * w);
        var factorFirst = Logistic<T>.ZeroSafeProduct(Logistic<T>.ZeroSafeProduct(factor, slope), abs)
            + Logistic<T>.ZeroSafeProduct(factor, constant);
        return Lanes<T>.Select(
            Lanes<T>.Greater(slope.Abs(), Lanes<T>.All(T.One)), factorFirst,
            Logistic<T>.ZeroSafeProduct(factor, Logistic<T>.ZeroSafeProduct(slope, abs) + constant));
    }

    /// <summary>
    /// sigma(-|z|), sigma(|z|), softplus(-|z|), q, 1 - q, whether q is 0, q + e (1 - q), which is (1 - p_t) (1 + e), and (1 - p_t)^gamma.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Terms(
        Lanes<T> z, Lanes<T> y, out Lanes<T> sigmaNeg, out Lanes<T> sigmaPos, out Lanes<T> softplusNeg,
        out Lanes<T> q, out Lanes<T> oneMinusQ, out Lanes<T> isQZero, out Lanes<T> numerator, out Lanes<T> power)
    {
        var one = Lanes<T>.All(T.One);
        var e = Logistic<T>.AtNegativeAbs(z, out sigmaNeg, out softplusNeg);
        sigmaPos = one - sigmaNeg;
        var positive = Lanes<T>.Greater(z, Lanes<T>.Zero);
        q = Lanes<T>.Select(positive, one - y, y);
        oneMinusQ = Lanes<T>.Select(positive, y, one - y);
        isQZero = Lanes<T>.Equal(q, Lanes<T>.Zero); // then 1 - p_t is sigma(-|z|) and ce is softplus(-|z|)
        numerator = Lanes<T>.Fma(e, oneMinusQ, q);
        power = Power(numerator, numerator * sigmaPos, z.Abs(), softplusNeg, isQZero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes<T> AlphaT(Lanes<T> y) =>
        positives == T.One && negatives == T.One
            ? Lanes<T>.All(T.One)
            : Lanes<T>.All(positives) * y + Lanes<T>.All(negatives) * (Lanes<T>.All(T.One) - y);

    /// <summary>(1 - p_t)^gamma, without a logarithm for a gamma of 0, 1 or 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes<T> Power(Lanes<T> numerator, Lanes<T> oneMinusPt, Lanes<T> abs, Lanes<T> softplusNeg, Lanes<T> isQZero)
    {
        if (T.IsZero(exponent)) return Lanes<T>.All(T.One);
        if (exponent == T.One) return oneMinusPt;
        if (exponent == T.One + T.One) return oneMinusPt * oneMinusPt;
        return AnyPower(Lanes<T>.All(exponent), exponentError, numerator, abs, softplusNeg, isQZero);
    }

    /// <summary>
    /// (1 - p_t)^gamma for any gamma: exp(gamma log(1 - p_t)), with log(1 - p_t) = log(numerator) - softplus(-|z|) in two parts and the
    /// rounding errors of gamma and of the product added back.
    /// </summary>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    private static Lanes<T> AnyPower(
        in Lanes<T> exponent,
        T exponentError,
        in Lanes<T> numerator,
        in Lanes<T> abs,
        in Lanes<T> softplusNeg,
        in Lanes<T> isQZero)
    {
        var log = Lanes<T>.Select(isQZero, -abs, numerator.Log());
        var product = exponent * log;
        var error = Lanes<T>.Select(
            Lanes<T>.Greater(product, Lanes<T>.All(T.CreateTruncating(-1000))),
            Lanes<T>.Fma(exponent, log, -product) + Lanes<T>.All(exponentError) * log, Lanes<T>.Zero);
        return product.Exp() * (error - exponent * softplusNeg).Exp();
    }
}
