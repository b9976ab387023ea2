namespace Surprisal.Cuda;

/// <summary>Cross-entropy of one position with class probabilities, from its sums; operation for operation the library's formula.</summary>
/// <param name="Loss">In double.</param>
/// <param name="LogSum">log1p of the sum of the other exponentials.</param>
/// <param name="Scale">Of the position's gradients.</param>
/// <param name="Factor">What an exponential is multiplied by in the gradient.</param>
/// <param name="AtLargest">The gradient at the largest logit, where it has no equal; both are scaled.</param>
/// <param name="HasOne">Whether it has none.</param>
/// <param name="IsIgnored">Whether the position has the sample weight 0: then it has no loss and no gradients, whatever it holds.</param>
internal sealed record ProbabilityRow<T>(
    Real<F64> Loss, Real<F64> LogSum, Real<F64> Scale, Real<T> Factor, Real<T> AtLargest, Predicate HasOne, Predicate IsIgnored)
    where T : struct, IRealFormat
{
    public static ProbabilityRow<T> Of(
        PtxWriter writer,
        ClassArguments arguments,
        Real<T> max,
        Real<F64> ones,
        Real<F64> expSum,
        Real<F64> rest,
        Real<F64> top,
        Real<F64> cost,
        Real<F64> sampleWeight)
    {
        var (m, one, zero, z) = (writer.Widen(max), Real<F64>.One, Real<F64>.Zero, arguments.ZLoss);
        var (invalid, hasZ) = (m - m, z > zero);
        expSum += ones - one;
        var total = rest + top;
        var logSum = Logarithm.Log1p(writer, expSum) + invalid;
        var (lse, norm) = (m + logSum, one + expSum);
        var zGradient = Real<F64>.Select(hasZ, (z + z) * lse, zero);
        var isFinite = Real<F64>.Equal(total - total, zero);
        var loss = cost + Real<F64>.Select(Real<F64>.Equal(logSum, zero), top, total) * logSum;
        loss = Real<F64>.Select(hasZ, loss + zGradient * lse * Real<F64>.Constant(0.5), loss);
        var atLargest = Real<F64>.Select(isFinite, rest - total * (expSum / norm), total / norm - top) + zGradient / norm + invalid;
        var factor = (total + zGradient) / norm + invalid;
        var scale = writer.Load<F64>(arguments.State, EvaluationState.Offset(nameof(EvaluationState.Scale))) * sampleWeight;
        var isIgnored = Real<F64>.Equal(sampleWeight, zero);
        return new(Real<F64>.Select(isIgnored, zero, sampleWeight * loss), logSum, scale, writer.Narrow<T>(factor * scale),
            writer.Narrow<T>(atLargest * scale), Real<F64>.Equal(ones, one), isIgnored);
    }

    /// <summary>The gradient of a class, from its exponential and its probability.</summary>
    public Func<Real<T>, Real<T>, Real<T>> Gradient(PtxWriter writer)
    {
        var negativeScale = writer.Narrow<T>(-Scale);
        return (e, q) => OrNothing(
            Real<T>.Select(HasOne & Real<T>.Equal(e, Real<T>.One), AtLargest, Real<T>.Fma(q, negativeScale, e * Factor)));
    }

    /// <summary>
    /// The gradient of the probability of a class with logit x, (1 - s) w (lse - x), from halves that are finite where the logits are. The
    /// library rounds the factors of columns and of rows in another order.
    /// </summary>
    public Func<Real<T>, Whole<U32>, Real<T>> TargetGradient(PtxWriter writer, ClassArguments arguments, Real<T> max, bool isColumn)
    {
        var (half, halfOfDouble, two) = (Real<T>.Constant(0.5), Real<F64>.Constant(0.5), Real<F64>.Constant(2));
        var (halfMax, kept) = (max * half, Real<F64>.One - arguments.Smoothing);
        var halfLogSum = isColumn ? writer.Narrow<T>(LogSum) * half : writer.Narrow<T>(LogSum * halfOfDouble);
        var (twice, scale) = (two * kept, writer.Narrow<T>(isColumn ? Scale : two * Scale * kept));
        return (x, c) =>
        {
            var weight = arguments.WeightOf<T>(writer, c);
            if (isColumn) weight = writer.Narrow<T>(twice * writer.Widen(weight));
            return OrNothing((halfMax - x * half + halfLogSum) * (scale * weight));
        };
    }

    /// <summary>From the probability t of a class to q, which the loss weighs it by: w (t (1 - s) + s / C).</summary>
    public static Func<Real<T>, Whole<U32>, Real<T>> Distribution(PtxWriter writer, ClassArguments arguments)
    {
        var (kept, share) = (writer.Narrow<T>(Real<F64>.One - arguments.Smoothing), writer.Narrow<T>(arguments.Share));
        var (isSmooth, isWeighted) = (arguments.Smoothing > Real<F64>.Zero, Whole<U64>.NotEqual(arguments.Weights, 0));
        return (t, c) =>
        {
            var q = writer.Variable(Real<T>.Select(isSmooth, Real<T>.Fma(t, kept, share), t));
            writer.If(isWeighted, () => writer.Set(q, q * writer.Load<T>(writer.At(arguments.Weights, c, T.Size))));
            return q;
        };
    }

    private Real<T> OrNothing(Real<T> gradient) => Real<T>.Select(IsIgnored, Real<T>.Zero, gradient);
}
