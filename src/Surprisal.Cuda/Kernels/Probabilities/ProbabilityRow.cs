namespace Surprisal.Cuda;

/// <summary>Cross-entropy of one position with class probabilities, from its sums; operation for operation the library's formula.</summary>
/// <param name="Loss">In double.</param>
/// <param name="Factor">What an exponential is multiplied by in the gradient.</param>
/// <param name="NegativeScale">What a probability is multiplied by there.</param>
/// <param name="AtLargest">The gradient at the largest logit, where it has no equal; all three are scaled.</param>
/// <param name="HasOne">Whether it has none.</param>
internal sealed record ProbabilityRow<T>(Real<F64> Loss, Real<T> Factor, Real<T> NegativeScale, Real<T> AtLargest, Predicate HasOne)
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
        Real<F64> cost)
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
        var scale = arguments.TotalWeight; // what is in its place here
        return new(loss, writer.Narrow<T>(factor * scale), writer.Narrow<T>(-scale), writer.Narrow<T>(atLargest * scale),
            Real<F64>.Equal(ones, one));
    }

    /// <summary>The gradient of a class, from its exponential and its probability.</summary>
    public Real<T> Gradient(Real<T> e, Real<T> q) =>
        Real<T>.Select(HasOne & Real<T>.Equal(e, Real<T>.One), AtLargest, Real<T>.Fma(q, NegativeScale, e * Factor));

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
}
