namespace Surprisal.Cuda;

/// <summary>What a kernel does with one element, around the formula.</summary>
internal sealed class ElementWriter<TElement, T, TWork, TFormula>
    where TElement : struct, IElement<T>
    where T : struct, IRealFormat
    where TWork : struct, IRealFormat
    where TFormula : struct, IElementFormula
{
    private readonly PtxWriter writer;
    private readonly ElementArguments arguments;
    private readonly Real<TWork> scale;
    private readonly Real<TWork>[] options;

    public ElementWriter(PtxWriter writer, ElementArguments arguments)
    {
        (this.writer, this.arguments) = (writer, arguments);
        scale = writer.Narrow<TWork>(
            writer.Load<F64>(arguments.State, EvaluationState.Offset(nameof(EvaluationState.Scale))) / arguments.Parts);
        options = Array.ConvertAll(arguments.Options, option => writer.Narrow<TWork>(option));
    }

    /// <summary>The input and the target of an element, if there is one.</summary>
    public (Real<TWork> X, Real<TWork> Y) Load(Whole<U32> i, Whole<U32> end)
    {
        var (x, y) = (writer.Variable(Real<T>.Zero), writer.Variable(Real<T>.Zero));
        writer.If(i < end, () =>
        {
            writer.Set(x, TElement.Load(writer, writer.At(arguments.Inputs, i, TElement.Size)));
            writer.Set(y, TElement.Load(writer, writer.At(arguments.Targets, i, TElement.Size)));
        });
        return (ToWork(x), ToWork(y));
    }

    /// <summary>The weighted loss; stores it, and the gradient, where these are wanted.</summary>
    public Real<TWork> Evaluate(Whole<U32> i, Real<TWork> x, Real<TWork> y)
    {
        var (loss, gradient) = TFormula.Apply(writer, Operands(i, x, y));
        var sampleWeight = SampleWeight(i);
        if (TFormula.IsDifference)
            (loss, gradient) = (loss * sampleWeight, gradient * scale * sampleWeight);
        else
        {
            var weight = Weight(i) * sampleWeight;
            (loss, gradient) = (loss * weight, gradient * weight * scale);
        }
        var isIgnored = Real<TWork>.Equal(sampleWeight, Real<TWork>.Zero); // whatever its numbers are
        loss = Real<TWork>.Select(isIgnored, Real<TWork>.Zero, loss);
        gradient = Real<TWork>.Select(isIgnored, Real<TWork>.Zero, gradient);
        Store(arguments.Gradient, i, gradient);
        Store(arguments.Each, i, loss);
        return loss;
    }

    /// <summary>Stores the derivative by the target in the place of the gradient.</summary>
    public void EvaluateTarget(Whole<U32> i, Real<TWork> x, Real<TWork> y)
    {
        var (operands, sampleWeight) = (Operands(i, x, y), SampleWeight(i));
        var isIgnored = Real<TWork>.Equal(sampleWeight, Real<TWork>.Zero);
        var gradient = TFormula.IsDifference
            ? TFormula.Apply(writer, operands).Gradient * scale * sampleWeight
            : TFormula.TargetGradient(writer, operands, Weight(i) * sampleWeight * scale);
        gradient = Real<TWork>.Select(isIgnored, Real<TWork>.Zero, gradient);
        Store(arguments.Gradient, i, TFormula.IsDifference ? -gradient : gradient);
    }

    private ElementOperands<TWork> Operands(Whole<U32> i, Real<TWork> x, Real<TWork> y) => new(TFormula.IsDifference ? x - y : x, y,
        () => ElementArguments.Of<TWork>(writer, arguments.PosWeights, arguments.PosWeightRepeat, arguments.PosWeightCount, i), options);

    private Real<TWork> Weight(Whole<U32> i) =>
        ElementArguments.Of<TWork>(writer, arguments.Weights, arguments.WeightRepeat, arguments.WeightCount, i);

    private Real<TWork> SampleWeight(Whole<U32> i)
    {
        var weight = writer.Variable(Real<TWork>.One);
        writer.If(Whole<U64>.NotEqual(arguments.SampleWeights, 0), () => writer.Set(weight,
            ToWork(TElement.Load(writer, writer.At(arguments.SampleWeights, i / arguments.SampleRepeat, TElement.Size)))));
        return weight;
    }

    private void Store(Whole<U64> array, Whole<U32> i, Real<TWork> value) => writer.If(Whole<U64>.NotEqual(array, 0),
        () => TElement.Store(writer, writer.At(array, i, TElement.Size), FromWork(value)));

    private Real<TWork> ToWork(Real<T> value)
    {
        if (T.Size == TWork.Size) return new(value.Writer, value.Name);
        var wide = writer.Widen(value);
        return new(wide.Writer, wide.Name);
    }

    private Real<T> FromWork(Real<TWork> value) =>
        T.Size == TWork.Size ? new(value.Writer, value.Name) : writer.Narrow<T>(new Real<F64>(value.Writer, value.Name));
}
