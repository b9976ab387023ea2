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
        var (z, y, one, zero) = (operands.X, operands.Y, Real<T>.One, Real<T>.Zero);
        var (gamma, positives, negatives) = (operands.Options[0], operands.Options[2], operands.Options[3]);
        var e = Logistic.AtNegativeAbs(writer, z, out var sigma, out var softplus);
        var (sigmaPositive, isPositive, abs) = (one - sigma, z > zero, z.Abs());
        var q = Real<T>.Select(isPositive, one - y, y);
        var oneMinusQ = Real<T>.Select(isPositive, y, one - y);
        var isQZero = Real<T>.Equal(q, zero); // then 1 - p_t is sigma(-|z|) and ce is softplus(-|z|)
        var numerator = Real<T>.Fma(e, oneMinusQ, q);
        var power = Power(writer, operands.Options, numerator, numerator * sigmaPositive, abs, softplus, isQZero);
        var ce = Logistic.ZeroSafeProduct(q, abs) + softplus;
        var isUnweighted = Real<T>.Equal(positives, one) & Real<T>.Equal(negatives, one);
        var factor = Real<T>.Select(isUnweighted, one, positives * y + negatives * (one - y)) * power;
        var quotient = Real<T>.Select(isQZero, sigmaPositive, sigma / numerator); // |(1 - p_t)'| / (1 - p_t)
        var derivative = q * sigmaPositive - oneMinusQ * sigma + gamma * (q - oneMinusQ) * Logistic.ZeroSafeProduct(quotient, ce);
        return (Logistic.ZeroSafeProduct(factor, ce), factor * Real<T>.Select(isPositive, derivative, -derivative));
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
}
