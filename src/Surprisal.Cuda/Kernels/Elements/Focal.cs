namespace Surprisal.Cuda;

/// <summary>
/// Sigmoid focal loss of logit z and target y: alpha_t (1 - p_t)^gamma ce. The options are gamma, what it lost when it was rounded, and the
/// weights of positives and negatives.
/// </summary>
internal readonly struct Focal : IElementFormula
{
    public static string Name => "focal";

    /// <summary>The options as the library rounds them.</summary>
    public static double[] Options(FocalLoss loss, bool isDouble)
    {
        var gamma = Math.Min(loss.Gamma, float.MaxValue);
        var rounded = isDouble ? gamma : (float)gamma;
        return [rounded, gamma - rounded, loss.Alpha < 0 ? 1 : loss.Alpha, loss.Alpha < 0 ? 1 : 1 - loss.Alpha];
    }

    public static (Real<T> Loss, Real<T> Gradient) Apply<T>(PtxWriter writer, ElementOperands<T> operands) where T : struct, IRealFormat
    {
        var it = Terms(writer, operands);
        var ce = Logistic.ZeroSafeProduct(it.Q, it.Abs) + it.Softplus;
        var factor = AlphaT(operands) * it.Power;
        var quotient = Real<T>.Select(it.IsQZero, it.SigmaPositive, it.Sigma / it.Numerator); // |(1 - p_t)'| / (1 - p_t)
        var derivative = it.Q * it.SigmaPositive - it.OneMinusQ * it.Sigma
            + operands.Options[0] * (it.Q - it.OneMinusQ) * Logistic.ZeroSafeProduct(quotient, ce);
        return (Logistic.ZeroSafeProduct(factor, ce), factor * Real<T>.Select(it.IsPositive, derivative, -derivative));
    }

    /// <summary>
    /// (1 - p_t)^gamma (|z| slope + constant), so that an infinite z has one sign; w (1 - p_t)^gamma first where |z| slope is more than
    /// |z|.
    /// </summary>
    public static Real<T> TargetGradient<T>(PtxWriter writer, ElementOperands<T> operands, Real<T> w) where T : struct, IRealFormat
    {
        var (it, one, zero) = (Terms(writer, operands), Real<T>.One, Real<T>.Zero);
        var (oneMinusPt, alphaDerivative, alphaT) = (it.Numerator * it.SigmaPositive, operands.Options[2] - operands.Options[3],
            AlphaT(operands));
        // the last is d(1 - p_t) / dy
        var powerTerm = alphaT * operands.Options[0]
            * Real<T>.Select(it.IsPositive, it.Sigma - it.SigmaPositive, it.SigmaPositive - it.Sigma);
        var slope = alphaDerivative * it.Q + Real<T>.Select(it.IsPositive, -alphaT, alphaT)
            + powerTerm * Real<T>.Select(it.IsQZero, zero, it.Q / oneMinusPt);
        var constant = alphaDerivative * it.Softplus
            + powerTerm * Real<T>.Select(Real<T>.Equal(oneMinusPt, zero), one, it.Softplus / oneMinusPt);
        var factor = it.Power * w;
        var factorFirst = Logistic.ZeroSafeProduct(Logistic.ZeroSafeProduct(factor, slope), it.Abs)
            + Logistic.ZeroSafeProduct(factor, constant);
        return Real<T>.Select(slope.Abs() > one, factorFirst,
            Logistic.ZeroSafeProduct(factor, Logistic.ZeroSafeProduct(slope, it.Abs) + constant));
    }

    /// <summary>What both derivatives are made of; the numerator is (1 - p_t) (1 + e), the power (1 - p_t)^gamma.</summary>
    private static FocalTerms<T> Terms<T>(PtxWriter writer, ElementOperands<T> operands) where T : struct, IRealFormat
    {
        var (z, y, one, zero) = (operands.X, operands.Y, Real<T>.One, Real<T>.Zero);
        var e = Logistic.AtNegativeAbs(writer, z, out var sigma, out var softplus);
        var (sigmaPositive, isPositive, abs) = (one - sigma, z > zero, z.Abs());
        var q = Real<T>.Select(isPositive, one - y, y);
        var oneMinusQ = Real<T>.Select(isPositive, y, one - y);
        var isQZero = Real<T>.Equal(q, zero); // then 1 - p_t is sigma(-|z|) and ce is softplus(-|z|)
        var numerator = Real<T>.Fma(e, oneMinusQ, q);
        var power = Power(writer, operands.Options, numerator, numerator * sigmaPositive, abs, softplus, isQZero);
        return new(sigma, sigmaPositive, softplus, abs, q, oneMinusQ, numerator, power, isPositive, isQZero);
    }

    /// <summary>The weight of the target, 1 where positives and negatives have that.</summary>
    private static Real<T> AlphaT<T>(ElementOperands<T> operands) where T : struct, IRealFormat
    {
        var (y, positives, negatives, one) = (operands.Y, operands.Options[2], operands.Options[3], Real<T>.One);
        var isUnweighted = Real<T>.Equal(positives, one) & Real<T>.Equal(negatives, one);
        return Real<T>.Select(isUnweighted, one, positives * y + negatives * (one - y));
    }

    /// <summary>(1 - p_t)^gamma, without a logarithm for a gamma of 0, 1 or 2.</summary>
    private static Real<T> Power<T>(
        PtxWriter writer, Real<T>[] options, Real<T> numerator, Real<T> oneMinusPt, Real<T> abs, Real<T> softplus, Predicate isQZero)
        where T : struct, IRealFormat
    {
        var (gamma, one, zero) = (options[0], Real<T>.One, Real<T>.Zero);
        var power = writer.Variable(one);
        writer.If(Real<T>.Equal(gamma, one), () => writer.Set(power, oneMinusPt), () =>
            writer.If(Real<T>.Equal(gamma, Real<T>.Constant(2)), () => writer.Set(power, oneMinusPt * oneMinusPt), () =>
                writer.If(!Real<T>.Equal(gamma, zero), () =>
                {
                    var log = Real<T>.Select(isQZero, -abs, Logarithm.Log(writer, numerator));
                    var product = gamma * log;
                    var error = Real<T>.Select(product > Real<T>.Constant(-1000),
                        Real<T>.Fma(gamma, log, -product) + options[1] * log, zero);
                    writer.Set(power, Exponential.Of(writer, product) * Exponential.Of(writer, error - gamma * softplus));
                })));
        return power;
    }

    private readonly record struct FocalTerms<T>(
        Real<T> Sigma,
        Real<T> SigmaPositive,
        Real<T> Softplus,
        Real<T> Abs,
        Real<T> Q,
        Real<T> OneMinusQ,
        Real<T> Numerator,
        Real<T> Power,
        Predicate IsPositive,
        Predicate IsQZero)
        where T : struct, IRealFormat;
}
