namespace Surprisal.Training;

/// <summary>The ranges of the numbers that Adam and AdamW share.</summary>
internal static class AdamMoments
{
    public static void Check(double beta1, double beta2, double epsilon, double weightDecay)
    {
        if (!(beta1 is >= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(beta1), $"Invalid beta parameter at index 0: {beta1}; it must be in [0, 1).");
        if (!(beta2 is >= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(beta2), $"Invalid beta parameter at index 1: {beta2}; it must be in [0, 1).");
        if (!(epsilon >= 0)) throw new ArgumentOutOfRangeException(nameof(epsilon), $"Invalid epsilon value: {epsilon}; it must be at least 0.");
        if (!(weightDecay >= 0)) throw new ArgumentOutOfRangeException(nameof(weightDecay), $"Invalid weight_decay value: {weightDecay}; it must be at least 0.");
    }
}
