namespace Surprisal.Kernels;

/// <summary>
/// Cross-entropy of a row whose classes are cut into parts: what is known of a part, how two of them become one, and from the whole to loss
/// and gradient, with the names and formulas of <see cref="CrossEntropy"/>.
/// </summary>
/// <param name="Max">The largest logit m; -infinity for a part without classes.</param>
/// <param name="Target">The target's logit; NaN where the target is no class of the part.</param>
/// <param name="ExpSum">E, the sum of exp(x_c - m) without the largest logit's; -1 for a part whose logits are all -infinity.</param>
/// <param name="SmoothingSum">The sum of u_c (m - x_c).</param>
/// <remarks>
/// A larger maximum of another part scales 1 + E, and adds U (m' - m) to the smoothing sum, U being the sum of the part's u. So E keeps its
/// digits where the model is sure, whatever the cut.
/// </remarks>
internal readonly record struct VocabularyPart(double Max, double Target, double ExpSum, double SmoothingSum)
{
    /// <summary>What is known of some classes of a row.</summary>
    /// <param name="x">Their logits.</param>
    /// <param name="target">The target's place among them; -1 for none.</param>
    /// <param name="kind">Whose weights u smoothing has.</param>
    /// <param name="weight">u, where each class has its own.</param>
    public static VocabularyPart Of(ReadOnlySpan<float> x, int target, SmoothingKind kind, ReadOnlySpan<float> weight)
    {
        if (x.IsEmpty) return new(double.NegativeInfinity, double.NaN, -1, 0);
        var max = RowMax<float>.Of(x);
        var y = target < 0 ? double.NaN : x[target];
        var isNothing = float.IsNegativeInfinity(max.Value) && !x.ContainsAnyExcept(float.NegativeInfinity);
        if (isNothing) return new(max.Value, y, -1, kind == SmoothingKind.None ? 0 : double.PositiveInfinity);
        var (expSum, smoothingSum) = kind switch
        {
            SmoothingKind.None => RowSums.ExpWithoutMax(x, max, default, default(SmoothingTerms<float>.None)),
            SmoothingKind.Uniform => RowSums.ExpWithoutMax(x, max, default, default(SmoothingTerms<float>.Uniform)),
            _ => RowSums.ExpWithoutMax(x, max, default, new SmoothingTerms<float>.OfRow(weight)),
        };
        return new(max.Value, y, expSum, smoothingSum);
    }

    /// <summary>Both together; U is the sum of the weights of each.</summary>
    public static VocabularyPart Merge(VocabularyPart a, double weightOfA, VocabularyPart b, double weightOfB)
    {
        var target = double.IsNaN(a.Target) ? b.Target : a.Target;
        if (b.Max > a.Max) return Add(b, a, weightOfA) with { Target = target };
        return Add(a, b, weightOfB) with { Target = target };
    }

    /// <summary>
    /// The loss of the row, and what its gradient is made of: g_c = factor e_c - term u_c, but g_t at the target.
    /// <paramref name="zWeight"/> is what the squared log-sum-exp is multiplied by.
    /// </summary>
    public (double Loss, double Factor, double TargetGradient, double Term) Results(
        double w, double smoothing, double zWeight, bool smoothsByTarget, int classes, double totalWeight)
    {
        var invalid = Max - Max; // 0, or NaN where the largest logit is NaN or infinite
        var belowMax = Max - Target;
        var logSum = Scalar.Log1p(ExpSum) + invalid;
        var inverseSum = 1 / (1 + ExpSum);
        var p = Scalar.Exp(-belowMax) * inverseSum; // of the target
        var pMinusOne = belowMax == 0 ? -ExpSum * inverseSum : p - 1; // no cancellation where p is near 1
        var (total, sum) = smoothsByTarget ? (classes * w, SmoothingSum * w) : (totalWeight, SmoothingSum);
        var (hard, spread, lse) = ((1 - smoothing) * w, smoothing / classes, Max + logSum);
        var loss = hard * (belowMax + logSum);
        if (smoothing > 0) loss += spread * (sum + total * logSum); // 0 times infinity is not meant
        if (zWeight > 0) loss += zWeight * lse * lse;
        var besidesHard = (smoothing > 0 ? spread * total : 0) + (zWeight > 0 ? 2 * zWeight * lse : 0);
        var term = smoothing > 0 ? spread * (smoothsByTarget ? w : 1) : 0;
        return (loss, (hard + besidesHard) * inverseSum + invalid, hard * pMinusOne + besidesHard * p + invalid, term);
    }

    /// <summary>The gradient of some classes of a row, but for the target's.</summary>
    /// <param name="x">Their logits.</param>
    /// <param name="max">The largest logit of the whole row.</param>
    /// <param name="factor">See <see cref="Results"/>.</param>
    /// <param name="term">See <see cref="Results"/>.</param>
    /// <param name="weight">u, where each class has its own; else empty.</param>
    /// <param name="gradient">Receives it.</param>
    public static void Gradient(
        ReadOnlySpan<float> x, float max, double factor, double term, ReadOnlySpan<float> weight, Span<float> gradient)
    {
        if (x.IsEmpty) return;
        RowSums.ExpWithoutMax(x, new RowMax<float>(max, noUnderflow: false), gradient, default(SmoothingTerms<float>.None));
        var f = (float)factor;
        if (term == 0) Elementwise.Map<float, Formulas<float>.Multiply>(gradient, f, gradient, default);
        else if (weight.IsEmpty) Elementwise.Map(gradient, gradient, new OfClass(f, (float)term));
        else Elementwise.Map(gradient, weight, gradient, new OfClass(f, (float)term));
    }

    private static VocabularyPart Add(VocabularyPart larger, VocabularyPart other, double weightOfOther)
    {
        var below = larger.Max - other.Max;
        // Nothing in the other, or no class in it: its sums are 0, where exp(NaN) would not be.
        if (other.ExpSum == -1)
            return larger with { SmoothingSum = larger.SmoothingSum + other.SmoothingSum };
        return larger with
        {
            ExpSum = larger.ExpSum + (1 + other.ExpSum) * Scalar.Exp(-below),
            SmoothingSum = larger.SmoothingSum + (weightOfOther == 0 ? other.SmoothingSum : other.SmoothingSum + weightOfOther * below),
        };
    }

    private readonly struct OfClass(float factor, float term) : IUnary<float>, IBinary<float>
    {
        public Lanes<float> Apply(Lanes<float> e) => Lanes<float>.Fma(e, Lanes<float>.All(factor), -Lanes<float>.All(term));

        public Lanes<float> Apply(Lanes<float> e, Lanes<float> weight) =>
            Lanes<float>.Fma(e, Lanes<float>.All(factor), -(Lanes<float>.All(term) * weight));
    }
}
