namespace Surprisal.Cuda;

/// <summary>The targets' shares q = w (t (1 - s) + s / C) of a row of class probabilities, which are read where they lie.</summary>
internal sealed class LinearShares<TElement, T> where TElement : struct, IElement<T> where T : struct, IRealFormat
{
    private readonly PtxWriter writer;
    private readonly LinearArguments arguments;
    private readonly Whole<U64> start;
    private readonly Predicate isSmooth;
    private readonly Real<T> kept, spread;

    /// <param name="writer">Of the kernel.</param>
    /// <param name="arguments">Of the kernel.</param>
    /// <param name="row">Of those that count.</param>
    public LinearShares(PtxWriter writer, LinearArguments arguments, Whole<U32> row)
    {
        (this.writer, this.arguments) = (writer, arguments);
        var position = writer.LoadWhole<U32>(writer.At(arguments.Used, row, 4));
        start = writer.At(arguments.Probabilities, writer.Convert<U32, U64>(position) * arguments.AllClasses, TElement.Size);
        isSmooth = arguments.Smoothing > Real<F64>.Zero;
        (kept, spread) = (writer.Narrow<T>(Real<F64>.One - arguments.Smoothing), writer.Narrow<T>(arguments.Share));
    }

    /// <summary>That of a class, counted from the block's first.</summary>
    public Real<T> Of(Whole<U32> c)
    {
        var of = c + arguments.FirstClass;
        var q = writer.Variable(TElement.Load(writer, writer.At(start, of, TElement.Size)));
        writer.If(isSmooth, () => writer.Set(q, Real<T>.Fma(q, kept, spread)));
        return q * arguments.WeightOf<T>(writer, of);
    }
}
