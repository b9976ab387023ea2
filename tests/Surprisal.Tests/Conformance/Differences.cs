namespace Surprisal.Tests.Conformance;

/// <summary>Every place where Surprisal decides differently from PyTorch, with the test that shows it.</summary>
internal static class Differences
{
    public static IReadOnlyList<Difference> All { get; } =
    [
        new("CrossEntropyLoss", "which kind of target is meant", "the target's shape decides: equal to the input's means probabilities, so (N, 1) logits with (N, 1) float targets silently give 0",
            "the target's type decides: integers are indices, numbers are probabilities; anything else does not compile", "the most frequent mistake in the forums",
            "CrossEntropyLossProbabilityTests.ShapesThatDoNotFit"),
        new("CrossEntropyLoss, NllLoss", "integer targets", "int64; uint8 up to two dimensions; `expected scalar type Long but found Int` otherwise",
            "byte, short, int, long and every other integer, for every rank", "labels come as they are, without copies", "CrossEntropyLossSpanTests.AnyIntegerTypeOfTargetHasTheSameBits"),
        new("CrossEntropyLoss", "NaN or infinity in an ignored row", "loss 0, but the row's gradient is NaN", "loss 0 and gradient exactly 0, whatever the row holds",
            "an ignored row contributes nothing", "CrossEntropyLossExtremeTests.AnIgnoredRowContributesNothingWhateverItsLogitsHold"),
        new("CrossEntropyLoss", "confident predictions in float32", "exactly 0 below 6e-8, and gradient p - 1 = 0: training stops there",
            "log1p of the sum of the others: the relative accuracy is kept", "softmax collapse", "CrossEntropyLossExtremeTests.AConfidentLossKeepsItsRelativeAccuracy"),
        new("CrossEntropyLoss", "one dominating logit among 50,000 classes, float32", "12 % off with the classes last, 100 % on an inner axis", "right to 1e-6 on every axis",
            "sums in double", "CrossEntropyLossExtremeTests.OneDominatingLogitAmongFiftyThousandKeepsTheOthers"),
        new("CrossEntropyLoss", "class weights that cancel to exactly 0, mean", "gradient NaN at the target", "the infinity of the sign that the other classes' lack",
            "w (p - 1) is formed before it is divided", "CrossEntropyLossGoldenTests.EdgesAreThoseOfPyTorch"),
        new("CrossEntropyLoss", "no classes and more than two dimensions, all ignored", "a size mismatch is reported", "as with two dimensions: sum 0, mean NaN",
            "the same answer at every rank", "CrossEntropyLossExtremeTests.NoClassesAreFineWhereEverySampleIsIgnored"),
        new("CrossEntropyLoss", "label smoothing below 0, or NaN", "taken as 0", "refused when the loss is built", "an invalid loss cannot be built", "CrossEntropyLossRejectTests.SmoothingOutsideZeroToOne"),
        new("CrossEntropyLoss", "a target that is no class", "`Target 12 is out of bounds.`; on a GPU the process is lost", "`targets[7] = 12 is out of bounds: classes are 0..9 and ignore_index is -100.`, before anything is written",
            "the position is what one looks for", "CrossEntropyLossRejectTests.ATargetThatIsNoClass"),
        new("CrossEntropyLoss", "class weights with probability targets", "the weights can require a gradient", "weights are options without a gradient", "a loss is immutable", "CrossEntropyLossSpanTests.WeightsAreACopyThatNobodyCanChange"),
        new("every loss", "Half and BFloat16", "sums in the tensor's own type: 1.0078 for the mean of 100,003 ones in bfloat16", "float inside, double sums, one rounding at the end",
            "narrow types store, they do not compute", "LossResultTests.NarrowLogitsAreComputedInFloatAndRoundedOnce"),
        new("every loss", "mean over several batches", "a mean of means, unless the caller counts", "`LossResult` carries sum and divisor, `LossAccumulator` adds them up, `Normalizer` takes the caller's count",
            "gradient accumulation equals the large batch", "LossResultTests.MicroBatchesAddUpToTheMeanOfTheWholeBatch"),
        new("every loss", "sample weights", "none; a weight of 0 times NaN is NaN", "an argument of every call; 0 leaves a sample out whatever it holds", "masks are data, not options", "LossResultTests.SampleWeightsCountASampleAsOftenAsTheySay"),
        new("every loss", "bad reduction", "noticed when the loss is called", "refused when the loss is built", "an invalid loss cannot be built", "CrossEntropyLossRejectTests.AReductionThatIsNone"),
        new("BFloat16", "from double", "through float: rounded twice", "rounded once", "the nearest number is the answer", "BFloat16RoundingTests.A_double_is_not_rounded_twice"),
        new("BceWithLogitsLoss", "tails in float32", "z = 20, y = 1: 0 (1.13); z = -10, y = 0: 0.8 % off (2.x)", "within 2 ulp in both tails", "softplus on both sides instead of a difference",
            "BceWithLogitsLossTailTests.TheTableOfPrecisionHolds"),
        new("BceWithLogitsLoss", "infinite logits", "NaN at +infinity for y = 1 and at -infinity for every y", "the limits: 0 or infinity; gradients are PyTorch's", "0 times infinity is 0 there, as PyTorch's own gradient assumes",
            "BceWithLogitsLossTailTests.InfiniteLogitsHaveTheirLimits"),
        new("BceLoss", "the target's gradient at 0 and 1", "infinite in 1.13", "clamped like the loss, as in 2.x", "consistent with the forward pass", "BceLossGoldenTests.TheCornersAreThoseOfPyTorchTwo"),
        new("BceLoss", "an input outside [0, 1]", "`all elements of input should be between 0 and 1`", "the same words with position and value", "the position is what one looks for", "BinaryLossRejectTests.AnInputThatIsNoProbability"),
        new("SoftMarginLoss", "x = -100, y = 1 in float32", "overflows to infinity, gradient NaN", "100, gradient -1", "softplus does not overflow", "SoftMarginLossTests.NothingOverflows"),
        new("SoftMarginLoss", "the target's gradient", "not differentiable", "-x sigma(-y x)", "it costs nothing", "DivergenceLossTests.BothGradientsAreTheSlopesOfTheLoss"),
        new("MultiLabelSoftMarginLoss", "targets larger than the inputs", "accepted, and averaged over the wrong dimension", "refused", "a silent wrong number is worse than an error", "MultiLabelSoftMarginLossTests.ShapesThatDoNotFitAreRefused"),
        new("FocalLoss", "Gamma below 1 and a saturated prediction", "gradient NaN", "the limit, finite", "0^(gamma - 1) times 0 never forms", "FocalLossExtremeTests.GradientsOfSaturatedPredictionsAreFiniteForAnyGamma"),
        new("FocalLoss", "confident predictions in float32", "1 - p_t rounds to 0, and the loss with it", "1 - p_t from the small sigmoid: the relative accuracy is kept", "nothing cancels", "FocalLossExtremeTests.ConfidentPredictionsKeepTheirRelativeAccuracy"),
        new("FocalLoss", "infinite logits", "NaN", "the limits", "0 times infinity is 0 there", "FocalLossExtremeTests.InfiniteLogitsHaveTheirLimits"),
        new("FocalLoss", "alpha above 1", "accepted", "refused when the loss is built", "an invalid loss cannot be built", "FocalLossRejectTests.AnAlphaAboveOne"),
        new("Softplus", "a threshold above 88 in float32", "infinity, with a NaN gradient", "x", "log1p(exp(-|x|)) does not overflow", "FunctionLawTests.A_large_threshold_of_softplus_does_not_overflow"),
    ];
}
