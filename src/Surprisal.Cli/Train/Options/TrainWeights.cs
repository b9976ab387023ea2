using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>Weights of classes: numbers, or the name of a rule and the counts of the part to train on.</summary>
internal static class TrainWeights
{
    /// <summary>N / (C n), N / n, and (1 - beta) / (1 - beta^n) at mean 1 with a beta of 0.999.</summary>
    public static readonly string[] Rules = ["balanced", "inverse", "effective"];

    private const double Beta = 0.999;

    /// <summary>What is wrong with a text; empty where nothing is.</summary>
    public static string Complaint(string text) => Rules.Contains(text) || Numbers(text) is not null ? ""
        : $"{string.Join(", ", Rules)} or numbers of at least 0, not all of them 0, with commas between them were expected" +
            DidYouMean.Suffix(text, Rules);

    /// <exception cref="InvalidDataException">Not one number a class.</exception>
    public static ClassWeights? Of(string? text, Dataset train, long ignoreIndex)
    {
        if (text is null) return null;
        var classes = train.ClassNames.Count;
        if (Numbers(text) is { } numbers)
            return numbers.Length == classes ? numbers : throw new InvalidDataException(
                $"--class-weights has {numbers.Length} numbers, but there are {classes} classes; each needs one.");
        var counts = train.CountTargets(ignoreIndex);
        return text switch
        {
            "balanced" => ClassWeights.Balanced(counts),
            "inverse" => ClassWeights.InverseFrequency(counts),
            _ => ClassWeights.EffectiveNumber(counts, Beta),
        };
    }

    private static double[]? Numbers(string text)
    {
        var numbers = Array.ConvertAll(text.Split(','), static part =>
            Numeral.TryNumber(part, out var number) && number >= 0 && double.IsFinite(number) ? number : double.NaN);
        return Array.Exists(numbers, double.IsNaN) || Array.TrueForAll(numbers, static number => number == 0) ? null : numbers;
    }
}
