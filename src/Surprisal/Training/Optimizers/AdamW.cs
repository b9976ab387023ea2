namespace Surprisal.Training;

/// <summary>
/// Adam with weight decay apart from the gradient: p shrinks by learningRate weightDecay a step (Loshchilov and Hutter 2017).
/// </summary>
public sealed class AdamW : Optimizer
{
    private readonly AdamMoments moments;

    /// <summary>An optimizer for the given parameters, with PyTorch's defaults.</summary>
    /// <param name="parameters">What to train; each once, at least one.</param>
    /// <param name="learningRate">The step size; at least 0 and finite. Default 0.001.</param>
    /// <param name="beta1">How slowly the mean of the gradient forgets, in [0, 1). Default 0.9.</param>
    /// <param name="beta2">How slowly the mean of its square forgets, in [0, 1). Default 0.999.</param>
    /// <param name="epsilon">Added to the denominator; at least 0 and finite. Default 1e-8.</param>
    /// <param name="weightDecay">The share of p, times the learning rate, that a step removes; at least 0. Default 0.01.</param>
    /// <exception cref="ArgumentNullException">No parameters are given, or one of them is null.</exception>
    /// <exception cref="ArgumentException">No parameters, or one given twice.</exception>
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

    /// <summary>An optimizer with groups of parameters.</summary>
    /// <param name="groups">What to train, and where rate and weight decay are others.</param>
    /// <param name="learningRate">The step size, which groups may multiply. Default 0.001.</param>
    /// <param name="beta1">How slowly the mean of the gradient forgets, in [0, 1). Default 0.9.</param>
    /// <param name="beta2">How slowly the mean of its square forgets, in [0, 1). Default 0.999.</param>
    /// <param name="epsilon">Added to the denominator; at least 0 and finite. Default 1e-8.</param>
    /// <param name="weightDecay">The share of p, times the rate, that a step removes, where a group has none of its own. Default
    /// 0.01.</param>
    /// <inheritdoc cref="AdamW(IEnumerable{Tensor{float}}, double, double, double, double, double)" path="/exception"/>
    public AdamW(
        IEnumerable<ParameterGroup> groups,
        double learningRate = 0.001,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 0.01)
        : base(groups, learningRate) =>
        moments = new AdamMoments(beta1, beta2, epsilon, weightDecay, decoupled: true);

    /// <summary>How slowly the mean of the gradient forgets now; <see cref="OneCycleLr"/> changes it.</summary>
    public double Beta1 => moments.CurrentBeta1;

    /// <inheritdoc/>
    internal override double? CurrentMomentum
    {
        get => moments.CurrentBeta1;
        set => moments.CurrentBeta1 = value ?? moments.CurrentBeta1;
    }

    /// <inheritdoc/>
    protected override string Details => $"{moments}";

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StateNames => AdamMoments.Names;

    /// <inheritdoc/>
    protected override void Update(int index, Span<float> parameter, ReadOnlySpan<float> gradient) =>
        Kernels.Adam.Step(parameter, gradient, State(index, "exp_avg"), State(index, "exp_avg_sq"),
            moments.At(CountStep(index), RateOf(index), GroupOf(index)));
}
