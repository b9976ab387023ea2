namespace Surprisal.Training;

/// <summary>
/// Adam with weight decay apart from the gradient: p shrinks by learningRate weightDecay a step (Loshchilov and Hutter 2017).
/// </summary>
public sealed class AdamW : Optimizer
{
    private readonly AdamMoments moments;

    /// <summary>An optimizer for the given parameters, with PyTorch's defaults.</summary>
    /// <param name="parameters">What to train.</param>
    /// <param name="learningRate">The step size. Default 0.001.</param>
    /// <param name="beta1">How slowly the mean of the gradient forgets, in [0, 1). Default 0.9.</param>
    /// <param name="beta2">How slowly the mean of its square forgets, in [0, 1). Default 0.999.</param>
    /// <param name="epsilon">Added to the denominator. Default 1e-8.</param>
    /// <param name="weightDecay">The share of p, times the learning rate, that a step removes. Default 0.01.</param>
    /// <exception cref="ArgumentException">No parameters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number outside its range.</exception>
    public AdamW(
        IEnumerable<Tensor<float>> parameters,
        double learningRate = 0.001,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 0.01)
        : base(parameters, learningRate) =>
        moments = new AdamMoments(beta1, beta2, epsilon, weightDecay, decoupled: true);

    internal override string Settings => $"AdamW with {moments}";

    private protected override string[] StateNames => AdamMoments.Names;

    private protected override void Update(int index, Span<float> parameter, ReadOnlySpan<float> gradient) =>
        Kernels.Adam.Step(parameter, gradient, State(index, "exp_avg"), State(index, "exp_avg_sq"),
            moments.At(CountStep(index), LearningRate));
}
