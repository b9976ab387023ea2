namespace Surprisal.Training;

/// <summary>Adam: steps of the gradient's running mean over the root of its running square (Kingma and Ba 2014).</summary>
/// <example><code>
/// var x = Tensor.Create&lt;float>([1, 2], requiresGrad: true);
/// var optimizer = new Adam([x], learningRate: 0.1);
/// for (var step = 0; step &lt; 3; step++)
/// {
///     optimizer.ZeroGrad();
///     (x * x).Sum().Backward();
///     optimizer.Step();
/// }
/// Console.WriteLine(x);                       // tensor([0.7016, 1.7006], requires_grad=True)
/// </code></example>
public sealed class Adam : Optimizer
{
    private readonly AdamMoments moments;

    /// <summary>An optimizer for the given parameters, with PyTorch's defaults.</summary>
    /// <param name="parameters">What to train; each once, at least one.</param>
    /// <param name="learningRate">The step size; at least 0 and finite. Default 0.001.</param>
    /// <param name="beta1">How slowly the mean of the gradient forgets, in [0, 1). Default 0.9.</param>
    /// <param name="beta2">How slowly the mean of its square forgets, in [0, 1). Default 0.999.</param>
    /// <param name="epsilon">Added to the denominator; at least 0 and finite. Default 1e-8.</param>
    /// <param name="weightDecay">Added to the gradient as weightDecay p; at least 0 and finite. Default 0.</param>
    /// <exception cref="ArgumentNullException">No parameters are given, or one of them is null.</exception>
    /// <exception cref="ArgumentException">No parameters, or one given twice.</exception>
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

    /// <summary>An optimizer with groups of parameters.</summary>
    /// <param name="groups">What to train, and where rate and weight decay are others.</param>
    /// <param name="learningRate">The step size, which groups may multiply. Default 0.001.</param>
    /// <param name="beta1">How slowly the mean of the gradient forgets, in [0, 1). Default 0.9.</param>
    /// <param name="beta2">How slowly the mean of its square forgets, in [0, 1). Default 0.999.</param>
    /// <param name="epsilon">Added to the denominator; at least 0 and finite. Default 1e-8.</param>
    /// <param name="weightDecay">Added to the gradient as weightDecay p, where a group has none of its own. Default 0.</param>
    /// <inheritdoc cref="Adam(IEnumerable{Tensor{float}}, double, double, double, double, double)" path="/exception"/>
    public Adam(
        IEnumerable<ParameterGroup> groups,
        double learningRate = 0.001,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 0)
        : base(groups, learningRate) =>
        moments = new AdamMoments(beta1, beta2, epsilon, weightDecay, decoupled: false);

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
