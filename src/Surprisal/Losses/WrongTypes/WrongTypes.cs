namespace Surprisal;

/// <summary>
/// What the compiler says where the element types of a call do not fit its loss. The methods that say it take what the loss does not, give
/// way to every other overload, and are errors to call.
/// </summary>
internal static class WrongTypes
{
    public const string OfClassIndices =
        "The targets of this loss are class indices, which are integers: target.To<long>() converts them. " +
        "Its input is float, double, Half or BFloat16: input.To<float>(). Sample weights, and class probabilities for CrossEntropyLoss, " +
        "have the input's element type.";

    public const string OfNumbers =
        "The input, the target and the sample weights of this loss are numbers of one type, float, double, Half or BFloat16: " +
        "target.To<float>() converts integers.";

    public const string OfClassIndexSpans =
        "The targets of this loss are class indices, which are integers: Array.ConvertAll(targets, static t => (int)t) converts them. " +
        "Its logits are float, double, Half or BFloat16. Gradient, losses and sample weights, and class probabilities for " +
        "CrossEntropyLoss, have the logits' element type.";

    public const string OfNumberSpans =
        "Inputs, targets, gradients, losses and sample weights of this loss are numbers of one type, float, double, Half or BFloat16: " +
        "Array.ConvertAll(targets, static t => (float)t) converts integers.";

    public const string WithoutClasses =
        "The number of classes is missing, which says where a row of logits ends: loss.Evaluate(logits, targets, classes).";
}
