using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>The numbers that Adam and AdamW share, in their ranges, and the step that follows from them.</summary>
internal sealed class AdamMoments
{
    private readonly double beta1, beta2, epsilon, weightDecay;
    private readonly bool decoupled;

    public AdamMoments(double beta1, double beta2, double epsilon, double weightDecay, bool decoupled)
    {
        if (!(beta1 is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(beta1), $"Invalid beta parameter at index 0: {beta1}; it must be in [0, 1).");
        if (!(beta2 is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(beta2), $"Invalid beta parameter at index 1: {beta2}; it must be in [0, 1).");
        Optimizer.CheckNumber(epsilon, "epsilon value", nameof(epsilon));
        Optimizer.CheckNumber(weightDecay, "weight_decay value", nameof(weightDecay));
        (this.beta1, this.beta2, this.epsilon, this.weightDecay, this.decoupled) = (beta1, beta2, epsilon, weightDecay, decoupled);
        CurrentBeta1 = beta1;
    }

    /// <summary>What <see cref="OneCycleLr"/> makes of beta1.</summary>
    public double CurrentBeta1 { get; set; }

    /// <summary>What both remember of a parameter, by PyTorch's names.</summary>
    public static readonly string[] Names = ["exp_avg", "exp_avg_sq", "step"];

    public override string ToString() =>
        $"betas=({NumberFormat.Short(beta1)}, {NumberFormat.Short(beta2)}), eps={NumberFormat.Short(epsilon)}, " +
        $"weight_decay={NumberFormat.Short(weightDecay)}";

    public AdamStep At(long step, double rate, ParameterGroup group) =>
        AdamStep.At(step, rate, CurrentBeta1, beta2, epsilon, group.WeightDecay ?? weightDecay, decoupled);
}
