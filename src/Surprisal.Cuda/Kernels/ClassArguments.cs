namespace Surprisal.Cuda;

/// <summary>What the kernels of cross-entropy are told, in the order of a launch.</summary>
/// <param name="Logits">[samples, classes, inner].</param>
/// <param name="Targets">[samples, inner] as int, -1 where ignored.</param>
/// <param name="Weights">[classes] in the kernel's format, or 0.</param>
/// <param name="Gradient">In the logits' shape and type, maybe their memory, or 0.</param>
/// <param name="Each">The positions' losses in the logits' type, or 0.</param>
/// <param name="Losses">The same in double, which are summed.</param>
/// <param name="State">An <see cref="EvaluationState"/>.</param>
/// <param name="Positions">samples x inner.</param>
/// <param name="Classes">At least one.</param>
/// <param name="Inner">How far the classes of a position are apart.</param>
/// <param name="Smoothing">How much of the target is spread over the classes.</param>
/// <param name="Share">Smoothing / classes.</param>
/// <param name="TotalWeight">The sum of all classes' weights.</param>
/// <param name="ZLoss">The factor of the squared log-sum-exp; of the focal loss gamma is in its place.</param>
/// <param name="ByTarget">Not 0 where what is spread has the weight of the target.</param>
/// <param name="SampleWeights">[samples, inner] in double, or 0.</param>
/// <param name="Cap">Of the logits, 0 for none.</param>
/// <param name="InverseCap">1 / cap.</param>
/// <param name="InverseTemperature">1 / temperature.</param>
/// <param name="Shift">[classes] in the kernel's format, added to the logits, or 0.</param>
internal sealed record ClassArguments(
    Whole<U64> Logits,
    Whole<U64> Targets,
    Whole<U64> Weights,
    Whole<U64> Gradient,
    Whole<U64> Each,
    Whole<U64> Losses,
    Whole<U64> State,
    Whole<U32> Positions,
    Whole<U32> Classes,
    Whole<U32> Inner,
    Real<F64> Smoothing,
    Real<F64> Share,
    Real<F64> TotalWeight,
    Real<F64> ZLoss,
    Whole<U32> ByTarget,
    Whole<U64> SampleWeights,
    Real<F64> Cap,
    Real<F64> InverseCap,
    Real<F64> InverseTemperature,
    Whole<U64> Shift)
{
    /// <summary>Of class probabilities: where their gradient goes, in the logits' shape and type, or 0.</summary>
    public Whole<U64> TargetGradient { get; private init; }

    public static ClassArguments Read(PtxWriter writer, bool areProbabilities = false)
    {
        var arguments = new ClassArguments(
            writer.Address("logits"), writer.Address("targets"), writer.Address("weights"), writer.Address("gradient"),
            writer.Address("each"), writer.Address("losses"), writer.Address("state"), writer.Parameter<U32>("positions"),
            writer.Parameter<U32>("classes"), writer.Parameter<U32>("inner"), writer.Number<F64>("smoothing"), writer.Number<F64>("share"),
            writer.Number<F64>("total_weight"), writer.Number<F64>("z_loss"), writer.Parameter<U32>("by_target"),
            writer.Address("sample_weights"), writer.Number<F64>("cap"), writer.Number<F64>("inverse_cap"),
            writer.Number<F64>("inverse_temperature"), writer.Address("shift"))
        {
            TargetGradient = areProbabilities ? writer.Address("target_gradient") : default,
        };
        ReturnIfStopped(writer, arguments.State);
        return arguments;
    }

    /// <summary>Ends every thread where nothing may be written.</summary>
    public static void ReturnIfStopped(PtxWriter writer, Whole<U64> state) =>
        writer.ReturnIf(Whole<U64>.NotEqual(writer.LoadWhole<U64>(state, EvaluationState.Offset(nameof(EvaluationState.Stop))), 0));

    public Predicate HasGradient() => Whole<U64>.NotEqual(Gradient, 0);

    public Predicate HasTargetGradient() => Whole<U64>.NotEqual(TargetGradient, 0);

    /// <summary>The transformation of the logits, of the variant that has one.</summary>
    public LogitTransform<T>? Transform<T>(PtxWriter writer, ClassVariant variant) where T : struct, IRealFormat =>
        variant == ClassVariant.Transformed ? new(writer, this) : null;

    /// <summary>How often a position counts, 1 without sample weights.</summary>
    public static Real<F64> SampleWeightOf(PtxWriter writer, Whole<U64> sampleWeights, Whole<U32> position)
    {
        var weight = writer.Variable(Real<F64>.One);
        writer.If(Whole<U64>.NotEqual(sampleWeights, 0), () => writer.Set(weight, writer.Load<F64>(writer.At(sampleWeights, position, 8))));
        return weight;
    }

    /// <summary>The weight of a class, 1 without weights.</summary>
    public Real<T> WeightOf<T>(PtxWriter writer, Whole<U32> c) where T : struct, IRealFormat
    {
        var weight = writer.Variable(Real<T>.One);
        writer.If(Whole<U64>.NotEqual(Weights, 0), () => writer.Set(weight, writer.Load<T>(writer.At(Weights, c, T.Size))));
        return weight;
    }

    /// <summary>The weight of a class's smoothing term, 1 where all have one that the formula multiplies by.</summary>
    public Real<T> SmoothingWeightOf<T>(PtxWriter writer, Whole<U32> c) where T : struct, IRealFormat
    {
        var weight = writer.Variable(Real<T>.One);
        writer.If(Whole<U64>.NotEqual(Weights, 0) & Whole<U32>.Equal(ByTarget, 0),
            () => writer.Set(weight, writer.Load<T>(writer.At(Weights, c, T.Size))));
        return weight;
    }
}
