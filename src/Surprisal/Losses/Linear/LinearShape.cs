namespace Surprisal;

/// <summary>The sizes of linear cross-entropy over plain spans, from their lengths; refuses those that do not fit, and outputs that would
/// overwrite an input.</summary>
internal static class LinearShape
{
    /// <summary>The classes of a weight, and the rows of hidden states.</summary>
    public static (int Rows, int Classes) Of<T>(ReadOnlySpan<T> hidden, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, int features)
    {
        if (features < 1)
            throw new ArgumentOutOfRangeException(nameof(features), $"features is {features}; a hidden state has at least 1 number.");
        if (hidden.Length % features != 0)
            throw new ArgumentException($"hidden has {hidden.Length} elements, which is no whole number of rows of {features} features.",
                nameof(hidden));
        if (weight.Length % features != 0 || weight.IsEmpty)
            throw new ArgumentException($"weight has {weight.Length} elements, but it needs {features} features for each class, " +
                "and at least one class.", nameof(weight));
        var classes = weight.Length / features;
        if (!bias.IsEmpty && bias.Length != classes)
            throw new ArgumentException($"bias has {bias.Length} elements, but weight has {classes} classes; it needs one for each, " +
                "or none.", nameof(bias));
        return (hidden.Length / features, classes);
    }

    /// <inheritdoc cref="Of"/>
    public static (int Rows, int Classes) OfScores<T>(ReadOnlySpan<T> hidden, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, int features)
    {
        typeof(T).CheckFloatingPoint("hidden states", "scores");
        return Of(hidden, weight, bias, features);
    }

    /// <summary>Refuses an output of scores of another length, or in the memory of an input.</summary>
    public static void CheckOutput<T>(
        ReadOnlySpan<T> output, long expected, string name, string like, ReadOnlySpan<T> hidden, ReadOnlySpan<T> weight,
        ReadOnlySpan<T> bias)
    {
        if (output.Length != expected)
            throw new ArgumentException($"{name} has {output.Length} elements, but it needs {expected}, as {like} says.", name);
        Overlap.CheckInput(output, name, hidden, "hidden");
        Overlap.CheckInput(output, name, weight, "weight");
        Overlap.CheckInput(output, name, bias, "bias");
    }

    /// <summary>Refuses outputs and weights of another length than what they are about.</summary>
    public static void Check<T>(in LinearOperands<T> operands) where T : unmanaged
    {
        CheckLength(operands.HiddenGradient.Length, operands.Hidden.Length, "hiddenGradient", "hidden");
        CheckLength(operands.WeightGradient.Length, operands.Weight.Length, "weightGradient", "weight");
        CheckLength(operands.BiasGradient.Length, operands.Classes, "biasGradient", "a bias");
        CheckLength(operands.Losses.Length, operands.Rows, "losses", "the rows of hidden");
        CheckLength(operands.SampleWeights.Length, operands.Rows, "sampleWeights", "the rows of hidden");
    }

    /// <summary>Refuses outputs in the memory of inputs, which are read to the end, or of each other.</summary>
    public static void CheckOverlap<T, TTarget>(in LinearOperands<T> operands, ReadOnlySpan<TTarget> targets) where T : unmanaged
    {
        CheckOutput(operands, targets, operands.HiddenGradient, "hiddenGradient");
        CheckOutput(operands, targets, operands.WeightGradient, "weightGradient");
        CheckOutput(operands, targets, operands.BiasGradient, "biasGradient");
        CheckOutput(operands, targets, operands.Losses, "losses");
        Overlap.CheckOutput(operands.HiddenGradient, "hiddenGradient", operands.WeightGradient, "weightGradient");
        Overlap.CheckOutput(operands.HiddenGradient, "hiddenGradient", operands.BiasGradient, "biasGradient");
        Overlap.CheckOutput(operands.HiddenGradient, "hiddenGradient", operands.Losses, "losses");
        Overlap.CheckOutput(operands.WeightGradient, "weightGradient", operands.BiasGradient, "biasGradient");
        Overlap.CheckOutput(operands.WeightGradient, "weightGradient", operands.Losses, "losses");
        Overlap.CheckOutput(operands.BiasGradient, "biasGradient", operands.Losses, "losses");
    }

    private static void CheckOutput<T, TTarget>(
        in LinearOperands<T> operands, ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> output, string name) where T : unmanaged
    {
        Overlap.CheckInput(output, name, operands.Hidden, "hidden");
        Overlap.CheckInput(output, name, operands.Weight, "weight");
        Overlap.CheckInput(output, name, operands.Bias, "bias");
        Overlap.CheckInput(output, name, operands.SampleWeights, "sampleWeights");
        Overlap.CheckInput(output, name, targets, "targets");
    }

    private static void CheckLength(int actual, int expected, string name, string like)
    {
        if (actual != 0 && actual != expected)
            throw new ArgumentException(
                $"{name} has {actual} elements, but it needs {expected}, as {like} says; none leaves it out.", name);
    }
}
