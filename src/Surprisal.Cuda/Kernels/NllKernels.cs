namespace Surprisal.Cuda;

/// <summary>
/// Negative log-likelihood: loss = -w x at the target, gradient -scale w there and 0 elsewhere. Two launches, for the gradient may
/// overwrite
/// the log-probabilities.
/// </summary>
internal static class NllKernels
{
    public const int Threads = 256;

    public const string Losses = "nll_losses", Gradient = "nll_gradient";

    public static readonly IReadOnlyList<PtxModule> Modules =
        [Of<FloatElement, F32>(), Of<DoubleElement, F64>(), Of<HalfElement, F32>(), Of<BFloat16Element, F32>()];

    private static PtxModule Of<TElement, T>() where TElement : struct, IElement<T> where T : struct, IRealFormat => new(
        $"nll_{TElement.Name}",
        [new(Losses, Threads, 4, WriteLosses<TElement, T>), new(Gradient, Threads, 4, WriteGradient<TElement, T>)]);

    /// <summary>A thread a position.</summary>
    private static void WriteLosses<TElement, T>(PtxWriter writer) where TElement : struct, IElement<T> where T : struct, IRealFormat
    {
        var (logProbabilities, targets, weights) = (writer.Address("log_probabilities"), writer.Address("targets"),
            writer.Address("weights"));
        var (each, losses, state) = (writer.Address("each"), writer.Address("losses"), writer.Address("state"));
        var (positions, classes, inner) = (writer.Parameter<U32>("positions"), writer.Parameter<U32>("classes"),
            writer.Parameter<U32>("inner"));
        var sampleWeights = writer.Address("sample_weights");
        ClassArguments.ReturnIfStopped(writer, state);
        var position = writer.Block() * Threads + writer.Thread();
        writer.ReturnIf(position >= positions);
        var target = writer.LoadWhole<S32>(writer.At(targets, position, 4));
        var loss = writer.Variable(Real<F64>.Zero);
        writer.If(target >= 0, () =>
        {
            var c = writer.Convert<S32, U32>(target);
            var at = position / inner * (inner * classes) + position % inner + c * inner;
            var x = writer.Widen(TElement.Load(writer, writer.At(logProbabilities, at, TElement.Size)));
            writer.Set(loss, -WeightOf<T>(writer, weights, c) * x * ClassArguments.SampleWeightOf(writer, sampleWeights, position));
        });
        writer.Store(writer.At(losses, position, 8), loss);
        writer.If(Whole<U64>.NotEqual(each, 0), () => TElement.StoreDouble(writer, writer.At(each, position, TElement.Size), loss));
    }

    /// <summary>A thread a log-probability.</summary>
    private static void WriteGradient<TElement, T>(PtxWriter writer) where TElement : struct, IElement<T> where T : struct, IRealFormat
    {
        var (targets, weights, gradient, state) = (writer.Address("targets"), writer.Address("weights"), writer.Address("gradient"),
            writer.Address("state"));
        var (elements, classes, inner) = (writer.Parameter<U32>("elements"), writer.Parameter<U32>("classes"),
            writer.Parameter<U32>("inner"));
        var sampleWeights = writer.Address("sample_weights");
        ClassArguments.ReturnIfStopped(writer, state);
        var i = writer.Block() * Threads + writer.Thread();
        writer.ReturnIf(i >= elements);
        var rest = i / inner;
        var (c, position) = (rest % classes, rest / classes * inner + i % inner);
        var target = writer.Convert<S32, U32>(writer.LoadWhole<S32>(writer.At(targets, position, 4))); // of an ignored one no class
        var result = writer.Variable(Real<T>.Zero);
        writer.If(Whole<U32>.Equal(c, target), () =>
        {
            var scale = writer.Load<F64>(state, EvaluationState.Offset(nameof(EvaluationState.Scale)))
                * ClassArguments.SampleWeightOf(writer, sampleWeights, position);
            writer.Set(result, writer.Narrow<T>(-scale * WeightOf<T>(writer, weights, c)));
        });
        TElement.Store(writer, writer.At(gradient, i, TElement.Size), result);
    }

    private static Real<F64> WeightOf<T>(PtxWriter writer, Whole<U64> weights, Whole<U32> c) where T : struct, IRealFormat
    {
        var weight = writer.Variable(Real<F64>.One);
        writer.If(Whole<U64>.NotEqual(weights, 0), () => writer.Set(weight, writer.Widen(writer.Load<T>(writer.At(weights, c, T.Size)))));
        return weight;
    }
}
