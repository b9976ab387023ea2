namespace Surprisal.Cuda;

/// <summary>The threads of a row of logits: what kernels ask of them, however a row is cut.</summary>
internal abstract class RowThreads<TElement, T>(PtxWriter writer) where TElement : struct, IElement<T> where T : struct, IRealFormat
{
    /// <summary>Of all rows.</summary>
    public Whole<U32> Row { get; protected init; }

    /// <summary>What happens to the logits first, or null.</summary>
    public LogitTransform<T>? Transform { get; init; }

    /// <summary>The first logit of the row among all.</summary>
    protected Whole<U32> First { get; init; }

    /// <summary>A logit as the loss sees it.</summary>
    public Real<T> Input(Whole<U64> logits, Whole<U32> c) => Transform?.Forward(Global(logits, c), c) ?? Global(logits, c);

    public Real<T> Global(Whole<U64> array, Whole<U32> c) => TElement.Load(writer, writer.At(array, First + c, TElement.Size));

    public void Store(Whole<U64> array, Whole<U32> c, Real<T> value) =>
        TElement.Store(writer, writer.At(array, First + c, TElement.Size), value);

    /// <summary>Whether the thread stores what the row has one of.</summary>
    public abstract Predicate IsFirst();

    /// <summary>The maximum and the sums of the row, in every thread of it; logits or their exponentials are kept.</summary>
    /// <param name="logits">Of all rows.</param>
    /// <param name="keepExponentials">Which of them.</param>
    /// <param name="smooth">The smoothing term of a class, from x - max, or null.</param>
    public abstract (Real<T> Max, (Real<F64> ExpSum, Real<F64> SmoothingSum) Sums) Statistics(
        Whole<U64> logits, bool keepExponentials, Func<Whole<U32>, Real<T>, Real<T>>? smooth);

    /// <summary>
    /// Numbers that are found from the sums, in every thread; then all of the row's logits have been read. <paramref name="store"/> writes
    /// what is known with them.
    /// </summary>
    public abstract Real<T>[] Once(Func<Real<T>[]> find, Action store);

    /// <summary>Writes a number for each class, from what was kept of its logit.</summary>
    /// <param name="array">Of all rows, maybe the logits.</param>
    /// <param name="condition">Whether it is written, or null.</param>
    /// <param name="value">The number of a class.</param>
    public abstract void Fill(Whole<U64> array, Predicate? condition, Func<Real<T>, Whole<U32>, Real<T>> value);

    /// <summary>Comes last.</summary>
    public abstract void End();
}
