namespace Surprisal.Training;

/// <summary>Adam: steps of the gradient's running mean over the root of its running square (Kingma and Ba 2014).</summary>
public sealed class Adam : Optimizer
{
    private readonly AdamMoments moments;

    /// <summary>An optimizer for the given parameters, with PyTorch's defaults.</summary>
    /// <param name="parameters">What to train.</param>
    /// <param name="learningRate">The step size. Default 0.001.</param>
    /// <param name="beta1">How slowly the mean of the gradient forgets, in [0, 1). Default 0.9.</param>
    /// <param name="beta2">How slowly the mean of its square forgets, in [0, 1). Default 0.999.</param>
    /// <param name="epsilon">Added to the denominator. Default 1e-8.</param>
    /// <param name="weightDecay">Added to the gradient as weightDecay p. Default 0.</param>
    /// <exception cref="ArgumentException">No parameters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number outside its range.</exception>
    public Adam(
        IEnumerable<Tensor<float>> parameters,
        double learningRate = 0.001,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 0)
        : base(parameters, learningRate) =>
        moments = new AdamMoments(beta1, beta2, epsilon, weightDecay, decoupled: false);

    internal override string Settings => $"Adam with {moments}";

    private protected override string[] StateNames => AdamMoments.Names;

    private protected override void Update(int index, Span<float> parameter, ReadOnlySpan<float> gradient) =>
        Kernels.Adam.Step(parameter, gradient, State(index, "exp_avg"), State(index, "exp_avg_sq"),
            moments.At(CountStep(index), LearningRate));
}
