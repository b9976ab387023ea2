using Surprisal.Kernels;

namespace Surprisal;

/// <summary>
/// Information theory on tensors of probabilities, along a dimension and with gradients; on plain memory: <see cref="Information"/>.
/// </summary>
/// <remarks>
/// <para>
/// p is the distribution that outcomes come from, q the one that a model expects; their shapes broadcast. Each result is computed in double
/// and rounded once, with the same bits on any dimension. Elements must be in [0, 1]; NaN gives NaN; that they add up to 1 along the
/// dimension is not checked.
/// </para>
/// <para>
/// Derivatives at p = 0 and q = 0 are limits, so they may be infinite; an outcome with p = q = 0 has none and gets 0. Probabilities that
/// come out of a softmax may underflow to 0: differentiate through logits there, as docs/information-theory.md shows. Formulas: Cover,
/// Thomas, Elements of Information Theory, chapter 2.
/// </para>
/// </remarks>
public static class TensorInformation
{
    /// <summary>The surprise at each outcome, -ln p, in the shape of <paramref name="p"/>. Gradient: -1 / p.</summary>
    /// <param name="p">Probabilities, of any shape.</param>
    /// <param name="unit">Default nats.</param>
    /// <exception cref="ArgumentOutOfRangeException">An element that is no probability; the message gives its position.</exception>
    public static Tensor<T> SelfInformation<T>(this Tensor<T> p, InformationUnit unit = InformationUnit.Nats)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Information.Check(unit);
        Information.CheckProbabilities<T>(p.Span, p.Shape, nameof(p));
        return InUnit(T.Zero - p.Log(), unit);
    }

    /// <summary>The mean surprise at outcomes of p, -sum p ln p along a dimension. Gradient: -(ln p + 1), +infinity at 0.</summary>
    /// <param name="p">Probabilities; the dimension lists the outcomes.</param>
    /// <param name="dim">Negatives count from the back.</param>
    /// <param name="keepDim">Whether the dimension stays at size 1. Default false: it disappears.</param>
    /// <param name="unit">Default nats.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension, or an element that is no probability; the message gives its
    /// position.</exception>
    public static Tensor<T> Entropy<T>(this Tensor<T> p, int dim, bool keepDim = false, InformationUnit unit = InformationUnit.Nats)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Information.Check(unit);
        Information.CheckProbabilities<T>(p.Span, p.Shape, nameof(p));
        dim = Shape.Axis(dim, p.Rank);
        return Sums(p, p, dim, keepDim, unit, default(Kernels.Information.CrossEntropy))
            .Record("EntropyBackward0", [p], p.MakeEdge(g => Upstream(g, p, dim, unit) * (-T.One - p.Log())));
    }

    /// <summary>
    /// The mean surprise at outcomes of p for a model that expects q, -sum p ln q along a dimension. Gradients: -ln q to p and -p / q to q.
    /// </summary>
    /// <param name="p">The probabilities of the outcomes.</param>
    /// <param name="q">What the model gives each of them; broadcasts with p.</param>
    /// <param name="dim">The dimension of the outcomes, in the broadcast shape.</param>
    /// <param name="keepDim">Whether the dimension stays at size 1. Default false: it disappears.</param>
    /// <param name="unit">Default nats.</param>
    /// <exception cref="ArgumentException">Shapes that do not broadcast.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension, or an element that is no probability; the message gives its
    /// position.</exception>
    public static Tensor<T> CrossEntropy<T>(
        Tensor<T> p,
        Tensor<T> q,
        int dim,
        bool keepDim = false,
        InformationUnit unit = InformationUnit.Nats)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        OfBoth(p, q, dim, keepDim, unit, "CrossEntropyBackward0", default(Kernels.Information.CrossEntropy),
            default(Kernels.Information.CrossEntropyInP<T>), default(Kernels.Information.CrossEntropyInP<float>));

    /// <summary>
    /// The surprise that expecting q costs where p is true, sum p ln(p / q) along a dimension. Gradients: ln(p / q) + 1 to p and -p / q to
    /// q.
    /// </summary>
    /// <param name="p">The probabilities of the outcomes.</param>
    /// <param name="q">What the model gives each of them; broadcasts with p.</param>
    /// <param name="dim">The dimension of the outcomes, in the broadcast shape.</param>
    /// <param name="keepDim">Whether the dimension stays at size 1. Default false: it disappears.</param>
    /// <param name="unit">Default nats.</param>
    /// <inheritdoc cref="CrossEntropy{T}" path="/exception"/>
    public static Tensor<T> KlDivergence<T>(
        this Tensor<T> p,
        Tensor<T> q,
        int dim,
        bool keepDim = false,
        InformationUnit unit = InformationUnit.Nats)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        OfBoth(p, q, dim, keepDim, unit, "KlDivergenceBackward0", default(Kernels.Information.KlDivergence),
            default(Kernels.Information.KlDivergenceInP<T>), default(Kernels.Information.KlDivergenceInP<float>));

    /// <summary>How many equally probable outcomes would surprise as much as p does: exp(entropy) along a dimension.</summary>
    /// <inheritdoc cref="Entropy{T}" path="/param[@name!='unit']"/>
    /// <inheritdoc cref="Entropy{T}" path="/exception"/>
    public static Tensor<T> Perplexity<T>(this Tensor<T> p, int dim, bool keepDim = false) where T : unmanaged, IFloatingPointIeee754<T> =>
        p.Entropy(dim, keepDim).Exp();

    /// <summary>The perplexity of a model whose mean cross-entropy loss is known: exp(loss), element by element.</summary>
    /// <param name="loss">The mean loss over all samples or words, without weights and label smoothing.</param>
    /// <param name="unit">What the loss is in. Default nats, as every loss here.</param>
    /// <exception cref="ArgumentOutOfRangeException">No unit.</exception>
    public static Tensor<T> PerplexityOfLoss<T>(this Tensor<T> loss, InformationUnit unit = InformationUnit.Nats)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Information.Check(unit);
        return (unit == InformationUnit.Bits ? loss / PerNat<T>(unit) : loss).Exp();
    }

    private static Tensor<T> OfBoth<T, TOp, TInP, TInPFloat>(
        Tensor<T> p,
        Tensor<T> q,
        int dim,
        bool keepDim,
        InformationUnit unit,
        string name,
        TOp f,
        TInP inP,
        TInPFloat inPOfFloat)
        where T : unmanaged, IFloatingPointIeee754<T> where TOp : struct, IBinary<double> where TInP : struct, IBinary<T>
        where TInPFloat : struct, IBinary<float>
    {
        Information.Check(unit);
        Information.CheckProbabilities<T>(p.Span, p.Shape, nameof(p));
        Information.CheckProbabilities<T>(q.Span, q.Shape, nameof(q));
        var shape = Shape.Broadcast(p.Shape, q.Shape);
        dim = Shape.Axis(dim, shape.Rank);
        var (allP, allQ) = (BroadcastTo(p, shape), BroadcastTo(q, shape));
        return Sums(allP, allQ, dim, keepDim, unit, f).Record(name, [p, q],
            p.MakeEdge(g => (Upstream(g, allP, dim, unit) * Broadcasting.Map(allP, allQ, inP, inPOfFloat)).SumTo(p.Shape)),
            q.MakeEdge(g =>
                (Upstream(g, allP, dim, unit) * Broadcasting.Map(
                    allP, allQ, default(Kernels.Information.InQ<T>), default(Kernels.Information.InQ<float>))).SumTo(q.Shape)));
    }

    /// <summary>One sum for each row along the dimension; rows that are not contiguous are gathered first.</summary>
    private static Tensor<T> Sums<T, TOp>(Tensor<T> p, Tensor<T> q, int dim, bool keepDim, InformationUnit unit, TOp f)
        where T : unmanaged, IFloatingPointIeee754<T> where TOp : struct, IBinary<double>
    {
        var (_, along, inner) = Shape.Split(p.Shape, dim);
        var y = Tensor.Uninitialized<T>(Shape.Reduce(p.Shape, dim, keepDim));
        Partition.Ranges(y.Length, 1 + 4096 / (along + 1), 8 * along, (start, end) =>
        {
            T[] rowP = new T[inner == 1 ? 0 : along], rowQ = new T[rowP.Length];
            for (var i = start; i < end; i++)
            {
                var sum = inner == 1
                    ? Kernels.Information.Sum<T, TOp>(p.Span.Slice(i * along, along), q.Span.Slice(i * along, along), f)
                    : Kernels.Information.Sum<T, TOp>(GatherRow(p, i, inner, rowP), GatherRow(q, i, inner, rowQ), f);
                y.Span[i] = T.CreateTruncating(Information.FromNats(sum, unit));
            }
        });
        return y;
    }

    private static ReadOnlySpan<T> GatherRow<T>(Tensor<T> x, int i, int inner, T[] row) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var first = i / inner * row.Length * inner + i % inner;
        for (var a = 0; a < row.Length; a++) row[a] = x.Span[first + a * inner];
        return row;
    }

    /// <summary>The gradient of the sums with their dimension back at size 1, in nats.</summary>
    private static Tensor<T> Upstream<T>(Tensor<T> g, Tensor<T> p, int dim, InformationUnit unit)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        InUnit(g.View(Shape.Reduce(p.Shape, dim, keepDim: true)), unit);

    private static Tensor<T> InUnit<T>(Tensor<T> nats, InformationUnit unit) where T : unmanaged, IFloatingPointIeee754<T> =>
        unit == InformationUnit.Bits ? nats * PerNat<T>(unit) : nats;

    private static T PerNat<T>(InformationUnit unit) where T : unmanaged, IFloatingPointIeee754<T> =>
        T.CreateTruncating(Information.FromNats(1, unit));

    private static Tensor<T> BroadcastTo<T>(Tensor<T> x, TensorShape shape) where T : unmanaged, IFloatingPointIeee754<T> =>
        x.Shape == shape ? x : x.Detach().Expand(shape);
}
