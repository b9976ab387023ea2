namespace Surprisal.Cuda;

/// <summary>
/// Cross-entropy of one position, in double, from what its logits came down to; operation for operation the library's formula.
/// </summary>
/// <param name="Loss">Any number for an ignored position.</param>
/// <param name="Factor">What an exponential is multiplied by in the gradient.</param>
/// <param name="TargetGradient">The gradient at the target.</param>
/// <param name="SmoothingTerm">What is subtracted for a class of weight 1; the last three are scaled.</param>
internal sealed record ClassRow<T>(Real<F64> Loss, Real<T> Factor, Real<T> TargetGradient, Real<T> SmoothingTerm)
    where T : struct, IRealFormat
{
    /// <summary>With m the maximum, E the sum of the other exponentials, and the sum of the smoothing terms.</summary>
    public static ClassRow<T> Of(
        PtxWriter writer,
        ClassArguments arguments,
        ClassVariant variant,
        Real<T> max,
        Real<T> targetLogit,
        Real<F64> expSum,
        Real<T> targetWeight,
        Real<F64> smoothingSum,
        Real<F64> sampleWeight)
    {
        var (m, w, one, zero) = (writer.Widen(max), writer.Widen(targetWeight), Real<F64>.One, Real<F64>.Zero);
        var invalid = m - m; // NaN where the largest logit is NaN or infinite
        var belowMax = m - writer.Widen(targetLogit);
        var logSum = Logarithm.Log1p(writer, expSum) + invalid;
        var inverseSum = one / (one + expSum);
        var p = Exponential.NonPositive(writer, -belowMax) * inverseSum;
        if (variant == ClassVariant.Focal)
            return Focal(writer, arguments, w, belowMax, expSum, invalid, belowMax + logSum, inverseSum, p, sampleWeight);
        var pMinusOne = Real<F64>.Select(Real<F64>.Equal(belowMax, zero), -expSum * inverseSum, p - one); // no cancellation near 1
        var scale = ScaleOf(writer, arguments, sampleWeight);
        if (variant == ClassVariant.Plain)
            return new(w * (belowMax + logSum) * sampleWeight, writer.Narrow<T>((w * inverseSum + invalid) * scale),
                writer.Narrow<T>((w * pMinusOne - zero * w + invalid) * scale), Real<T>.Zero);

        var isSmooth = variant != ClassVariant.Squared;
        Real<F64> IfSmooth(Real<F64> yes, Real<F64> no) =>
            variant == ClassVariant.Transformed ? Real<F64>.Select(arguments.Smoothing > zero, yes, no) : yes;
        var (z, byTarget, hasZ) = (arguments.ZLoss * w, Whole<U32>.NotEqual(arguments.ByTarget, 0), arguments.ZLoss > zero);
        var totalWeight = Real<F64>.Select(byTarget, writer.ToReal<U32, F64>(arguments.Classes) * w, arguments.TotalWeight);
        var sum = Real<F64>.Select(byTarget, smoothingSum * w, smoothingSum);
        var (hard, spread, lse) = ((one - arguments.Smoothing) * w, arguments.Share, m + logSum);
        var loss = hard * (belowMax + logSum);
        if (isSmooth) loss = IfSmooth(loss + spread * (sum + totalWeight * logSum), loss);
        loss = Real<F64>.Select(hasZ, loss + z * lse * lse, loss);
        var besidesHard = Real<F64>.Select(hasZ, (z + z) * lse, zero);
        if (isSmooth) besidesHard = IfSmooth(spread * totalWeight + besidesHard, besidesHard);
        var term = Real<F64>.Select(byTarget, spread * w, spread);
        return new(loss * sampleWeight, writer.Narrow<T>(((hard + besidesHard) * inverseSum + invalid) * scale),
            writer.Narrow<T>((hard * pMinusOne + besidesHard * p - spread * w + invalid) * scale),
            isSmooth ? writer.Narrow<T>(term * scale) : Real<T>.Zero);
    }

    /// <summary>
    /// w q^gamma L, with L the cross-entropy and q = 1 - p; the gradient has w K (p - one-hot), K = q^gamma (1 + gamma p L / q).
    /// </summary>
    private static ClassRow<T> Focal(
        PtxWriter writer,
        ClassArguments arguments,
        Real<F64> w,
        Real<F64> belowMax,
        Real<F64> expSum,
        Real<F64> invalid,
        Real<F64> logLoss,
        Real<F64> inverseSum,
        Real<F64> p,
        Real<F64> sampleWeight)
    {
        var (gamma, one, zero) = (arguments.ZLoss, Real<F64>.One, Real<F64>.Zero);
        var q = Real<F64>.Select(Real<F64>.Equal(belowMax, zero), expSum * inverseSum, one - p); // no cancellation near 0
        var power = writer.Variable(one);
        writer.If(Real<F64>.Equal(gamma, one), () => writer.Set(power, q), () =>
            writer.If(Real<F64>.Equal(gamma, Real<F64>.Constant(2)), () => writer.Set(power, q * q), () =>
                writer.If(!Real<F64>.Equal(gamma, zero),
                    () => writer.Set(power, Exponential.Of(writer, gamma * Logarithm.Log(writer, q))))));
        var ratio = Real<F64>.Select(Real<F64>.Equal(p, zero), zero, p * logLoss / q);
        ratio = Real<F64>.Select(Real<F64>.Equal(q, zero), one, ratio);
        var (k, scale) = (w * (power * (one + gamma * ratio)), ScaleOf(writer, arguments, sampleWeight));
        return new(w * power * logLoss * sampleWeight, writer.Narrow<T>((k * inverseSum + invalid) * scale),
            writer.Narrow<T>((-(k * q) + invalid) * scale), Real<T>.Zero);
    }

    private static Real<F64> ScaleOf(PtxWriter writer, ClassArguments arguments, Real<F64> sampleWeight) =>
        writer.Load<F64>(arguments.State, EvaluationState.Offset(nameof(EvaluationState.Scale))) * sampleWeight;

    /// <summary>The gradient of a class, from its exponential.</summary>
    public Real<T> Gradient(PtxWriter writer, ClassArguments arguments, ClassVariant variant, Real<T> e, Whole<U32> c)
    {
        if (variant is ClassVariant.Plain or ClassVariant.Squared or ClassVariant.Focal) return e * Factor;
        var smooth = Real<T>.Fma(e, Factor, -(SmoothingTerm * arguments.SmoothingWeightOf<T>(writer, c)));
        return variant == ClassVariant.Smooth ? smooth : Real<T>.Select(arguments.Smoothing > Real<F64>.Zero, smooth, e * Factor);
    }
}
