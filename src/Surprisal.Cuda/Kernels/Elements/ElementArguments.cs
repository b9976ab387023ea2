namespace Surprisal.Cuda;

/// <summary>What the kernels of losses of elements are told, in the order of a launch.</summary>
/// <param name="Inputs">[elements].</param>
/// <param name="Targets">[elements].</param>
/// <param name="Weights">[weight_count] in the kernel's format, or 0.</param>
/// <param name="PosWeights">[pos_weight_count] in the kernel's format, or 0.</param>
/// <param name="SampleWeights">One for each loss, in the inputs' type, or 0.</param>
/// <param name="Gradient">In the inputs' type, maybe their memory, or 0.</param>
/// <param name="Each">The elements' losses in the inputs' type, or 0.</param>
/// <param name="Losses">Where the losses are kept for another kernel to add up, or 0.</param>
/// <param name="Terms">Else where the sum of each block goes.</param>
/// <param name="State">An <see cref="EvaluationState"/>.</param>
/// <param name="Elements">At least one.</param>
/// <param name="WeightRepeat">How many neighbours share a weight; then the next does, around all of them.</param>
/// <param name="WeightCount">How many weights there are.</param>
/// <param name="PosWeightRepeat">The same of the weights of the positive part.</param>
/// <param name="PosWeightCount">How many there are.</param>
/// <param name="SampleRepeat">How many elements share a sample weight.</param>
/// <param name="Parts">What the scale of the gradient is divided by.</param>
/// <param name="Options">The loss's numbers.</param>
internal sealed record ElementArguments(
    Whole<U64> Inputs,
    Whole<U64> Targets,
    Whole<U64> Weights,
    Whole<U64> PosWeights,
    Whole<U64> SampleWeights,
    Whole<U64> Gradient,
    Whole<U64> Each,
    Whole<U64> Losses,
    Whole<U64> Terms,
    Whole<U64> State,
    Whole<U32> Elements,
    Whole<U32> WeightRepeat,
    Whole<U32> WeightCount,
    Whole<U32> PosWeightRepeat,
    Whole<U32> PosWeightCount,
    Whole<U32> SampleRepeat,
    Real<F64> Parts,
    Real<F64>[] Options)
{
    /// <summary>How many options a formula may have.</summary>
    public const int OptionCount = 4;

    public static ElementArguments Read(PtxWriter writer)
    {
        var arguments = new ElementArguments(
            writer.Address("inputs"), writer.Address("targets"), writer.Address("weights"), writer.Address("pos_weights"),
            writer.Address("sample_weights"), writer.Address("gradient"), writer.Address("each"), writer.Address("losses"),
            writer.Address("terms"), writer.Address("state"), writer.Parameter<U32>("elements"), writer.Parameter<U32>("weight_repeat"),
            writer.Parameter<U32>("weight_count"), writer.Parameter<U32>("pos_weight_repeat"), writer.Parameter<U32>("pos_weight_count"),
            writer.Parameter<U32>("sample_repeat"), writer.Number<F64>("parts"),
            [.. Enumerable.Range(0, OptionCount).Select(i => writer.Number<F64>($"option_{i}"))]);
        ClassArguments.ReturnIfStopped(writer, arguments.State);
        return arguments;
    }

    /// <summary>A number of an array that has one for every so many elements, around and around; 1 where there is no array.</summary>
    public static Real<T> Of<T>(PtxWriter writer, Whole<U64> array, Whole<U32> repeat, Whole<U32> count, Whole<U32> i)
        where T : struct, IRealFormat
    {
        var number = writer.Variable(Real<T>.One);
        writer.If(Whole<U64>.NotEqual(array, 0), () => writer.Set(number, writer.Load<T>(writer.At(array, i / repeat % count, T.Size))));
        return number;
    }
}
