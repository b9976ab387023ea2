namespace Surprisal;

/// <summary>Information theory on probabilities in memory: self-information, entropy, cross-entropy, divergence, perplexity.</summary>
/// <remarks>
/// <para>
/// p is the distribution that outcomes come from, q the one that a model expects; both list the same outcomes in the same order. Elements
/// are of any floating type; sums are in double, in a fixed order. Results are in nats unless bits are asked for. On tensors, along a
/// dimension and with gradients: <c>TensorInformation</c>.
/// </para>
/// <para>
/// 0 ln 0 is 0. Every element must be in [0, 1]; NaN is data and gives NaN. That the elements add up to 1 is not checked: what does not is
/// measured by the formula as it stands, and divergence may then be negative. No outcomes at all give 0. Source: Cover, Thomas, Elements of
/// Information Theory, chapter 2.
/// </para>
/// </remarks>
public static class Information
{
    private const double Ln2 = 0.693147180559945309;

    /// <summary>The surprise at an outcome, -ln p: 0 for a certain one, infinity for an impossible one.</summary>
    /// <param name="probability">How probable the outcome was, from 0 to 1.</param>
    /// <param name="unit">Default nats.</param>
    /// <exception cref="ArgumentOutOfRangeException">No probability, or no unit.</exception>
    public static double SelfInformation(double probability, InformationUnit unit = InformationUnit.Nats)
    {
        Check(unit);
        if (probability is < 0 or > 1)
            throw new ArgumentOutOfRangeException(nameof(probability),
                $"probability = {probability} is not a probability: it must be in [0, 1].");
        return FromNats(0 - Kernels.Scalar.Log(probability), unit);
    }

    /// <summary>
    /// The mean surprise at outcomes of p, -sum p ln p: from 0, where one outcome is certain, to ln n, where all n are equally probable.
    /// </summary>
    /// <param name="p">One probability an outcome.</param>
    /// <param name="unit">Default nats.</param>
    /// <exception cref="ArgumentOutOfRangeException">An element that is no probability; the message gives its position.</exception>
    public static double Entropy<T>(ReadOnlySpan<T> p, InformationUnit unit = InformationUnit.Nats)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(unit);
        CheckProbabilities(p, [p.Length], nameof(p));
        return FromNats(Kernels.Information.Sum(p, p, default(Kernels.Information.CrossEntropy)), unit);
    }

    /// <summary>
    /// The mean surprise at outcomes of p for a model that expects q, -sum p ln q: entropy plus divergence, infinity where q rules out what
    /// p does not.
    /// </summary>
    /// <param name="p">The probabilities of the outcomes.</param>
    /// <param name="q">What the model gives each of them.</param>
    /// <param name="unit">Default nats.</param>
    /// <exception cref="ArgumentException">Not as many elements in both.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An element that is no probability; the message gives its position.</exception>
    public static double CrossEntropy<T>(ReadOnlySpan<T> p, ReadOnlySpan<T> q, InformationUnit unit = InformationUnit.Nats)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(p, q, unit);
        return FromNats(Kernels.Information.Sum(p, q, default(Kernels.Information.CrossEntropy)), unit);
    }

    /// <summary>
    /// The surprise that expecting q costs where p is true, sum p ln(p / q): exactly 0 for q = p, else positive, infinity where q rules out
    /// what p does not.
    /// </summary>
    /// <param name="p">The probabilities of the outcomes.</param>
    /// <param name="q">What the model gives each of them.</param>
    /// <param name="unit">Default nats.</param>
    /// <inheritdoc cref="CrossEntropy{T}" path="/exception"/>
    public static double KlDivergence<T>(ReadOnlySpan<T> p, ReadOnlySpan<T> q, InformationUnit unit = InformationUnit.Nats)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(p, q, unit);
        return FromNats(Kernels.Information.Sum(p, q, default(Kernels.Information.KlDivergence)), unit);
    }

    /// <summary>
    /// How many equally probable outcomes would surprise as much as p does: exp(entropy), which has no unit; from 1 to n.
    /// </summary>
    /// <param name="p">One probability an outcome.</param>
    /// <exception cref="ArgumentOutOfRangeException">An element that is no probability; the message gives its position.</exception>
    public static double Perplexity<T>(ReadOnlySpan<T> p) where T : unmanaged, IFloatingPointIeee754<T> => Kernels.Scalar.Exp(Entropy(p));

    /// <summary>
    /// The perplexity of a model whose mean cross-entropy loss is known, exp(loss): among how many equally probable classes or words it is
    /// as undecided.
    /// </summary>
    /// <param name="loss">The mean loss over all samples or words, without weights and label smoothing. Of batches take the mean of the
    /// losses first, then the perplexity.</param>
    /// <param name="unit">What the loss is in. Default nats, as every loss here.</param>
    /// <exception cref="ArgumentOutOfRangeException">No unit.</exception>
    public static double PerplexityOfLoss(double loss, InformationUnit unit = InformationUnit.Nats)
    {
        Check(unit);
        return Kernels.Scalar.Exp(unit == InformationUnit.Bits ? loss * Ln2 : loss);
    }

    /// <summary>The number in the unit asked for.</summary>
    internal static double FromNats(double nats, InformationUnit unit) => unit == InformationUnit.Bits ? nats / Ln2 : nats;

    internal static void Check(InformationUnit unit)
    {
        if (!Enum.IsDefined(unit))
            throw new ArgumentOutOfRangeException(nameof(unit), $"{unit} is not a valid value for unit; it is Nats or Bits.");
    }

    /// <summary>Refuses what is below 0 or above 1, with its position in the shape; NaN passes.</summary>
    internal static void CheckProbabilities<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> shape, string name)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        typeof(T).CheckFloatingPoint("spans", "functions");
        for (var i = 0; i < values.Length; i++)
            if (values[i] < T.Zero || values[i] > T.One)
                throw new ArgumentOutOfRangeException(name,
                    $"{name}[{Shape.Position(i, shape)}] = {values[i]} is not a probability: every element must be in [0, 1].");
    }

    private static void Check<T>(ReadOnlySpan<T> p, ReadOnlySpan<T> q, InformationUnit unit) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(unit);
        if (p.Length != q.Length)
            throw new ArgumentException($"q has {q.Length} elements, but p has {p.Length}: both must list the same outcomes.", nameof(q));
        CheckProbabilities(p, [p.Length], nameof(p));
        CheckProbabilities(q, [q.Length], nameof(q));
    }
}
