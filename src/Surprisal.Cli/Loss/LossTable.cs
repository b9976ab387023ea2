using static Surprisal.Cli.Loss.LossSetting;

namespace Surprisal.Cli.Loss;

/// <summary>All losses of the library with all their options, under the library's names.</summary>
internal static class LossTable
{
    private const string Indexed = "LOGITS: (C), (N, C) or (N, C, d1 .. dK). Targets: integers, one, (N) or (N, d1 .. dK).";
    private const string Paired = "Input and targets are numbers in one shape; integer targets are taken as numbers.";
    private const string Broadcast = "Targets are numbers in a shape that broadcasts to the input's; integers are taken as numbers.";

    /// <summary>In the order in which the help lists them.</summary>
    public static IReadOnlyList<LossEntry> All { get; } =
    [
        new("cross-entropy", new CrossEntropyLoss(), "Logits and class indices or class probabilities")
        {
            Arrays = Indexed.Replace("LOGITS", "Logits") + " Floating targets are class probabilities in the logits' shape.",
            Settings =
            [
                .. OfClasses<CrossEntropyLoss>(),
                Number("--label-smoothing", "Share of the target spread over all classes [default: 0]",
                    static (CrossEntropyLoss loss, double value) => loss with { LabelSmoothing = value }),
                Choice("--smoothing-weight", "Whose class weight that share has [default: per-class]",
                    static (CrossEntropyLoss loss, SmoothingWeight value) => loss with { SmoothingWeight = value },
                    ("per-class", SmoothingWeight.PerClass), ("per-target", SmoothingWeight.PerTarget))
                    with { Needs = "--label-smoothing" },
                Flag("--zero-times-infinity-is-zero", "A probability of 0 costs 0 at a logit of -infinity",
                    static (CrossEntropyLoss loss) => loss with { ZeroTimesInfinityIsZero = true }),
                Number("--z-loss", "Adds this times the squared log-sum-exp [default: 0]",
                    static (CrossEntropyLoss loss, double value) => loss with { ZLoss = value }),
                Number("--soft-cap", "Bends the logits below this first [default: no cap]",
                    static (CrossEntropyLoss loss, double value) => loss with { SoftCap = value }),
                Number("--temperature", "Divides the logits, after any cap [default: 1]",
                    static (CrossEntropyLoss loss, double value) => loss with { Temperature = value }),
                Weights("--prior", "How probable each class is; its logarithm is added [default: none]",
                    static (CrossEntropyLoss loss, GivenWeights value) => loss with { Prior = value.ToClasses() }),
                Number("--prior-strength", "Times that logarithm [default: 1]",
                    static (CrossEntropyLoss loss, double value) => loss with { PriorStrength = value }) with { Needs = "--prior" },
            ],
        },
        new("nll", new NllLoss(), "Log-probabilities and class indices")
        {
            Arrays = Indexed.Replace("LOGITS", "Input"), TakesLogits = false, Settings = OfClasses<NllLoss>(),
        },
        new("softmax-focal", new SoftmaxFocalLoss(), "Focal loss of logits and class indices")
        {
            Arrays = Indexed.Replace("LOGITS", "Logits"),
            Settings =
            [
                .. OfClasses<SoftmaxFocalLoss>(),
                Number("--gamma", "Exponent of 1 - p of the target [default: 2]",
                    static (SoftmaxFocalLoss loss, double value) => loss with { Gamma = value }),
            ],
        },
        new("dice", new DiceLoss(), "Dice loss of the classes' regions, for segmentation")
        {
            Arrays = Indexed.Replace("LOGITS", "Logits"), Unit = null, Settings = OfRegions<DiceLoss>(),
        },
        new("jaccard", new JaccardLoss(), "Loss of intersection over union of the classes' regions")
        {
            Arrays = Indexed.Replace("LOGITS", "Logits"), Unit = null, Settings = OfRegions<JaccardLoss>(),
        },
        new("tversky", new TverskyLoss(), "Loss of the classes' regions, false positives and negatives apart")
        {
            Arrays = Indexed.Replace("LOGITS", "Logits"), Unit = null,
            Settings =
            [
                .. OfRegions<TverskyLoss>(),
                Number("--alpha", "Weight of false positives [default: 0.5]",
                    static (TverskyLoss loss, double value) => loss with { Alpha = value }),
                Number("--beta", "Weight of false negatives [default: 0.5]",
                    static (TverskyLoss loss, double value) => loss with { Beta = value }),
            ],
        },
        new("bce", new BceLoss(), "Probabilities and binary targets")
        {
            Arrays = Paired, TakesLogits = false,
            Settings =
            [
                .. OfAll<BceLoss>(),
                Weights("--weight", "Factor of each element, broadcasts [default: all 1]",
                    static (BceLoss loss, GivenWeights value) => loss with { Weight = value.ToElements() }),
            ],
        },
        new("bce-with-logits", new BceWithLogitsLoss(), "Logits and binary targets")
        {
            Arrays = Paired,
            Settings =
            [
                .. OfAll<BceWithLogitsLoss>(),
                Weights("--weight", "Factor of each element, broadcasts [default: all 1]",
                    static (BceWithLogitsLoss loss, GivenWeights value) => loss with { Weight = value.ToElements() }),
                Weights("--pos-weight", "Factor of the positive part, broadcasts [default: all 1]",
                    static (BceWithLogitsLoss loss, GivenWeights value) => loss with { PosWeight = value.ToElements() }),
            ],
        },
        new("focal", new FocalLoss(), "Sigmoid focal loss of logits and binary targets")
        {
            Arrays = Paired,
            Settings =
            [
                .. OfAll<FocalLoss>(),
                Number("--alpha", "Weight of the positives; negative for none [default: 0.25]",
                    static (FocalLoss loss, double value) => loss with { Alpha = value }),
                Number("--gamma", "Exponent of 1 - p of the target [default: 2]",
                    static (FocalLoss loss, double value) => loss with { Gamma = value }),
            ],
        },
        new("multi-label-soft-margin", new MultiLabelSoftMarginLoss(), "Logits and binary targets, averaged over classes")
        {
            Arrays = "Logits have the classes last: (C), (N, C) or (N, d1 .. dK, C). " + Broadcast,
            Settings =
            [
                .. OfAll<MultiLabelSoftMarginLoss>(),
                Weights("--weight", "Factor of each class, broadcasts [default: all 1]",
                    static (MultiLabelSoftMarginLoss loss, GivenWeights value) => loss with { Weight = value.ToElements() }),
            ],
        },
        new("soft-margin", new SoftMarginLoss(), "Logits and targets of -1 and 1")
        {
            Arrays = Broadcast, Settings = OfAll<SoftMarginLoss>(),
        },
        new("kl-div", new KlDivLoss(), "Log-probabilities and probabilities")
        {
            Arrays = Broadcast, TakesLogits = false,
            Settings =
            [
                .. OfAll<KlDivLoss>(("batchmean", Reduction.BatchMean)),
                Flag("--log-target", "The targets are logarithms too", static (KlDivLoss loss) => loss with { LogTarget = true }),
                Flag("--zero-times-infinity-is-zero", "A probability of 0 costs 0 at an infinite input",
                    static (KlDivLoss loss) => loss with { ZeroTimesInfinityIsZero = true }),
            ],
        },
        OfDifferences(new MseLoss(), "mse", "Mean squared error"),
        OfDifferences(new L1Loss(), "l1", "Mean absolute error"),
        OfDifferences(new SmoothL1Loss(), "smooth-l1", "Absolute error, smooth below beta",
            Number("--beta", "Error below which it is a square [default: 1]",
                static (SmoothL1Loss loss, double value) => loss with { Beta = value })),
        OfDifferences(new HuberLoss(), "huber", "Squared error up to delta, then a line",
            Number("--delta", "Error up to which it is a square [default: 1]",
                static (HuberLoss loss, double value) => loss with { Delta = value })),
    ];

    private static LossEntry OfDifferences<TLoss>(TLoss plain, string name, string description, params LossSetting[] more)
        where TLoss : Surprisal.Loss, new() =>
        new(name, plain, description) { Arrays = Paired, TakesLogits = false, Unit = null, Settings = [.. OfAll<TLoss>(), .. more] };

    private static LossSetting[] OfRegions<TLoss>() where TLoss : RegionLoss, new() =>
    [
        Choice("--reduction", "What becomes of the classes' losses [default: mean]",
            static (TLoss loss, Reduction value) => (Surprisal.Loss)loss with { Reduction = value },
            ("mean", Reduction.Mean), ("sum", Reduction.Sum)),
        .. OfAll<TLoss>()[1..],
        Whole("--ignore-index", "Target of pixels that belong to no region [default: -100]",
            static (TLoss loss, long value) => (RegionLoss)loss with { IgnoreIndex = value }),
        Number("--smooth", "Added to numerator and denominator [default: 1]",
            static (TLoss loss, double value) => (RegionLoss)loss with { Smooth = value }),
        Choice("--absent", "What becomes of classes without targets [default: skip]",
            static (TLoss loss, AbsentClasses value) => (RegionLoss)loss with { Absent = value },
            ("skip", AbsentClasses.Skip), ("count", AbsentClasses.Count)),
        Flag("--per-image", "Each image has regions of its own", static (TLoss loss) => (RegionLoss)loss with { PerImage = true }),
        Flag("--squared", "Adds squares of the probabilities", static (TLoss loss) => (RegionLoss)loss with { Squared = true }),
    ];

    private static LossSetting[] OfAll<TLoss>(params (string Word, Reduction Value)[] more) where TLoss : Surprisal.Loss, new() =>
    [
        Choice("--reduction", $"What becomes of the losses [default: {(new TLoss().Reduction == Reduction.None ? "none" : "mean")}]",
            static (TLoss loss, Reduction value) => (Surprisal.Loss)loss with { Reduction = value },
            [("none", Reduction.None), ("mean", Reduction.Mean), ("sum", Reduction.Sum), .. more]),
        Number("--normalizer", "Divides a mean's sum instead of its divisor [default: none]",
            static (TLoss loss, double value) => (Surprisal.Loss)loss with { Normalizer = value }),
        Choice("--when-empty", "The mean over nothing [default: nan]",
            static (TLoss loss, EmptyMean value) => (Surprisal.Loss)loss with { WhenEmpty = value },
            ("nan", EmptyMean.NaN), ("zero", EmptyMean.Zero), ("error", EmptyMean.Error)),
    ];

    private static LossSetting[] OfClasses<TLoss>() where TLoss : ClassIndexLoss, new() =>
    [
        .. OfAll<TLoss>(),
        Weights("--weight", "One weight a class [default: all 1]",
            static (TLoss loss, GivenWeights value) => (ClassIndexLoss)loss with { Weight = value.ToClasses() }),
        Whole("--ignore-index", "Target of samples that do not count [default: -100]",
            static (TLoss loss, long value) => (ClassIndexLoss)loss with { IgnoreIndex = value }),
    ];
}
