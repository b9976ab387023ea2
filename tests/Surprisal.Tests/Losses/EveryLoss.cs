using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>
/// The list of all losses, plain and with their options, for what has to be true of each; those over classes have three. The other lists of tests are made
/// from it, and an architecture test says which loss is missing.
/// </summary>
internal static class EveryLoss
{
    public static IReadOnlyList<ClassIndexLoss> OfIndices { get; } =
    [
        new CrossEntropyLoss(),
        new CrossEntropyLoss { Weight = [1, 2, 0.5], LabelSmoothing = 0.1, ZLoss = 0.01 },
        new CrossEntropyLoss { LabelSmoothing = 0.2, SmoothingWeight = SmoothingWeight.PerTarget, Weight = [1, 2, 0.5], Reduction = Reduction.Sum },
        new CrossEntropyLoss { SoftCap = 3, Temperature = 1.5, Prior = [0.5, 0.3, 0.2], IgnoreIndex = 1 },
        new SoftmaxFocalLoss { Gamma = 1.5, Weight = [1, 2, 0.5] },
        new NllLoss { Weight = [1, 2, 0.5] },
    ];

    public static IReadOnlyList<DenseLoss> OfNumbers { get; } =
    [
        new BceLoss { Weight = [1, 2, 0.5] },
        new BceWithLogitsLoss { Weight = [1, 2, 0.5], PosWeight = [3] },
        new FocalLoss { Alpha = 0.3, Gamma = 1.5 },
        new KlDivLoss(),
        new KlDivLoss { LogTarget = true, Reduction = Reduction.BatchMean },
        new SoftMarginLoss(),
        new MultiLabelSoftMarginLoss { Weight = [1, 2, 0.5] },
        new MseLoss(),
        new L1Loss(),
        new HuberLoss { Delta = 0.3 },
        new SmoothL1Loss { Beta = 0.3 },
        new SmoothL1Loss { Beta = 0, Reduction = Reduction.Sum },
    ];

    public static IReadOnlyList<RegionLoss> OfRegions { get; } =
    [
        new DiceLoss(),
        new DiceLoss { Smooth = 0.01, Absent = AbsentClasses.Count, PerImage = true, Squared = true, Reduction = Reduction.Sum },
        new JaccardLoss { Smooth = 0.5, IgnoreIndex = 1 },
        new TverskyLoss { Alpha = 0.3, Beta = 0.7 },
    ];

    /// <summary>The losses of an input and targets: one that has a weight besides is in <see cref="OfLayers"/>.</summary>
    public static IReadOnlyList<Loss> All { get; } = [.. OfIndices, .. OfNumbers, .. OfRegions];

    /// <summary>Losses of hidden states, the weight of a layer, and targets: their calls are others, and so are their tests.</summary>
    public static IReadOnlyList<Loss> OfLayers { get; } =
    [
        new LinearCrossEntropyLoss(), new LinearCrossEntropyLoss { Weight = [1, 2, 0.5], LabelSmoothing = 0.1, ZLoss = 0.01 },
        new LinearCrossEntropyLoss { SoftCap = 3, Temperature = 1.5, IgnoreIndex = 1, Reduction = Reduction.Sum, MemoryLimit = 0 },
        new SampledSoftmaxLoss(), new SampledSoftmaxLoss { Samples = 2, Seed = 3, WithReplacement = true, CorrectTarget = true, IgnoreIndex = 1 },
    ];

    /// <summary>Their types.</summary>
    public static IEnumerable<Type> TypesOfLayers => OfLayers.Select(static loss => loss.GetType()).Distinct();

    /// <summary>The loss with weights for that many classes, or elements of the last axis, where it has weights for three.</summary>
    public static TLoss Resize<TLoss>(TLoss loss, int count, Func<int, double>? weight = null) where TLoss : Loss
    {
        var resized = (Loss)loss with { };
        double[] weights = [.. Enumerable.Range(1, count).Select(weight ?? (static c => c / 16.0))];
        foreach (var option in loss.GetType().GetProperties()) // init-only holds for the compiler, not for reflection
            if (option.GetValue(loss) is ClassWeights { Count: 3 }) option.SetValue(resized, ClassWeights.Create(weights));
            else if (option.GetValue(loss) is ElementWeights { Count: 3 }) option.SetValue(resized, ElementWeights.Create(weights));
        return (TLoss)resized;
    }

    /// <summary>The shape of the losses before the reduction, for targets in the inputs' shape.</summary>
    public static nint[] LossLengths(Loss loss, nint[] inputs)
    {
        var axis = ((IDenseLoss)loss).ClassAxis(inputs.Length);
        return axis < 0 ? inputs : [.. inputs[..axis], .. inputs[(axis + 1)..]];
    }

    /// <summary>Value and outputs of a loss over classes, the second axis of three: gradient and losses, or the gradient over the logits and none.</summary>
    public static (LossResult Result, T[] Gradient, T[] Losses) Indices<T>(ClassIndexLoss loss, T[] logits, nint[] shape, bool inPlace = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        nint[] samples = [shape[0], .. shape[2..]];
        var targets = new int[logits.Length / 3];
        for (var i = 0; i < targets.Length; i++) targets[i] = i * 5 % 3;
        var memory = logits.ToArray();
        var gradient = inPlace ? memory : new T[logits.Length];
        var losses = new T[inPlace ? 0 : targets.Length];
        var result = loss.Evaluate(new ReadOnlyTensorSpan<T>(memory, shape), new ReadOnlyTensorSpan<int>(targets, samples), new TensorSpan<T>(gradient, shape),
            inPlace ? default : new TensorSpan<T>(losses, samples));
        return (result, gradient, losses);
    }

    /// <summary>The same for numbers in [0, 1], of any loss or of cross-entropy over probabilities.</summary>
    public static (LossResult Result, T[] Gradient, T[] TargetGradient) Numbers<T>(Loss loss, T[] inputs, nint[] shape, bool inPlace = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var targets = Array.ConvertAll(inputs, static x => T.One - x);
        var memory = inputs.ToArray();
        var gradient = inPlace ? memory : new T[inputs.Length];
        var targetGradient = new T[inPlace ? 0 : inputs.Length];
        var result = loss is DenseLoss dense
            ? dense.Evaluate(new ReadOnlyTensorSpan<T>(memory, shape), new ReadOnlyTensorSpan<T>(targets, shape), new TensorSpan<T>(gradient, shape),
                targetGradient: inPlace ? default : new TensorSpan<T>(targetGradient, shape))
            : ((CrossEntropyLoss)loss).Evaluate(new ReadOnlyTensorSpan<T>(memory, shape), new ReadOnlyTensorSpan<T>(targets, shape),
                new TensorSpan<T>(gradient, shape), targetGradient: inPlace ? default : new TensorSpan<T>(targetGradient, shape));
        return (result, gradient, targetGradient);
    }

    /// <summary>Numbers in (0, 1).</summary>
    public static T[] Draw<T>(int count, int seed) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(0.01 + 0.98 * random.NextDouble()))];
    }
}
