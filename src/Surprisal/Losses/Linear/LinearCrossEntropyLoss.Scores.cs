using Surprisal.Kernels;

namespace Surprisal;

public sealed partial record LinearCrossEntropyLoss
{
    /// <summary>
    /// The log-probabilities of chosen classes of each row, without the logits: those of a language model's next tokens, for example.
    /// </summary>
    /// <param name="hidden">Rows of <paramref name="features"/> numbers.</param>
    /// <param name="weight">[classes, features]: the weight of a linear layer.</param>
    /// <param name="chosen">[rows, any number]: classes, as many for each row.</param>
    /// <param name="features">The numbers of a row; at least 1.</param>
    /// <param name="logProbabilities">Receives z - ln sum exp z for each chosen class; as long as <paramref name="chosen"/>.</param>
    /// <param name="bias">One for each class. Default: none.</param>
    /// <remarks>Of the options <see cref="SoftCap"/> and <see cref="Temperature"/> count.</remarks>
    /// <exception cref="ArgumentException">Lengths that do not fit, or an output that overlaps an input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No features, or a number that is no class.</exception>
    /// <example><code>
    /// float[] hidden = [1, 2], weight = [1, 0, 0, 1, 1, 1], logProbabilities = new float[2];
    /// new LinearCrossEntropyLoss().LogProbabilities&lt;float>(hidden, weight, [2, 0], features: 2, logProbabilities);
    /// Console.WriteLine($"{logProbabilities[0]:F4} {logProbabilities[1]:F4}");     // -0.4076 -2.4076
    /// </code></example>
    public void LogProbabilities<T>(
        ReadOnlySpan<T> hidden, ReadOnlySpan<T> weight, ReadOnlySpan<int> chosen, int features, Span<T> logProbabilities,
        ReadOnlySpan<T> bias = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (rows, classes) = LinearShape.OfScores(hidden, weight, bias, features);
        if (rows == 0 ? !chosen.IsEmpty : chosen.Length % rows != 0)
            throw new ArgumentException($"chosen has {chosen.Length} elements, which is no whole number for each of {rows} rows.",
                nameof(chosen));
        for (var i = 0; i < chosen.Length; i++)
            if ((uint)chosen[i] >= (uint)classes)
                throw new ArgumentOutOfRangeException(nameof(chosen),
                    $"chosen[{i}] = {chosen[i]} is out of bounds: classes are 0..{classes - 1}.");
        LinearShape.CheckOutput(logProbabilities, chosen.Length, nameof(logProbabilities), nameof(chosen), hidden, weight, bias);
        if (rows == 0) return;
        LinearScoring.Run<T>(this,
            new() { Rows = rows, Features = features, Classes = classes, Hidden = hidden, Weight = weight, Bias = bias },
            new() { Chosen = chosen, ChosenOfRow = chosen.Length / rows, Scores = logProbabilities });
    }

    /// <summary>ln sum exp over the classes of each row, without the logits.</summary>
    /// <param name="hidden">Rows of <paramref name="features"/> numbers.</param>
    /// <param name="weight">[classes, features]: the weight of a linear layer.</param>
    /// <param name="features">The numbers of a row; at least 1.</param>
    /// <param name="result">Receives one number a row.</param>
    /// <param name="bias">One for each class. Default: none.</param>
    /// <remarks>Of the options <see cref="SoftCap"/> and <see cref="Temperature"/> count.</remarks>
    /// <exception cref="ArgumentException">Lengths that do not fit, or an output that overlaps an input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No features.</exception>
    public void LogSumExp<T>(
        ReadOnlySpan<T> hidden, ReadOnlySpan<T> weight, int features, Span<T> result, ReadOnlySpan<T> bias = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (rows, classes) = LinearShape.OfScores(hidden, weight, bias, features);
        LinearShape.CheckOutput(result, rows, nameof(result), "the rows of hidden", hidden, weight, bias);
        if (rows == 0) return;
        LinearScoring.Run<T>(this,
            new() { Rows = rows, Features = features, Classes = classes, Hidden = hidden, Weight = weight, Bias = bias },
            new() { LogSumExp = result });
    }

    /// <summary>The most probable classes of each row and their log-probabilities, without the logits.</summary>
    /// <param name="hidden">Rows of <paramref name="features"/> numbers.</param>
    /// <param name="weight">[classes, features]: the weight of a linear layer.</param>
    /// <param name="count">How many; 1 .. classes.</param>
    /// <param name="features">The numbers of a row; at least 1.</param>
    /// <param name="classesFound">Receives [rows, count] classes, by falling logit, of equal ones the first first.</param>
    /// <param name="logProbabilities">Receives their log-probabilities.</param>
    /// <param name="bias">One for each class. Default: none.</param>
    /// <remarks>
    /// A row with a NaN or infinite logit has NaN, for the classes 0 .. count - 1. Of the options <see cref="SoftCap"/> and
    /// <see cref="Temperature"/> count.
    /// </remarks>
    /// <exception cref="ArgumentException">Lengths that do not fit, or an output that overlaps an input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No features, or a count that is not in 1 .. classes.</exception>
    public void TopK<T>(
        ReadOnlySpan<T> hidden, ReadOnlySpan<T> weight, int count, int features, Span<int> classesFound, Span<T> logProbabilities,
        ReadOnlySpan<T> bias = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (rows, classes) = LinearShape.OfScores(hidden, weight, bias, features);
        if (count < 1 || count > classes)
            throw new ArgumentOutOfRangeException(nameof(count), $"count is {count}; it is 1..{classes}, the classes that there are.");
        LinearShape.CheckOutput(logProbabilities, (long)rows * count, nameof(logProbabilities), "count for each row", hidden, weight, bias);
        if (classesFound.Length != rows * (long)count)
            throw new ArgumentException($"classesFound has {classesFound.Length} elements, but {rows} rows of {count} need " +
                $"{rows * (long)count}.", nameof(classesFound));
        if (rows == 0) return;
        LinearScoring.Run<T>(this,
            new() { Rows = rows, Features = features, Classes = classes, Hidden = hidden, Weight = weight, Bias = bias },
            new() { Top = count, TopClasses = classesFound, Scores = logProbabilities });
    }
}
